/** Commands that no center sends: wrong values, wrong numbers, wrong times, broken bytes. */
import { between, uniform, type Random } from '@heat-center/simulators/plant/random.ts';

const encoder = new TextEncoder();

export interface Around {
  readonly epoch: number;
  readonly at: number;
  readonly seq: number;
}

function circuitsOf(random: Random): Record<string, unknown> {
  const one = (low: number, high: number): number => Math.round(between(random, low, high));
  const kind = uniform(random);
  if (kind < 0.1) return { attic: { supply_c: 50 } };
  if (kind < 0.15) return { low: {} };
  if (kind < 0.2) return { low: { supply_c: 'hot' } };
  if (kind < 0.25) return { low: { supply_c: 60, dp_kpa: 40 } };
  return {
    low: { supply_c: one(10, 110), ...(kind < 0.6 ? { flow_m3_h: one(0, 80) } : {}) },
    ...(kind < 0.5 ? { floor: { supply_c: one(15, 60) } } : {}),
    ...(kind < 0.4 ? { dhw: { supply_c: one(40, 75) } } : {}),
  };
}

function bodyOf(random: Random): Record<string, unknown> {
  const pick = uniform(random);
  const target = pick < 0.5 ? 'circuits.low.pumps.a' : 'circuits.attic.pumps.z';
  const hold_s = pick < 0.4 ? 4 : 60;
  const curve = [-30, -15, -5, 0, 5, 15].map((outdoor_c) => [outdoor_c, Math.round(between(random, 20, 95))]);
  const limits = {
    supply_min_c: Math.round(between(random, 20, 50)),
    supply_max_c: Math.round(between(random, 50, 100)),
  };
  const bodies: readonly Record<string, unknown>[] = [
    { kind: 'setpoints', circuits: circuitsOf(random) },
    { kind: 'setpoints', circuits: circuitsOf(random), primary: { return_max_c: between(random, 0, 110) } },
    {
      kind: 'setpoints',
      circuits: circuitsOf(random),
      after: { offset_k: between(random, -40, 40), for_s: 60 },
    },
    { kind: 'operate', target, action: 'stop', hold_s },
    { kind: 'select', target, action: pick < 0.3 ? 'explode' : 'stop', hold_s: pick < 0.8 ? hold_s : 1e7 },
    { kind: 'fallback', limits_rev: 9, circuits: { low: { curve, limits } } },
    { kind: 'release' },
    { kind: 'cancel', cancels: 'nothing' },
  ];
  return bodies[Math.floor(uniform(random) * bodies.length)] ?? {};
}

/** The bytes of one; some would be fine if only the center had sent them. */
export function strangerCommand(random: Random, around: Around): Uint8Array {
  const pick = uniform(random);
  const epoch = pick < 0.7 ? around.epoch : pick < 0.95 ? around.epoch - 1 : around.epoch + 1;
  const when = uniform(random);
  const at = around.at + (when < 0.6 ? 0 : when < 0.8 ? -900_000 : 3_600_000);
  const valid = uniform(random);
  const command = {
    v: 1,
    id: `s-${Math.floor(uniform(random) * 1e9)}`,
    epoch: Math.max(0, epoch),
    seq: around.seq + Math.floor(between(random, -2, 4)),
    at,
    valid_s: valid < 0.3 ? 1 : valid < 0.8 ? 20 : valid < 0.95 ? 600 : 1e9,
    ...bodyOf(random),
  };
  const text = JSON.stringify(command);
  if (uniform(random) < 0.95) return encoder.encode(text);
  return encoder.encode(text.slice(0, Math.floor(uniform(random) * text.length)));
}
