/** What is late, old, bad, doubtful or from another time decides nothing, and its absence switches no protection off. */
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { applyInput, createCenter, type CenterState } from '@heat-center/controller/domain/center.ts';
import { DHW, LOW, stationConfig } from '@heat-center/controller/domain/testing.ts';
import type { CenterInput } from '@heat-center/controller/domain/inputs.ts';
import { between, randomFrom, uniform, type Random } from '@heat-center/simulators/plant/random.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { Fitness, scrambled } from './stale/fitness.ts';
import { newFound, Oracle, type Found } from './stale/oracle.ts';
import { Sensors, type Message, type Reading } from './stale/sensors.ts';

const T0 = 1_795_305_600_000;
const STATIONS = ['a', 'b', 'c', 'd'];
const FULL_CYCLES = 100_000;
const QUICK_CYCLES = 20_000;
const SPAN_MS = 4 * 3_600_000;
const STEP_MS = 5000;
const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
const encoder = new TextEncoder();

const FLOOR = {
  ...LOW,
  id: 'floor',
  kind: 'floor',
  design: { supply_c: 45, return_c: 35, outdoor_c: -10.1, room_c: 18 },
  limits: { supply_min_c: 22, supply_max_c: 50, return_max_c: 30 },
} as const;

/** A message as bytes on the wire. */
function bytesOf({ at, historical, readings }: Message): Uint8Array {
  const quality: Record<string, string> = {};
  const tree: Record<string, unknown> = { v: 1, at, ...(historical ? { historical } : {}) };
  for (const [point, reading] of Object.entries(readings)) {
    if (reading.quality !== 'good') quality[point] = reading.quality;
    const names = point.split('.');
    const last = names.pop() ?? '';
    let into = tree;
    for (const name of names) into = (into[name] ??= {}) as Record<string, unknown>;
    into[last] = reading.value;
  }
  return encoder.encode(JSON.stringify({ ...tree, quality }));
}

/** One center; two of them are told the same but for the readings that must not count. */
class Told {
  readonly center: CenterState = createCenter();

  constructor() {
    for (const id of STATIONS) {
      const station = stationConfig({
        id,
        circuits: [LOW, FLOOR, DHW],
        primary_limits: { return_max_c: 50 },
      });
      this.apply({ kind: 'settings', at: T0, station });
    }
    this.apply({ kind: 'start', at: T0, epoch: 7, commit: 'stale', node: '24' });
    for (const station of STATIONS) {
      const status = { v: 1, state: 'online', boot: 'b', at: T0, mode: 'remote', limits_rev: 3 } as const;
      this.apply({ kind: 'status', at: T0, station, status, will: false });
    }
  }

  /** Returns what went out, as text. */
  apply(input: CenterInput): string {
    return JSON.stringify(applyInput(this.center, input));
  }

  say(station: string, message: Message, now_ms: number): string {
    const decoded = decodeTelemetry(bytesOf(message));
    if (!decoded.ok) throw new Error(`the message is ${decoded.code}`);
    return this.apply({ kind: 'telemetry', at: now_ms, station, telemetry: decoded.telemetry });
  }
}

interface Total {
  cycles: number;
  /** Moments at which the two centers did not decide the same. */
  swayed: number;
}

function differentReading(random: Random): (reading: Reading) => Reading {
  return ({ value, quality }) => ({
    value: value === null ? null : Math.abs(value) > 4000 ? 4500 : Math.round(between(random, 5, 40)),
    quality,
  });
}

/** Four hours of four stations. */
function live(seed: string, found: Found, total: Total): void {
  const random = randomFrom(seed);
  const different = differentReading(randomFrom(`${seed} other`));
  const plain = new Told();
  const other = new Told();
  const oracle = new Oracle(found);
  const sensors = new Map(STATIONS.map((id) => [id, new Sensors(randomFrom(`${seed} ${id}`))]));
  const fitness = new Map(STATIONS.map((id) => [id, new Fitness()]));
  const cycled = new Map<string, number>();
  for (let now_ms = T0; now_ms < T0 + SPAN_MS; now_ms += STEP_MS) {
    const outputs: [string, string][] = [];
    for (const id of STATIONS) {
      const message = uniform(random) < 0.5 ? sensors.get(id)?.say(now_ms) : undefined;
      if (!message) continue;
      fitness.get(id)?.take(message, now_ms);
      outputs.push([
        plain.say(id, message, now_ms),
        other.say(id, scrambled(message, now_ms, different), now_ms),
      ]);
    }
    oracle.network(fitness.values(), now_ms);
    const tick = { kind: 'tick', at: now_ms, local: LOCAL } as const;
    outputs.push([plain.apply(tick), other.apply(tick)]);
    if (outputs.some(([one, two]) => one !== two)) {
      total.swayed += 1;
      if (found.told.length < 10)
        found.told.push(`${seed} ${now_ms - T0}: ${outputs.find(([a, b]) => a !== b)?.join('\n')}`);
    }
    for (const [id, { state }] of plain.center.stations) {
      if (state.cycled_at === cycled.get(id)) continue;
      cycled.set(id, state.cycled_at ?? 0);
      total.cycles += 1;
      const own = fitness.get(id);
      if (own) for (const decided of state.circuits) oracle.look(id, own, decided);
    }
  }
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const found = newFound();
  const total: Total = { cycles: 0, swayed: 0 };
  const wanted = quick ? QUICK_CYCLES : FULL_CYCLES;
  for (let life = 0; total.cycles < wanted; life += 1) live(`${seed}-${life}`, found, total);
  for (const words of found.told) say(words);
  const { computed, held, none, unfit, unprotected, frost, limited } = found;
  const figures =
    `${total.cycles} cycles, ${computed} wanted values from fit inputs, ${held} held, ${none} not said; ` +
    `${total.swayed + unfit} swayed by unfit inputs, ${unprotected} of ${frost + limited} protections off`;
  const happened = Math.min(computed, held, none, frost, limited) > 100;
  const kept = total.swayed + unfit + unprotected === 0 && happened;
  return { state: kept ? 'kept' : 'broken', figures };
}

export const staleGuard: Scenario = {
  name: 'stale-guard',
  promise: 'No wanted value is computed from unfit inputs, no protection is switched off by a missing one',
  run,
};
