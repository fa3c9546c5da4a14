import { describe, expect, it } from 'vitest';
import type { CircuitConfig, SetpointName } from '../config.ts';
import type { Decision } from '../effects.ts';
import { createImage } from '../image.ts';
import { DHW, LOW, stationConfig, T0 } from '../testing.ts';
import { newCircuit, type ActiveWish, type CircuitState } from './circuit.ts';
import { remembering } from './circuit-testing.ts';
import { decideCircuit, type CircuitCase } from './decide.ts';
import { EXPLAINED_AT, lastGood, lastOutput, recall, slotOf } from './memory.ts';
import { sensorsOf } from './sensors.ts';

const SUPPLY = slotOf('supply_c');

/** What the circuit measures, by its own names. */
type Measured = Readonly<Record<string, number>>;
const MEASURED: Measured = { return_c: 41 };

/** Fresh for all of what is decided here. */
function imageOf(values: Measured) {
  const image = createImage();
  for (const [name, value] of Object.entries(values)) {
    const arrived = T0 + 300_000;
    image.points.set(`circuits.low.${name}`, { at: T0, value, quality: 'good', arrived, live: true });
  }
  return image;
}
const wishFor = (setpoints: ActiveWish['setpoints']): ActiveWish => ({
  id: 'w',
  by: 'li',
  until: T0 + 600_000,
  setpoints,
});

type Changes = Partial<Omit<CircuitCase, 'sensors'>> & {
  readonly now?: number;
  readonly measured?: Measured;
};

function given(
  circuit: CircuitConfig,
  { now = T0, measured = MEASURED, ...changes }: Changes = {},
): CircuitCase {
  const config = stationConfig({ circuits: [circuit] });
  const image = imageOf(measured);
  const [own] = sensorsOf(config, image).circuits;
  if (!own) throw new Error('A station with one circuit has its sensors.');
  return {
    station: { config, image, now },
    sensors: own,
    state: newCircuit('low', T0),
    wish: undefined,
    outdoor: { filtered_c: 0, own_c: 8, from: { from: 'own' } },
    inputs: {
      outdoor_filtered_c: 0,
      outdoor_c: 8,
      primary_return_c: 45,
      primary_power_kw: 900,
      primary_flow_m3_h: 30,
      local_minute: 600,
    },
    clock: undefined,
    passed_s: 60,
    follow: false,
    ...changes,
  };
}

interface Decided {
  readonly state: CircuitState;
  readonly decisions: Decision[];
}

/** State and decisions as they then stand; what was given stays as it is. */
function decide(circuit: CircuitConfig, changes: Changes = {}): Decided {
  const before = given(circuit, changes);
  const memory = [...before.state.memory];
  const decisions = before.state.decisions.map((decision) => ({ ...decision }));
  const state = { ...before.state, memory, decisions };
  decideCircuit({ ...before, state });
  return { state, decisions };
}

const decisionOf = ({ decisions }: Decided, name: SetpointName = 'supply_c') =>
  decisions.find((decision) => decision.name === name);
const names = ({ decisions }: Decided) => decisions.map(({ name }) => name);

/** What is decided one cycle after another, each on the state of the one before. */
function after(before: Decided, circuit: CircuitConfig, changes: Changes = {}): Decided {
  return decide(circuit, { state: before.state, now: T0 + 10_000, ...changes });
}

describe('which setpoints are decided', () => {
  const supplyOnly: CircuitConfig = { ...LOW, accepts: ['supply_c'] };
  const limits = { supply_min_c: 30, supply_max_c: 80, dp_min_kpa: 20, dp_max_kpa: 90 };
  const dp_day = [{ from: '05:00', dp_kpa: 60 }];

  it('is temperature and flow of a heating circuit, the temperature of hot water', () => {
    expect(names(decide(LOW))).toEqual(['supply_c', 'flow_m3_h']);
    expect(names(decide(DHW))).toEqual(['supply_c']);
  });

  it('is a flow that nobody takes only where it is known', () => {
    expect(decisionOf(decide(supplyOnly), 'flow_m3_h')?.value).toBe(54.9);
    const unsized = { ...supplyOnly, heated_area_m2: 0 };
    expect(names(decide(unsized))).toEqual(['supply_c']);
    expect(decisionOf(decide({ ...LOW, heated_area_m2: 0 }), 'flow_m3_h')).toMatchObject({
      value: undefined,
      reason: { code: 'no_input', params: { missing: 'heated_area_m2' } },
    });
  });

  it('is a pressure that is scheduled or wished, and taken', () => {
    const takes: CircuitConfig = { ...LOW, limits, accepts: ['supply_c', 'dp_kpa'] };
    expect(decisionOf(decide({ ...takes, dp_day }), 'dp_kpa')).toMatchObject({ value: 60, wanted: 60 });
    expect(names(decide({ ...LOW, limits, dp_day }))).not.toContain('dp_kpa');
    expect(names(decide(takes))).not.toContain('dp_kpa');
    expect(decisionOf(decide(takes, { wish: wishFor({ dp_kpa: 50 }) }), 'dp_kpa')).toMatchObject({
      value: 50,
      wanted: undefined,
      reason: { code: 'wish', params: { value: 50, by: 'li', until: T0 + 600_000 } },
    });
    expect(names(decide(takes, { wish: wishFor({ supply_c: 50 }) }))).not.toContain('dp_kpa');
  });
});

