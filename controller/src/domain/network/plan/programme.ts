/**
 * The plan as a linear programme. For each class c and step k, with heat u as kelvins of outdoor temperature, rooms δ,
 * weight w = H/ΣH, price p relative to its mean, and length t of the step:
 *
 *     δ_k = a·δ_{k−1} + (1 − a)·u_k,  a = e^(−t/τ)          rooms follow (single node, exact for a constant u)
 *     e_k = a′·e_{k−1} + (1 − a′)·u_k,  a′ = e^(−t/lag)     so do water, radiators and screeds (emission.ts)
 *     h_k = u_k + (stored/t)·(e_k − e_{k−1})                heat of the step as kelvins: to rooms and into these
 *     |δ_k| ≤ band,  δ_K ≥ 0,  lo_k ≤ u_k ≤ hi_k            comfort; nothing is borrowed from tomorrow; the curve's ends
 *     W_k = Σ w·h_k,  W_k − s_k ≤ (cap_k − base_k)/response  a cap that gives way at a price: always solvable
 *     W_k − top ≤ (max base − base_k)/response               hours without a cap: no peak above that of the baseline
 *     U_k = Σ w·u_k
 *     min Σ t·p·(Σ w·h + w·δ⁻) + comfort·|δ| + change(|U_k − U_{k−1}|) + over·(Σ t·s + 24·max s) + peak·top
 *
 * δ⁻, what rooms are below their target, is paid for, so that heat is moved and never saved by cooling: at one price
 * for all hours nothing moves; what emitters hold at the end is worth what it cost. |δ| costs more beyond half of the band, so that classes share what is asked of them, and a
 * change of heat more the larger it is: changes are spread over hours.
 */
import type { Emission } from './emission.ts';
import { ProgrammeBuilder, type LinearProgramme } from './linear-programme.ts';

export interface ProgrammeClass extends Emission {
  /** H, kW/K, above 0. */
  readonly loss_kw_k: number;
  /** τ, h, above 0. */
  readonly time_constant_h: number;
  /** K, above 0. */
  readonly band_k: number;
  /** δ, u and e at the beginning, K. */
  readonly room_k: number;
  readonly colder_k: number;
  readonly emitted_k: number;
  /** Bounds of u in each step, K; 0 lies between. */
  readonly least_k: readonly number[];
  readonly most_k: readonly number[];
}

export interface ProgrammeStep {
  readonly hours: number;
  readonly baseline_kw: number;
  readonly cap_kw?: number | undefined;
  readonly price_per_mwh?: number | undefined;
}

export interface Programme {
  readonly classes: readonly ProgrammeClass[];
  readonly steps: readonly ProgrammeStep[];
  /** Measured heat for each kW of heat by design. */
  readonly response: number;
}

/**
 * Costs, in the mean price of a kWh: of a K·h in the inner and outer half of the band, of a kWh above the cap. The hour
 * that is most above it counts as if it were the whole day, so that no peak is put in place of another.
 */
const COMFORT_INNER = 0.5;
const COMFORT_OUTER = 1.5;
const OVER_CAP = 50;
const WORST_HOUR = 24 * OVER_CAP;
/** Of a kWh that rooms still lack at the end: worse than any cap. */
const OWED = 100 * OVER_CAP;
/** Of a change of one kW from step to step: the first half kelvin of all buildings, and what is beyond. */
const CHANGES = [
  { cost: 0.02, most_k: 0.5 },
  { cost: 0.08, most_k: Number.POSITIVE_INFINITY },
] as const;
/**
 * Of a kW above the baseline's peak in hours without a cap, by hour of the plan: 3 kWh for a day. Rooms come back more
 * slowly rather than make a peak of their own; a large difference of prices over many hours still may.
 */
const PEAK = 1 / 8;

const { POSITIVE_INFINITY: ENDLESS } = Number;

interface Shared {
  readonly builder: ProgrammeBuilder;
  readonly steps: readonly ProgrammeStep[];
  /** Relative to their mean. */
  readonly prices: readonly number[];
  /** Mean loss of a class, kW/K: weights are about 1, which keeps the solver's tolerances meaningful. */
  readonly unit_kw_k: number;
}

