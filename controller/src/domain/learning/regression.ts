/**
 * Straight fits of few coefficients that a spoilt day does not bend: least absolute residuals first, then weighted
 * least squares over what lies within 3 σ. With weights λ^age this is what recursive least squares with forgetting λ
 * gives, but a day that turns out to be an outlier later is dropped later too.
 */

export interface Row {
  /** One for each coefficient. */
  readonly x: readonly number[];
  readonly y: number;
  /** Above 0. */
  readonly weight: number;
}

export interface Fit {
  readonly coefficients: readonly number[];
  /** Of the coefficients; its diagonal holds the squares of their standard errors. */
  readonly covariance: readonly (readonly number[])[];
  /** Standard deviation about the line. */
  readonly sigma: number;
  /** By row: whether it lies within 3 σ. */
  readonly used: readonly boolean[];
}

type Matrix = number[][];

/** Rounds of the first, resistant fit. */
const ROUNDS = 25;
/** Rounds in which rows are dropped and taken back. */
const DROPS = 8;
/** MAD of a normal distribution to its σ. */
const SIGMA_PER_MAD = 1.4826;
const DROPPED_FROM_SIGMA = 3;
/** A pivot so small beside the diagonal means that the rows are all alike. */
const SINGULAR = 1e-10;
/** Days that follow each other err alike; more than this is not believed. */
const MOST_CORRELATED = 0.8;

/** The inverse of a symmetric positive matrix by elimination with pivots; undefined where there is none. */
export function inverse(of: readonly (readonly number[])[]): Matrix | undefined {
  const size = of.length;
  const rows = of.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const [one, other] = [rows[column], rows[pivot]];
    const lead = other?.[column] ?? 0;
    if (!one || !other || Math.abs(lead) <= SINGULAR * Math.abs(of[column]?.[column] ?? 0)) return undefined;
    rows[pivot] = one;
    rows[column] = other.map((value) => value / lead);
    for (const [index, row] of rows.entries()) {
      const factor = row[column] ?? 0;
      if (index === column || factor === 0) continue;
      rows[index] = row.map((value, at) => value - factor * (rows[column]?.[at] ?? 0));
    }
  }
  return rows.map((row) => row.slice(size));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Σ w·x·xᵀ. */
function moments(rows: readonly Row[], weights: readonly number[], size: number): Matrix {
  const sums: Matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const [index, { x }] of rows.entries()) {
    const weight = weights[index] ?? 0;
    for (const [i, row] of sums.entries()) {
      for (let j = 0; j < size; j += 1) row[j] = (row[j] ?? 0) + weight * (x[i] ?? 0) * (x[j] ?? 0);
    }
  }
  return sums;
}

function solved(rows: readonly Row[], weights: readonly number[], size: number) {
  const inner = inverse(moments(rows, weights, size));
  if (!inner) return undefined;
  const right = Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, { x, y }, index) => sum + (weights[index] ?? 0) * (x[i] ?? 0) * y, 0),
  );
  return { inner, coefficients: inner.map((row) => dot(row, right)) };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2;
}

const residuals = (rows: readonly Row[], coefficients: readonly number[]): number[] =>
  rows.map(({ x, y }) => y - dot(x, coefficients));

/** Least absolute residuals by weights that fall with the residual. */
function resistant(rows: readonly Row[], size: number): readonly number[] | undefined {
  let weights = rows.map(({ weight }) => weight);
  let coefficients: readonly number[] | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    coefficients = solved(rows, weights, size)?.coefficients;
    if (!coefficients) return undefined;
    const off = residuals(rows, coefficients).map(Math.abs);
    const floor = Math.max(1e-3 * middle(off), 1e-9);
    weights = rows.map(({ weight }, index) => weight / Math.max(off[index] ?? 0, floor));
  }
  return coefficients;
}

