/** Everything that goes over the broker, as a reader login sees it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Report } from '@heat-center/contract/messages.ts';
import { parseTopic, READER_FILTER } from '@heat-center/contract/topics.ts';
import type { MqttClient } from 'mqtt';
import { connect, type CenterProcess, type Login } from '../../support/center.ts';

const LOGIN_TRIES = 40;

export interface Wire {
  /** Commands by id, with the station. */
  readonly commands: ReadonlyMap<string, { readonly station: string; readonly command: Command }>;
  /** Reports by command, in the order of their coming. */
  readonly reports: ReadonlyMap<string, readonly Report[]>;
  /** Commands that a station accepted more than once: a report repeated carries the same time. */
  takenTwice(): string[];
  close(): Promise<void>;
}

/** An external broker knows a new login some seconds late. */
export async function connectSoon(mqttUrl: string, login: Login): Promise<MqttClient> {
  for (let left = LOGIN_TRIES; ; left -= 1) {
    try {
      return await connect({ mqttUrl }, login);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(500);
    }
  }
}

/** `mqttUrl` is the broker itself, not the bad link before it. */
export async function listenToWire(center: CenterProcess, mqttUrl: string): Promise<Wire> {
  const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/logins', {
    kind: 'reader',
    id: 'witness',
    stations: [],
  });
  const client = await connectSoon(mqttUrl, mqtt);
  const commands = new Map<string, { station: string; command: Command }>();
  const reports = new Map<string, Report[]>();
  client.on('message', (topic, payload) => {
    const parsed = parseTopic(topic);
    if (parsed?.channel === 'command') {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own center
      const command = JSON.parse(payload.toString()) as Command;
      commands.set(command.id, { station: parsed.station, command });
    }
    if (parsed?.channel !== 'report') return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own stations
    const report = JSON.parse(payload.toString()) as Report;
    const of = reports.get(report.id) ?? [];
    reports.set(report.id, [...of, report]);
  });
  await client.subscribeAsync(READER_FILTER, { qos: 1 });
  return {
    commands,
    reports,
    takenTwice: () =>
      [...reports]
        .filter(
          ([, of]) => new Set(of.filter(({ state }) => state === 'accepted').map(({ at }) => at)).size > 1,
        )
        .map(([id]) => id),
    close: () => client.endAsync(true),
  };
}
