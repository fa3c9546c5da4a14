/** The controller dies under load; nothing that it acknowledged is missing afterwards. */
import { topicOf } from '@heat-center/contract/topics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  controlled,
  inbox,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';

const STATIONS = 8;
let dir = '';
beforeAll(async () => {
  dir = await newDataDir();
});
afterAll(() => removeDataDir(dir));

interface Sender {
  readonly login: Login;
  readonly boot: string;
  /** Times of samples whose PUBACK came. */
  readonly acknowledged: Set<number>;
  seq: number;
  highest: number;
  receipt: number;
}

/** Publishes as fast as PUBACKs come, from the oldest sample without a receipt on, until the connection ends. */
async function flood(center: CenterProcess, sender: Sender): Promise<void> {
  sender.seq = sender.receipt;
  const client = await connect(center, sender.login);
  const box = inbox(client);
  client.on('error', () => undefined);
  await client.subscribeAsync(topicOf(sender.login.username, 'receipt'), { qos: 1 });
  const publish = async (): Promise<void> => {
    while (client.connected) {
      sender.seq += 1;
      sender.highest = Math.max(sender.highest, sender.seq);
      const at = 1_795_305_600_000 + sender.seq;
      const body = { v: 1, boot: sender.boot, seq: sender.seq, at, outdoor_c: -3.1, historical: true };
      try {
        await client.publishAsync(topicOf(sender.login.username, 'telemetry'), JSON.stringify(body), {
          qos: 1,
        });
      } catch {
        return;
      }
      sender.acknowledged.add(at);
    }
  };
  // Eight chains keep several messages in flight; their order on the wire is that of `seq`.
  const chains = Array.from({ length: 8 }, publish);
  await new Promise<void>((resolve) => {
    client.once('close', () => resolve());
  });
  client.end(true);
  await Promise.race([Promise.all(chains), new Promise((resolve) => setTimeout(resolve, 200))]);
  for (const { topic, body } of box.messages) {
    if (topic.endsWith('/receipt')) sender.receipt = Math.max(sender.receipt, Number(body.seq));
  }
}

describe('restart under load', () => {
  it('loses nothing that was acknowledged, over three kills', async () => {
    const senders: Sender[] = [];
    for (let round = 0; round < 3; round += 1) {
      const center = await startCenter({ dir });
      for (let n = 0; senders.length < STATIONS; n += 1) {
        const login = await register(center, controlled(`flood-${n}`, { control: 'observe' }));
        senders.push({ login, boot: `boot-${n}`, acknowledged: new Set(), seq: 0, highest: 0, receipt: 0 });
      }
      const floods = senders.map((sender) => flood(center, sender));
      await new Promise((resolve) => {
        setTimeout(resolve, 2500);
      });
      await center.kill();
      await Promise.all(floods);
    }
    const center = await startCenter({ dir });
    for (const sender of senders) {
      expect(sender.acknowledged.size).toBeGreaterThan(100);
      const id = sender.login.username;
      const stored = async (): Promise<number> =>
        (await center.call<{ samples: number }>('GET', `/api/v1/stations/${id}/history/count`)).samples;
      await expect.poll(stored, { timeout: 30_000 }).toBeGreaterThanOrEqual(sender.acknowledged.size);
      const times = await storedTimes(center, id, sender.highest);
      expect([...sender.acknowledged].filter((at) => !times.has(at))).toEqual([]);
      for (let seq = 1; seq <= sender.receipt; seq += 1) {
        if (!times.has(1_795_305_600_000 + seq))
          throw new Error(`${id}: seq ${seq} had a receipt and is missing`);
      }
    }
    expect(await center.stop()).toBe(0);
  }, 120_000);
});

/** All stored times of a station: spans small enough that nothing is reduced. */
async function storedTimes(center: CenterProcess, station: string, last: number): Promise<Set<number>> {
  const times = new Set<number>();
  for (let seq = 0; seq <= last; seq += 4000) {
    const from = 1_795_305_600_000 + seq;
    const { series } = await center.call<{ series: { points: [number, number, string][] }[] }>(
      'GET',
      `/api/v1/stations/${station}/history?points=outdoor_c&from=${from}&to=${from + 4000}&max_points=5000`,
    );
    for (const [at] of series[0]?.points ?? []) times.add(at);
  }
  return times;
}