/** Prices relative to their mean; 1 in all hours where there are none. */
function relativePrices(steps: readonly ProgrammeStep[]): number[] {
  const hours = steps.reduce((sum, step) => sum + step.hours, 0);
  const paid = steps.reduce((sum, step) => sum + step.hours * (step.price_per_mwh ?? 0), 0);
  if (paid <= 0) return steps.map(() => 1);
  return steps.map(({ price_per_mwh = 0 }) => (price_per_mwh * hours) / paid);
}

/** Columns of a class's rooms in one step: above and below their target, in the inner and the outer half of the band. */
type Rooms = readonly (readonly [column: number, sign: 1 | -1])[];

function roomColumns(shared: Shared, one: ProgrammeClass, step: number): Rooms {
  const { builder, steps, prices, unit_kw_k } = shared;
  const weight = one.loss_kw_k / unit_kw_k;
  const hours = steps[step]?.hours ?? 0;
  // Half of what lies between two ends of steps belongs to each of them.
  const next = steps[step + 1]?.hours ?? 0;
  const unpaid = (hours * (prices[step] ?? 1) + next * (prices[step + 1] ?? 0)) / 2;
  const half_k = one.band_k / 2;
  // Rooms that begin outside of their band are asked to come back, no faster than they do by themselves.
  const passed_h = steps.slice(0, step + 1).reduce((sum, { hours: h }) => sum + h, 0);
  const beyond_k = Math.abs(one.room_k) * Math.exp(-passed_h / one.time_constant_h);
  const outer_k = Math.max(half_k, beyond_k - half_k);
  return [
    [builder.column(weight * COMFORT_INNER * hours, 0, half_k), 1],
    [builder.column(weight * COMFORT_OUTER * hours, 0, outer_k), 1],
    [builder.column(weight * (COMFORT_INNER * hours + unpaid), 0, half_k), -1],
    [builder.column(weight * (COMFORT_OUTER * hours + unpaid), 0, outer_k), -1],
  ];
}

/** Columns of a class in each step: u, and e at its end. */
interface ClassColumns {
  readonly colder: readonly number[];
  readonly emitted: readonly number[];
}

/** Column of e at the end of a step. Heat that goes into emitters is paid for when it goes in. */
function emittedColumn(
  shared: Shared,
  one: ProgrammeClass,
  at: { readonly step: number; readonly colder: number; readonly before: number | undefined },
): number {
  const { builder, steps, prices, unit_kw_k } = shared;
  const { step, colder, before } = at;
  const price = prices[step] ?? 1;
  const later = prices[step + 1] ?? price;
  const weight = one.loss_kw_k / unit_kw_k;
  const column = builder.column(weight * one.stored_h * (price - later), -ENDLESS, ENDLESS);
  const kept = Math.exp(-(steps[step]?.hours ?? 0) / one.lag_h);
  const last = before === undefined ? [] : [[before, -kept] as const];
  const from = before === undefined ? kept * one.emitted_k : 0;
  builder.row([[column, 1], [colder, kept - 1], ...last], from, from);
  return column;
}

/** Adds a class. */
function addClass(shared: Shared, one: ProgrammeClass): ClassColumns {
  const { builder, steps, prices, unit_kw_k } = shared;
  const weight = one.loss_kw_k / unit_kw_k;
  const heat: number[] = [];
  const emitted: number[] = [];
  let before: Rooms | undefined;
  for (const [step, { hours }] of steps.entries()) {
    const kept = Math.exp(-hours / one.time_constant_h);
    const cost = weight * hours * (prices[step] ?? 1);
    const colder = builder.column(cost, one.least_k[step] ?? 0, one.most_k[step] ?? 0);
    const rooms = roomColumns(shared, one, step);
    const start_k = before ? 0 : kept * one.room_k;
    const entries = [
      ...rooms,
      ...(before ?? []).map(([column, sign]) => [column, -sign * kept] as const),
      [colder, kept - 1] as const,
    ];
    builder.row(entries, start_k, start_k);
    heat.push(colder);
    emitted.push(emittedColumn(shared, one, { step, colder, before: emitted.at(-1) }));
    before = rooms;
  }
  if (before) {
    const owed = builder.column(weight * one.time_constant_h * OWED, 0, ENDLESS);
    builder.row([...before, [owed, 1]], 0, ENDLESS);
  }
  return { colder: heat, emitted };
}

