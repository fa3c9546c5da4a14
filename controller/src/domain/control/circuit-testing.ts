/** Circuits that remember something, for tests. */
import type { SetpointName } from '../config.ts';
import { T0 } from '../testing.ts';
import { newCircuit, type CircuitState } from './circuit.ts';
import { GOOD, GOOD_AT, POSITION, slotOf, type Good } from './memory.ts';

interface Remembered {
  readonly position?: number | undefined;
  readonly good?: Good | undefined;
}

/** The circuit `low` that remembers this of its supply temperature, or of another setpoint. */
export function remembering(
  { position = Number.NaN, good }: Remembered,
  more: Partial<CircuitState> & { readonly of?: SetpointName } = {},
): CircuitState {
  const { of = 'supply_c', ...changes } = more;
  const circuit = { ...newCircuit('low', T0), ...changes };
  const slot = slotOf(of);
  circuit.memory[slot + POSITION] = position;
  circuit.memory[slot + GOOD] = good?.value ?? Number.NaN;
  circuit.memory[slot + GOOD_AT] = good?.at ?? Number.NaN;
  return circuit;
}