describe('a setpoint that was wished and is no more', () => {
  const limits = { supply_min_c: 30, supply_max_c: 80, dp_min_kpa: 20, dp_max_kpa: 90 };
  const takes: CircuitConfig = { ...LOW, limits, accepts: ['supply_c', 'flow_m3_h', 'dp_kpa'] };
  const wish = wishFor({ dp_kpa: 50 });

  it('leaves the others as they are', () => {
    const wished = decide(takes, { wish });
    expect(names(wished)).toEqual(['supply_c', 'flow_m3_h', 'dp_kpa']);
    const over = after(wished, takes);
    expect(names(over)).toEqual(['supply_c', 'flow_m3_h']);
    expect(over.decisions.map(({ value }) => value)).toEqual([57.6, 54.9]);
  });

  it('is wished again from what the station then works to', () => {
    const over = after(decide(takes, { wish }), takes);
    const again = after(over, takes, { wish, measured: { ...MEASURED, dp_set_kpa: 30 } });
    expect(decisionOf(again, 'dp_kpa')).toMatchObject({ value: 40, reason: { code: 'ramp' } });
  });
});

describe('a setpoint that cannot be computed', () => {
  const blind: Changes = {
    outdoor: { filtered_c: undefined, own_c: undefined, from: undefined },
    inputs: { ...given(LOW).inputs, outdoor_filtered_c: undefined, outdoor_c: undefined },
  };

  it('says what is missing, and remembers no position', () => {
    const result = decide(LOW, blind);
    const reason = { code: 'no_input', params: { missing: 'outdoor_c' } };
    expect(decisionOf(result)).toEqual({
      name: 'supply_c',
      value: undefined,
      wanted: undefined,
      reason,
      trace: [{ reason, binding: true, overridden: false }],
    });
    expect(lastOutput(result.state.memory, SUPPLY)).toBeUndefined();
    expect(lastGood(result.state.memory, SUPPLY)).toBeUndefined();
  });

  it('keeps the last good value and the limits in force for the time after', () => {
    const good = { value: 57, at: T0 - 1_800_001 };
    const caps = { return_limit: { cap_c: 50, at: T0 } };
    const { state } = decide(LOW, { ...blind, state: remembering({ good, position: 50 }, { caps }) });
    expect(lastGood(state.memory, SUPPLY)).toEqual(good);
    expect(lastOutput(state.memory, SUPPLY)).toBeUndefined();
    expect(state.caps).toBe(caps);
  });

  it('can still be wished', () => {
    const wished = decide(LOW, { ...blind, wish: wishFor({ supply_c: 55 }) });
    expect(decisionOf(wished)).toMatchObject({ value: 55, wanted: undefined });
  });
});

describe('where the ramp starts', () => {
  const state = remembering({ position: 50 });
  const measured = { ...MEASURED, supply_set_c: 45, supply_c: 40 };
  const unset = { ...MEASURED, supply_c: 40 };
  const start = (changes: Changes) => decisionOf(decide(LOW, changes))?.value;

  it('is the last output while the center leads', () => {
    expect(start({ state, measured })).toBe(51);
  });

  it('is the setpoint in force where the station works to another, else what is measured', () => {
    expect(start({ state, measured, follow: true })).toBe(46);
    expect(start({ measured })).toBe(46);
    expect(start({ measured: unset })).toBe(41);
    expect(start({ state, measured: unset, follow: true })).toBe(51);
  });

  it('is nowhere without any: the setpoint is what is wanted', () => {
    expect(start({})).toBe(57.6);
  });
});

