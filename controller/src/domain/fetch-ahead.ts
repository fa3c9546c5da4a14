/**
 * Memory answers hundreds of times later than a processor asks, and one station's cycle asks for one thing after another.
 * Reading first what the cycles of several stations will need lets their waits overlap: a tick of 10,000 circuits takes a
 * tenth to a fifth less (ADR 0013). It changes nothing.
 */
import type { StationEntry } from './center-station.ts';
import { sensorsOf } from './control/sensors.ts';

/** Numbers that arrive together, since they stand side by side. */
const TOGETHER = 8;

function sumOf(numbers: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < numbers.length; index += TOGETHER) sum += numbers[index] ?? 0;
  return sum;
}

function read({ config, image, state }: StationEntry): number {
  const { circuits, outdoor, lease, ledger } = state;
  const sensors = sensorsOf(config, image);
  let sum = config.every_s.default + ledger.next_end + (outdoor?.value_c ?? 0) + (lease?.at ?? 0);
  sum += sumOf(image.points.numbers);
  for (let index = 0; index < circuits.length; index += 1) {
    const circuit = circuits[index];
    const found = sensors.circuits[index];
    if (!circuit || !found) continue;
    const { basis, quantities, design_flow_m3_h = 0 } = found;
    sum += circuit.at + sumOf(circuit.memory);
    sum += design_flow_m3_h + quantities.length + (basis?.design?.outdoor_c ?? 0);
    sum += found.circuit.limits?.supply_min_c ?? 0;
  }
  return sum;
}

/** What was read goes here: nobody wants it, but what nobody gets is not read. */
const somewhere = { sum: 0 };

export function fetchAhead(stations: readonly StationEntry[]): void {
  let sum = 0;
  for (const station of stations) sum += read(station);
  somewhere.sum = sum;
}
