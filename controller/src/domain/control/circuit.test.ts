import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { T0 } from '../testing.ts';
import { remembering } from './circuit-testing.ts';
import { newCircuit, restoredCircuits, type CircuitState, type EarlierCircuits } from './circuit.ts';
import { forget, lastGood, lastOutput, noteTold, slotOf, toldUntil } from './memory.ts';
import { NEW_ROOMS } from './rooms.ts';

describe('what a circuit remembers', () => {
  it('is nothing at first', () => {
    const { memory } = newCircuit('low', T0);
    for (const name of ['supply_c', 'flow_m3_h', 'dp_kpa'] as const)
      expect([lastOutput(memory, slotOf(name)), lastGood(memory, slotOf(name))]).toEqual([
        undefined,
        undefined,
      ]);
    expect(toldUntil(memory)).toBeNaN();
  });

  it('is kept for each setpoint by itself, and forgotten so', () => {
    const of = 'flow_m3_h';
    const { memory } = remembering(
      { position: 50 },
      { of, memory: remembering({ position: 57, good: { value: 58, at: T0 } }).memory },
    );
    noteTold(memory, T0 + 1);
    expect(lastOutput(memory, slotOf(of))).toBe(50);
    forget(memory, slotOf(of));
    expect(lastOutput(memory, slotOf(of))).toBeUndefined();
    expect(lastOutput(memory, slotOf('supply_c'))).toBe(57);
    expect(lastGood(memory, slotOf('supply_c'))).toEqual({ value: 58, at: T0 });
    expect(toldUntil(memory)).toBe(T0 + 1);
    noteTold(memory, undefined);
    expect(toldUntil(memory)).toBeNaN();
  });

  it('outlives a snapshot', () => {
    const circuits = [remembering({ position: 57.25 }, { stage: 1 }), newCircuit('high', T0)];
    const saved = deserialize(serialize(circuits)) as CircuitState[];
    expect(restoredCircuits(saved)).toEqual(circuits);
  });

  it('of an earlier version keeps what was learned; outputs begin where the station works', () => {
    const rooms = { ...NEW_ROOMS, shift_k: 2 };
    const saved: EarlierCircuits = new Map([['low', { caps: undefined, stage: 1, night: undefined, rooms }]]);
    const [low] = restoredCircuits(deserialize(serialize(saved)) as EarlierCircuits);
    expect(low).toMatchObject({ circuit: 'low', decisions: [], stage: 1, rooms });
    expect(low && lastOutput(low.memory, slotOf('supply_c'))).toBeUndefined();
  });
});