describe('an explanation', () => {
  const first = decide(LOW, { state: remembering({ position: 57.6 }) });
  const explainedAt = ({ state }: Decided) => recall(state.memory, SUPPLY + EXPLAINED_AT);
  const trace = (result: Decided) => decisionOf(result)?.trace;

  it('names what was wanted, each rule with its range, and which one decides', () => {
    const decision = decisionOf(decide(LOW, { state: remembering({ position: 40 }) }));
    expect(decision?.reason.code).toBe('ramp');
    expect(decision?.trace).toEqual([
      {
        reason: { code: 'weather_curve', params: { outdoor_c: 0, value: 57.6 } },
        binding: false,
        overridden: false,
      },
      {
        reason: { code: 'equipment_maximum', params: { max: 85 } },
        max: 85,
        binding: false,
        overridden: false,
      },
      {
        reason: { code: 'hard_limits', params: { min: 30, max: 80 } },
        min: 30,
        max: 80,
        binding: false,
        overridden: false,
      },
      {
        reason: { code: 'ramp', params: { min: 39, max: 41, rate_k_per_min: 1 } },
        min: 39,
        max: 41,
        binding: true,
        overridden: false,
      },
    ]);
  });

  it('stands for five minutes while nothing but numbers changes', () => {
    const second = after(first, LOW);
    expect(trace(second)).toBe(trace(first));
    expect(explainedAt(second)).toBe(T0);
    expect(trace(after(first, LOW, { now: T0 + 299_999 }))).toBe(trace(first));
    const third = after(first, LOW, { now: T0 + 300_000 });
    expect(trace(third)).not.toBe(trace(first));
    expect(explainedAt(third)).toBe(T0 + 300_000);
  });

  it('is given anew once what is wanted moved by half a tenth, though the limit gives the same', () => {
    const limited = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 50 } };
    const begun = decide(limited, { state: remembering({ position: 50 }) });
    expect(decisionOf(begun)).toMatchObject({ value: 50, reason: { code: 'hard_limits' } });
    const colder = (outdoor_filtered_c: number, now: number) =>
      after(begun, limited, {
        outdoor: { filtered_c: outdoor_filtered_c, own_c: 8, from: { from: 'own' } },
        inputs: { ...given(LOW).inputs, outdoor_filtered_c },
        now,
      });
    expect(trace(colder(-0.02, T0 + 10_000))).toBe(trace(begun));
    const moved = colder(-0.1, T0 + 10_000);
    expect(decisionOf(moved)?.value).toBe(50);
    expect(decisionOf(moved)?.wanted).toBeGreaterThan(57.7);
    expect(trace(moved)?.[0]?.reason.params.outdoor_c).toBe(-0.1);
  });

  it('is given anew when the value moved', () => {
    const outdoor = { filtered_c: -1, own_c: 8, from: { from: 'own' } } as const;
    const inputs = { ...given(LOW).inputs, outdoor_filtered_c: -1 };
    const moved = after(first, LOW, { outdoor, inputs });
    expect(decisionOf(moved)?.value).toBeGreaterThan(58);
    expect(trace(moved)?.[0]?.reason.params.outdoor_c).toBe(-1);
    expect(explainedAt(moved)).toBe(T0 + 10_000);
  });

  it('is given anew when a rule is new although the value is the same', () => {
    const frost = after(first, LOW, { inputs: { ...given(LOW).inputs, outdoor_c: 0 } });
    expect(decisionOf(frost)?.value).toBe(57.6);
    expect(trace(frost)?.map(({ reason }) => reason.code)).toContain('frost');
  });

  it('of a wish is always new', () => {
    const wish = wishFor({ supply_c: 57.6 });
    const wished = decide(LOW, { wish });
    const again = after(wished, LOW, { wish: { ...wish, by: 'zhang' } });
    expect(trace(again)?.at(-1)?.reason.params).toMatchObject({ by: 'zhang' });
  });
});

describe('a limit that acts slowly', () => {
  const config = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 80, return_max_c: 40 } };
  const hot = { measured: { return_c: 44 } };

  it('is remembered while it acts', () => {
    const first = decide(config, hot);
    expect(first.state.caps?.return_limit?.cap_c).toBeCloseTo(57.6, 1);
    const second = after(first, config, hot);
    expect(second.state.caps?.return_limit?.cap_c).toBeLessThan(57.6);
    expect(decisionOf(second)?.reason.code).toBe('return_limit');
    expect(decide(LOW, hot).state.caps).toBeUndefined();
  });

  it('waits while heat comes back after a night', () => {
    const schedule = {
      comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
      night: { kind: 'off' as const },
    };
    const night = {
      phase: 'comfort' as const,
      since: T0,
      comfort_at: T0,
      setback_k: 0,
      off: false,
      boost: { shift_k: 5, until: T0 + 600_000 },
      start: { rate_k_per_h: 0.5, mornings: 0 },
    };
    const clock = { offset_min: 480 };
    const state = { ...newCircuit('low', T0), night };
    const boosted = decide({ ...config, schedule }, { ...hot, state, clock });
    expect(decisionOf(boosted)).toMatchObject({ value: 62.6, reason: { code: 'weather_curve' } });
    const { boost: _boost, ...over } = night;
    const settled = decide({ ...config, schedule }, { ...hot, state: { ...state, night: over }, clock });
    expect(decisionOf(settled)?.reason.code).toBe('return_limit');
  });
});
