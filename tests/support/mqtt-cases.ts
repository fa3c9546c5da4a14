/** What everybody who could try would try over MQTT, with what the contract's table declares for it. */
import {
  CHANNEL_RULES,
  HEARTBEAT_TOPIC,
  READER_FILTER,
  STATION_CHANNELS,
  topicOf,
  type IdentityKind,
} from '@heat-center/contract/topics.ts';
import type { Packet } from 'mqtt-packet';
import type { Login } from './center.ts';

export interface Known extends Login {
  readonly kind: IdentityKind;
  readonly stations: readonly string[];
}

export const STATIONS = ['s1', 's2', 'g1', 'g2'];
/** No such station is registered: a reader may wait for it, nobody speaks for it. */
export const NAMED = [...STATIONS, 'nowhere'];
/** Topics and filters that stand in no table. */
export const NOBODYS = [
  '$SYS/broker/clients',
  'heat/v1/s1/unknown',
  'heat/v1/center/command',
  'heat/v2/s1/telemetry',
  'heat/v1/s1/telemetry/x',
  'heat/v1/S1/telemetry',
  '/heat/v1/s1/telemetry',
  'x',
];
export const WILDCARDS = [
  '#',
  '+',
  '$SYS/#',
  '+/v1/s1/command',
  'heat/#',
  'heat/v1/+/#',
  'heat/v1/s1/#',
  'heat/v1/s1/+',
  'heat/+/s1/command',
  '$share/x/heat/v1/s1/command',
];
export const CHANNELS = [...STATION_CHANNELS, 'heartbeat'] as const;

export interface Case {
  readonly topic: string;
  readonly retain: boolean;
  readonly allowed: boolean;
}

export const speaksFor = ({ kind, stations }: Known, station: string): boolean =>
  kind === 'reader' || kind === 'center' || stations.includes(station);

/** From the table itself, not from the functions that the broker uses. */
export function publishCases(who: Known): Case[] {
  const cases: Case[] = [];
  for (const retain of [false, true]) {
    for (const channel of CHANNELS) {
      const rule = CHANNEL_RULES[channel];
      const named = rule.publish.includes(who.kind) && (rule.retain || !retain);
      if (channel === 'heartbeat') {
        cases.push({ topic: HEARTBEAT_TOPIC, retain, allowed: named });
        continue;
      }
      for (const station of NAMED) {
        const allowed = named && speaksFor(who, station);
        cases.push({ topic: topicOf(station, channel), retain, allowed });
      }
    }
    cases.push(...NOBODYS.map((topic) => ({ topic, retain, allowed: false })));
  }
  return cases;
}

export function subscribeCases(who: Known): Omit<Case, 'retain'>[] {
  const cases = [...NOBODYS, ...WILDCARDS].map((topic) => ({ topic, allowed: false }));
  for (const channel of CHANNELS) {
    const named = CHANNEL_RULES[channel].subscribe.includes(who.kind);
    if (channel === 'heartbeat') {
      cases.push({ topic: HEARTBEAT_TOPIC, allowed: named });
      continue;
    }
    cases.push({ topic: topicOf('+', channel), allowed: false });
    for (const station of NAMED) {
      cases.push({ topic: topicOf(station, channel), allowed: named && speaksFor(who, station) });
    }
  }
  cases.push({ topic: READER_FILTER, allowed: who.kind === 'reader' });
  return cases;
}

/** A message of any channel that says by itself where it comes from. */
export const marked = (mark: string): string =>
  JSON.stringify({ v: 1, at: Date.now(), state: 'online', boot: 'ab12cd34', mode: 'remote', mark });

export const markOf = (packet: Packet): string | undefined => {
  // What was retained before comes with the flag; what happens now comes without.
  if (packet.cmd !== 'publish' || packet.retain) return undefined;
  const body: unknown = JSON.parse(packet.payload.toString());
  return typeof body === 'object' && body !== null && 'mark' in body ? String(body.mark) : undefined;
};

export const nameOf = ({ topic, retain }: Omit<Case, 'allowed'>): string =>
  `${topic}${retain ? ' retained' : ''}`;
