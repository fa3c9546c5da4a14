/** The stations of the clocks' scenario in a process of their own, so that they can have a clock of their own. */
import type { CenterProcess } from '../../support/center.ts';
import { isLed, startField } from '../field/stations.ts';

/** What the scenario hears each second. */
export interface StationsSaid {
  readonly led: number;
  readonly alone: number;
  readonly unsettled: number;
  /** Wall clock of this process, ms. */
  readonly wall_ms: number;
  /** Samples that each station ever made. */
  readonly made: Readonly<Record<string, number>>;
}

const [api = '', token = '', mqtt = '', count = '0'] = process.argv.slice(2);

const center: Pick<CenterProcess, 'call'> = {
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(api + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own center
    return (await response.json()) as T;
  },
};

const field = await startField({ count: Number(count), mqtt, random: Math.random });
const made = new Map(field.stations.map(({ id }) => [id, 0]));
for (const { id, outbox } of field.stations) {
  const append = outbox.append.bind(outbox);
  outbox.append = (samples, boot) => {
    made.set(id, (made.get(id) ?? 0) + samples.length);
    append(samples, boot);
  };
}
await field.register(center);
const timer = setInterval(() => {
  const said: StationsSaid = {
    led: field.stations.filter(isLed).length,
    alone: field.stations.filter((station) => station.commands().watch.alone).length,
    unsettled: field.stations.reduce((sum, { outbox }) => sum + outbox.unsettled, 0),
    wall_ms: Date.now(),
    made: Object.fromEntries(made),
  };
  process.send?.(said);
}, 500);
process.once('disconnect', () => {
  clearInterval(timer);
  void field.stop().then(() => process.exit(0));
});
