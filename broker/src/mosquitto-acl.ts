/** Access control of Mosquitto, written from the contract's table (mosquitto.conf(5), `acl_file`). */
import {
  CHANNEL_RULES,
  HEARTBEAT_TOPIC,
  READER_FILTER,
  STATION_CHANNELS,
  topicOf,
} from '@heat-center/contract/topics.ts';
import type { Identity, IdentityKind, StationChannel } from '@heat-center/contract/topics.ts';

/** The login of the controller on an external broker. */
export const CENTER_LOGIN = 'heat-center';

const CHANNELS: readonly (StationChannel | 'heartbeat')[] = [...STATION_CHANNELS, 'heartbeat'];

const HEADER = `# Written by \`node broker/src/generate.ts\` from the contract; do not edit.
# What is not named here is refused.
`;

/**
 * The whole file. Stations need no lines of their own: the patterns bind each to its user name. Gateways and readers
 * do; the shipped file has none of them.
 */
export function mosquittoAcl(identities: readonly Identity[] = []): string {
  const center = rules('center', 'topic', '+');
  const own = rules('station', 'pattern', '%u');
  const others = identities.filter(({ kind }) => kind === 'gateway' || kind === 'reader').map(identityRules);
  return [
    `${HEADER}\nuser ${CENTER_LOGIN}\n${center}`,
    ...others,
    `# Each station under its own name.\n${own}`,
  ].join('\n');
}

function identityRules({ id, kind, stations }: Identity): string {
  const lines =
    kind === 'reader'
      ? `topic read ${READER_FILTER}\n`
      : stations.map((station) => rules(kind, 'topic', station)).join('');
  return `user ${id}\n${lines}`;
}

function rules(kind: IdentityKind, keyword: 'topic' | 'pattern', station: string): string {
  const lines: string[] = [];
  for (const channel of CHANNELS) {
    const topic = channel === 'heartbeat' ? HEARTBEAT_TOPIC : topicOf(station, channel);
    if (CHANNEL_RULES[channel].publish.includes(kind)) lines.push(`${keyword} write ${topic}\n`);
    if (CHANNEL_RULES[channel].subscribe.includes(kind)) lines.push(`${keyword} read ${topic}\n`);
  }
  return lines.join('');
}
