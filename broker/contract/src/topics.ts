/** Topics of MQTT and who may do what with them; the broker's checks are made from this table alone. */

export const STATION_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const STATION_CHANNELS = ['telemetry', 'receipt', 'status', 'command', 'report'] as const;
export type StationChannel = (typeof STATION_CHANNELS)[number];

export const HEARTBEAT_TOPIC = 'heat/v1/center/heartbeat';
/** The only filter wider than one topic, for reader identities. */
export const READER_FILTER = 'heat/v1/#';

/** What an MQTT login is: `center` is the controller on an external broker. */
export type IdentityKind = 'station' | 'gateway' | 'reader' | 'center';

export interface Identity {
  readonly kind: IdentityKind;
  /** User name and client id at once. */
  readonly id: string;
  /** Stations this identity speaks for: itself for a station, those granted for a gateway, none for a reader. */
  readonly stations: readonly string[];
}

export interface ChannelRule {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly publish: readonly IdentityKind[];
  readonly subscribe: readonly IdentityKind[];
}

/** Permissions by channel. What is not named here is refused. Readers may subscribe to everything. */
export const CHANNEL_RULES: Readonly<Record<StationChannel | 'heartbeat', ChannelRule>> = {
  telemetry: { qos: 1, retain: false, publish: ['station', 'gateway'], subscribe: ['reader', 'center'] },
  receipt: { qos: 1, retain: false, publish: ['center'], subscribe: ['station', 'gateway', 'reader'] },
  status: { qos: 1, retain: true, publish: ['station', 'gateway'], subscribe: ['reader', 'center'] },
  command: { qos: 1, retain: false, publish: ['center'], subscribe: ['station', 'gateway', 'reader'] },
  report: { qos: 1, retain: false, publish: ['station', 'gateway'], subscribe: ['reader', 'center'] },
  heartbeat: { qos: 1, retain: false, publish: ['center'], subscribe: ['station', 'gateway', 'reader'] },
};

export const topicOf = (station: string, channel: StationChannel): string => `heat/v1/${station}/${channel}`;

export interface ParsedTopic {
  readonly station: string;
  readonly channel: StationChannel;
}

/** Splits `heat/v1/{station}/{channel}`; undefined for any other topic. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const parts = topic.split('/');
  const [heat, version, station, channel] = parts;
  if (parts.length !== 4 || heat !== 'heat' || version !== 'v1') return undefined;
  if (station === undefined || station === 'center' || !STATION_ID.test(station)) return undefined;
  const known = STATION_CHANNELS.find((name) => name === channel);
  return known && { station, channel: known };
}

/** Whether an identity may publish to a topic, by the rules above. Retained where the rule forbids it is refused. */
export function mayPublish(identity: Identity, topic: string, retain: boolean): boolean {
  if (topic === HEARTBEAT_TOPIC) return identity.kind === 'center' && !retain;
  const parsed = parseTopic(topic);
  if (!parsed) return false;
  const rule = CHANNEL_RULES[parsed.channel];
  if (retain && !rule.retain) return false;
  if (!rule.publish.includes(identity.kind)) return false;
  return identity.kind === 'center' || identity.stations.includes(parsed.station);
}

/** Whether an identity may subscribe to a filter. Wildcards are for readers (`heat/v1/#`) and the center only. */
export function maySubscribe(identity: Identity, filter: string): boolean {
  if (filter === READER_FILTER) return identity.kind === 'reader' || identity.kind === 'center';
  if (filter === HEARTBEAT_TOPIC) return CHANNEL_RULES.heartbeat.subscribe.includes(identity.kind);
  if (identity.kind === 'center' && filter.startsWith('heat/v1/+/')) {
    const channel = STATION_CHANNELS.find((name) => name === filter.slice('heat/v1/+/'.length));
    return channel !== undefined && CHANNEL_RULES[channel].subscribe.includes('center');
  }
  const parsed = parseTopic(filter);
  if (!parsed || !CHANNEL_RULES[parsed.channel].subscribe.includes(identity.kind)) return false;
  return identity.kind !== 'station' && identity.kind !== 'gateway'
    ? true
    : identity.stations.includes(parsed.station);
}