/** A free column that is the network's heat in a step: to rooms and into emitters. */
function heatColumn(
  shared: Shared,
  classes: readonly ProgrammeClass[],
  at: { readonly step: number; readonly columns: readonly ClassColumns[] },
): number {
  const { builder, steps, unit_kw_k } = shared;
  const { step, columns } = at;
  const hours = steps[step]?.hours ?? 1;
  const sum = builder.column(0, -ENDLESS, ENDLESS);
  let begin = 0;
  const parts = classes.flatMap((one, index) => {
    const { colder = [], emitted = [] } = columns[index] ?? {};
    const weight = one.loss_kw_k / unit_kw_k;
    const stored = (weight * one.stored_h) / hours;
    const before = emitted[step - 1];
    if (before === undefined) begin += stored * one.emitted_k;
    return [
      [colder[step] ?? 0, weight] as const,
      [emitted[step] ?? 0, stored] as const,
      ...(before === undefined ? [] : [[before, -stored] as const]),
    ];
  });
  builder.row([...parts, [sum, -1]], begin, begin);
  return sum;
}

/** The network's heat in each step, changes of what is asked, and caps. */
function addNetwork(shared: Shared, given: Programme, columns: readonly ClassColumns[]): void {
  const { builder, unit_kw_k } = shared;
  const { classes, steps, response } = given;
  const weights = classes.map(({ loss_kw_k }) => loss_kw_k / unit_kw_k);
  const peak_kw = Math.max(...steps.map(({ baseline_kw }) => baseline_kw));
  const length_h = steps.reduce((total, { hours }) => total + hours, 0);
  const top = builder.column(PEAK * length_h, 0, ENDLESS);
  const worst = builder.column(WORST_HOUR, 0, ENDLESS);
  const begin = classes.reduce((sum, { colder_k }, index) => sum + (weights[index] ?? 0) * colder_k, 0);
  let before: number | undefined;
  for (const [step, { hours, baseline_kw, cap_kw }] of steps.entries()) {
    const asked = builder.column(0, -ENDLESS, ENDLESS);
    const parts = columns.map(({ colder }, index) => [colder[step] ?? 0, weights[index] ?? 0] as const);
    builder.row([...parts, [asked, -1]], 0, 0);
    const changes = CHANGES.flatMap(({ cost, most_k }) =>
      ([-1, 1] as const).map((sign) => [builder.column(cost, 0, most_k * classes.length), sign] as const),
    );
    const from = before === undefined ? begin : 0;
    const last = before === undefined ? [] : [[before, -1] as const];
    builder.row([[asked, 1], ...last, ...changes], from, from);
    before = asked;
    const sum = heatColumn(shared, classes, { step, columns });
    const free = ((cap_kw ?? peak_kw) - baseline_kw) / response / unit_kw_k;
    if (cap_kw === undefined) {
      builder.row(
        [
          [sum, 1],
          [top, -1],
        ],
        -ENDLESS,
        free,
      );
      continue;
    }
    const over = builder.column(OVER_CAP * hours, 0, ENDLESS);
    builder.row(
      [
        [sum, 1],
        [over, -1],
      ],
      -ENDLESS,
      free,
    );
    builder.row(
      [
        [worst, 1],
        [over, -1],
      ],
      0,
      ENDLESS,
    );
  }
}

/** Builds the programme; `heat` are the columns of u by class and step. */
export function programmeOf(given: Programme): {
  readonly programme: LinearProgramme;
  readonly heat: readonly (readonly number[])[];
} {
  const { classes, steps } = given;
  const total_kw_k = classes.reduce((sum, { loss_kw_k }) => sum + loss_kw_k, 0);
  const shared: Shared = {
    builder: new ProgrammeBuilder(),
    steps,
    prices: relativePrices(steps),
    unit_kw_k: total_kw_k / Math.max(1, classes.length),
  };
  const columns = classes.map((one) => addClass(shared, one));
  addNetwork(shared, given, columns);
  return { programme: shared.builder.done(), heat: columns.map(({ colder }) => colder) };
}
