/** What the parts of the network's cycle cost that look at all stations: 1,000 of them with two circuits each. */
import { applyInput, type CenterState } from '@heat-center/controller/domain/center.ts';
import { stepLearning } from '@heat-center/controller/domain/learning/learning.ts';
import { stepBalance } from '@heat-center/controller/domain/network/balance.ts';
import { planRequest } from '@heat-center/controller/domain/network/plan/facts.ts';
import { stepSource } from '@heat-center/controller/domain/network/source.ts';
import { connected, said, T0 } from './cycle.ts';

const STATIONS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of a tick after the values that it sees, ms. */
const SOON_MS = 5000;
/** Minutes before anything is measured: ramps settle, an hour is learned, and most of the next was seen. */
const SETTLING = 110;
const CYCLES = 20;

const cpu_ms = (since: NodeJS.CpuUsage): number => process.cpuUsage(since).user / 1000;

const SETTINGS = {
  balance: { on: true, gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 1, bound_k: 5 },
  source: { limit: { power_max_kw: 1_200_000 } },
  shaving: { on: true, price_per_mwh: Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 30 : 60)) },
} as const;

/** A network after an hour, with everything on. */
function running(): { readonly center: CenterState; readonly at: number } {
  const center = connected(STATIONS);
  let at = T0;
  applyInput(center, { kind: 'network_settings', at, settings: SETTINGS });
  const tell = (minute: number): void => {
    for (let nth = 0; nth < STATIONS; nth += 1)
      applyInput(center, { kind: 'telemetry', at, station: `s${nth}`, telemetry: said(nth, minute, at) });
  };
  for (let minute = 0; minute < SETTLING; minute += 1) {
    tell(minute);
    const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: minute };
    applyInput(center, { kind: 'tick', at: at + SOON_MS, local });
    at += MINUTE_MS;
  }
  // What they say now no part has seen yet.
  tell(SETTLING);
  const hours = [-1, 80].map((hour): [number, number] => [at + hour * HOUR_MS, -3]);
  applyInput(center, { kind: 'forecast', at, forecast: { source: 'bench', issued_at: at, hours } });
  return { center, at };
}

/** CPU times of a part, ms, ascending. */
function timesOf(part: () => unknown): readonly number[] {
  for (let warm = 0; warm < 5; warm += 1) part();
  return Array.from({ length: CYCLES }, () => {
    const begun = process.cpuUsage();
    part();
    return cpu_ms(begun);
  }).toSorted((a, b) => a - b);
}

/** What this is for: a bench that measures nothing would look fast. */
function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there was nothing to measure');
  return value;
}

export async function networkBench({ say }: { say: (line: string) => void }): Promise<void> {
  const { center, at } = running();
  const { network, stations } = center;
  const { outdoor, clock, settings } = network;
  // Each is due, and none keeps what it makes: the same work every time.
  const now = at + SOON_MS;
  const median_c = outdoor?.median_c;
  const filter = outdoor?.filter;
  const known = { from: 'network', at: now, outdoor_c: median_c ?? 0 } as const;
  const later = Math.ceil(now / HOUR_MS) * HOUR_MS;
  const parts: readonly (readonly [string, string, () => unknown])[] = [
    [
      'balance',
      'each minute',
      () =>
        stepBalance(network.balance, { now, settings: settings.balance, stations, outdoor: known, filter }),
    ],
    [
      'source, a limit in force',
      'each minute',
      () =>
        stepSource(network.source, { now, stations, outdoor_c: filter?.value_c, settings: settings.source }),
    ],
    ['learning', 'each minute', () => stepLearning(network.learning, stations, { now, clock, median_c })],
    [
      'learning, an hour ends',
      'each hour',
      () => stepLearning(network.learning, stations, { now: later, clock, median_c }),
    ],
    ['facts of a plan', 'each hour', () => sure(planRequest(network, stations, now))],
  ];
  say(`CPU time for ${STATIONS} stations:\n`);
  say('| part | how often | median | fastest | slowest |');
  say('| ---- | --------- | ---: | ---: | ---: |');
  for (const [words, often, part] of parts) {
    const times = timesOf(part);
    const shown = [times[times.length >> 1], times[0], times.at(-1)].map(
      (ms) => `${(ms ?? 0).toFixed(1)} ms`,
    );
    say(`| ${words} | ${often} | ${shown.join(' | ')} |`);
  }
}
