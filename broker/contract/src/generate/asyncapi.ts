/** The AsyncAPI 3.0 document: topics, who may use them, and what they carry. */
import { CHANNEL_RULES, HEARTBEAT_TOPIC, STATION_CHANNELS, STATION_ID, topicOf } from '../topics.ts';
import type { StationChannel } from '../topics.ts';
import { jsonSchemaOf, MESSAGES, type JsonObject } from './schemas.ts';

type Channel = StationChannel | 'heartbeat';

const CHANNELS: readonly Channel[] = [...STATION_CHANNELS, 'heartbeat'];

const DESCRIPTIONS: Readonly<Record<Channel, string>> = {
  telemetry: 'Measurements. PUBACK and receipt follow once they are on the disk of the center.',
  receipt: 'What the center has settled; a station keeps each sample until then.',
  status: 'Whether the station is there and who is in charge of it. Retained; also the will.',
  command: 'What the station is asked to do. Never retained.',
  report: 'What became of a command: taken or refused as a whole, then applied with what was read back.',
  heartbeat: 'Every 5 s while the center works. After three silent periods a station works by itself.',
};

const MQTT_BINDING = '0.2.0';
const ref = (path: string): JsonObject => ({ $ref: `#/${path}` });
const addressOf = (channel: Channel): string =>
  channel === 'heartbeat' ? HEARTBEAT_TOPIC : topicOf('{station}', channel);
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function channelEntry(channel: Channel): JsonObject {
  const messages = Object.keys(MESSAGES[channel]);
  return {
    address: addressOf(channel),
    description: DESCRIPTIONS[channel],
    messages: Object.fromEntries(messages.map((name) => [name, ref(`components/messages/${name}`)])),
    ...(channel === 'heartbeat' ? {} : { parameters: { station: ref('components/parameters/station') } }),
  };
}

/** Operations as the center has them: what it publishes it sends, all else it receives. */
function operationEntry(channel: Channel): readonly [string, JsonObject] {
  const { qos, retain, publish, subscribe } = CHANNEL_RULES[channel];
  const action = publish.includes('center') ? 'send' : 'receive';
  return [
    `${action}${capital(channel)}`,
    {
      action,
      channel: ref(`channels/${channel}`),
      summary: DESCRIPTIONS[channel],
      messages: Object.keys(MESSAGES[channel]).map((name) => ref(`channels/${channel}/messages/${name}`)),
      bindings: { mqtt: { qos, retain, bindingVersion: MQTT_BINDING } },
      'x-may-publish': publish,
      'x-may-subscribe': subscribe,
    },
  ];
}

function messageEntries(): JsonObject {
  const all = Object.values(MESSAGES).flatMap((messages) => Object.entries(messages));
  return Object.fromEntries(
    all.map(([name, { title, schema }]) => {
      const { $schema: _schema, ...payload } = jsonSchemaOf(schema, 'draft-7');
      return [name, { name, title, contentType: 'application/json', payload: { ...payload, title } }];
    }),
  );
}

export function asyncApi(): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Heat Center: stations over MQTT',
      version: '1.0.0',
      description:
        'MQTT 3.1.1, JSON in UTF-8, times in integer milliseconds since 1970 UTC, temperatures °C, pressures gauge kPa. User name and client id are the id of the station.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      center: {
        host: 'localhost:1883',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'The broker of the center',
        security: [ref('components/securitySchemes/login')],
      },
    },
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel, channelEntry(channel)])),
    operations: Object.fromEntries(CHANNELS.map(operationEntry)),
    components: {
      parameters: { station: { description: `Id of the station, ${STATION_ID.source}` } },
      securitySchemes: {
        login: { type: 'userPassword', description: 'Shown once at registration' },
      },
      messages: messageEntries(),
    },
  };
}