/** By how much neighbours that err alike make the standard errors larger: (1 + ρ)/(1 − ρ). */
function inflation(off: readonly number[]): number {
  const square = dot(off, off);
  if (square <= 0) return 1;
  const rho = dot(off.slice(1), off) / square;
  const bounded = Math.min(Math.max(rho, 0), MOST_CORRELATED);
  return (1 + bounded) / (1 - bounded);
}

/** Within 3 σ, σ by the median of absolute residuals so that what is dropped does not widen it. */
function within(rows: readonly Row[], coefficients: readonly number[]): boolean[] {
  const off = residuals(rows, coefficients).map(Math.abs);
  const scale = dot(
    rows.map(({ y }) => Math.abs(y)),
    rows.map(() => 1 / rows.length),
  );
  const bound = DROPPED_FROM_SIGMA * Math.max(SIGMA_PER_MAD * middle(off), 1e-6 * scale);
  return off.map((value) => value <= bound);
}

/** Weighted least squares over all rows; undefined as for `fitRows`. */
export function fitAll(rows: readonly Row[], size: number): Fit | undefined {
  const count = rows.length;
  const used = rows.map(() => true);
  const fit = count < size + 2 ? undefined : solved(rows, weightsOf(rows, used), size);
  return fit && { ...spread(rows, { used, size, count }, fit), used };
}

/** Fits y = Σ c·x; undefined with fewer than two rows beyond the coefficients, or where rows are all alike. */
export function fitRows(rows: readonly Row[], size: number): Fit | undefined {
  if (rows.length < size + 2) return undefined;
  const first = resistant(rows, size);
  if (!first) return undefined;
  let used = within(rows, first);
  let fit = solved(rows, weightsOf(rows, used), size);
  for (let round = 0; fit && round < DROPS; round += 1) {
    const next = within(rows, fit.coefficients);
    if (next.every((is, index) => is === used[index])) break;
    used = next;
    fit = solved(rows, weightsOf(rows, used), size);
  }
  const count = used.filter(Boolean).length;
  if (!fit || count < size + 2) return undefined;
  return { ...spread(rows, { used, size, count }, fit), used };
}

const weightsOf = (rows: readonly Row[], used: readonly boolean[]): number[] =>
  rows.map(({ weight }, index) => (used[index] ? weight : 0));

/** σ and the covariance σ²·M⁻¹·(Σ w²·x·xᵀ)·M⁻¹ of a fit with M = Σ w·x·xᵀ, widened for neighbours that err alike. */
function spread(
  rows: readonly Row[],
  { used, size, count }: { used: readonly boolean[]; size: number; count: number },
  { inner, coefficients }: { inner: Matrix; coefficients: readonly number[] },
): Omit<Fit, 'used'> {
  const off = residuals(rows, coefficients).filter((_, index) => used[index]);
  const weights = weightsOf(rows, used);
  const kept = weights.filter((weight) => weight > 0);
  const total = kept.reduce((sum, weight) => sum + weight, 0);
  const square = dot(
    kept,
    off.map((value) => value * value),
  );
  const sigma = Math.sqrt((square / total) * (count / (count - size)));
  const squared = moments(
    rows,
    weights.map((weight) => weight * weight),
    size,
  );
  const factor = sigma * sigma * inflation(off);
  const left = inner.map((row) =>
    squared.map((_, j) =>
      dot(
        row,
        squared.map((line) => line[j] ?? 0),
      ),
    ),
  );
  const covariance = left.map((row) => inner.map((line) => factor * dot(row, line)));
  return { coefficients, covariance, sigma };
}

/** Standard error of coefficient `at`. */
export const errorOf = ({ covariance }: Fit, at: number): number => Math.sqrt(covariance[at]?.[at] ?? 0);

/** Standard error of Σ c·x. */
export function errorAt({ covariance }: Fit, x: readonly number[]): number {
  return Math.sqrt(
    Math.max(
      0,
      dot(
        x,
        covariance.map((row) => dot(row, x)),
      ),
    ),
  );
}
