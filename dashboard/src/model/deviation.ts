/** How far a station is from where it should be. */
import type { PointTuple, StationView } from '@heat-center/api/stations.ts';

export interface CircuitDeviation {
  readonly circuit: string;
  readonly supply: PointTuple | undefined;
  readonly back: PointTuple | undefined;
  /** Supply setpoint in force, °C; what the station works to before what the center computed. */
  readonly set_c: number | null;
  /** Supply − setpoint in force, K; null where either is unknown. */
  readonly deviation_k: number | null;
}

const numberOf = (tuple: PointTuple | undefined): number | null =>
  tuple && tuple[2] !== 'bad' && typeof tuple[1] === 'number' ? tuple[1] : null;

interface Known {
  readonly points: number;
  readonly ids: readonly string[];
}

/** Settings keep their identity while values change, and points only ever join. */
const known = new WeakMap<StationView['circuits'], Known>();

/** Circuits of a station in the order of its settings, then those that only its telemetry names. */
export function circuitsOf(view: Pick<StationView, 'circuits' | 'points'>): readonly string[] {
  const points = Object.keys(view.points).length;
  const before = known.get(view.circuits);
  if (before?.points === points) return before.ids;
  const ids = findCircuits(view);
  known.set(view.circuits, { points, ids });
  return ids;
}

function findCircuits(view: Pick<StationView, 'circuits' | 'points'>): string[] {
  const ids = new Set(view.circuits.map(({ id }) => id));
  for (const point of Object.keys(view.points)) {
    const [head, circuit] = point.split('.');
    if (head === 'circuits' && circuit !== undefined) ids.add(circuit);
  }
  return [...ids];
}

interface Names {
  readonly supply: string;
  readonly back: string;
  readonly set: string;
}

const names = new Map<string, Names>();

/** Ids of a circuit's points, put together once: a thousand stations are judged every two seconds. */
function namesOf(circuit: string): Names {
  const before = names.get(circuit);
  if (before) return before;
  const head = `circuits.${circuit}`;
  const made = { supply: `${head}.supply_c`, back: `${head}.return_c`, set: `${head}.supply_set_c` };
  names.set(circuit, made);
  return made;
}

export function circuitDeviation(view: StationView, circuit: string): CircuitDeviation {
  const points = namesOf(circuit);
  const supply = view.points[points.supply];
  const computed = view.setpoints[circuit]?.find(({ name }) => name === 'supply_c')?.value ?? null;
  const set_c = numberOf(view.points[points.set]) ?? computed;
  const supply_c = numberOf(supply);
  return {
    circuit,
    supply,
    back: view.points[points.back],
    set_c,
    deviation_k: supply_c === null || set_c === null ? null : supply_c - set_c,
  };
}

/** The circuit that is farthest from its setpoint; the first where none can be judged. */
export function worstCircuit(view: StationView): CircuitDeviation | undefined {
  let worst: CircuitDeviation | undefined;
  for (const circuit of circuitsOf(view)) {
    const candidate = circuitDeviation(view, circuit);
    const size = Math.abs(candidate.deviation_k ?? -1);
    if (!worst || (candidate.deviation_k !== null && size > Math.abs(worst.deviation_k ?? -1)))
      worst = candidate;
  }
  return worst;
}
