/** Curves over the hours of a run, drawn as SVG without any script. */

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly values: readonly (readonly [at_h: number, value: number])[];
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

type Span = readonly [first: number, last: number];

const SIZE = { width: 900, height: 230, left: 52, right: 18, top: 10, bottom: 26 } as const;
/** Between two marks of the time axis, h. */
const HOURS = [1, 2, 3, 6, 12, 24, 48] as const;
const MOST_HOURS = 10;

/** A curve may pass the outermost mark by this share of a step. */
const SLACK = 0.05;

/** Marks at multiples of `step` from below `low` to above `high`. */
function marks(low: number, high: number, step: number): number[] {
  const first = Math.floor(low / step + SLACK);
  const last = Math.ceil(high / step - SLACK);
  return Array.from({ length: Math.max(last, first + 1) - first + 1 }, (_, nth) => (first + nth) * step);
}

/** Steps of 1, 2 or 5 times a power of ten, about five over the span. */
function levels(low: number, high: number): number[] {
  const rough = Math.max(high - low, 1e-3) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power;
  return marks(low, high, step);
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const told = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−');

const spanOf = (values: readonly number[]): Span =>
  values.reduce<Span>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );

/** What is drawn first lies below: the first curve is told first and drawn last. */
export function svg({ title, unit, curves: given }: Plot, hours: number): string {
  const curves = given.map((curve) => ({ ...curve, values: curve.values.filter(([at_h]) => at_h >= 0) }));
  const all = curves.flatMap(({ values }) => values);
  const scale = levels(...spanOf(all.map(([, value]) => value)));
  const [low, high] = spanOf(scale);
  const [, last_h] = spanOf([hours, ...all.map(([at_h]) => at_h)]);
  const { width, height, left, right, top, bottom } = SIZE;
  const x = (at_h: number): string => (left + (at_h / last_h) * (width - left - right)).toFixed(1);
  const y = (value: number): string =>
    (height - bottom - ((value - low) / (high - low)) * (height - top - bottom)).toFixed(1);
  const lines = scale.map(
    (level) =>
      `<line x1="${left}" x2="${width - right}" y1="${y(level)}" y2="${y(level)}" class="grid"/><text x="${left - 6}" y="${y(level)}" class="level">${told(level)}</text>`,
  );
  const step_h = HOURS.find((step) => last_h / step <= MOST_HOURS) ?? 48;
  const times = marks(0, last_h, step_h)
    .filter((at_h) => at_h <= last_h)
    .map((at_h) => `<text x="${x(at_h)}" y="${height - 8}" class="time">${told(at_h)} h</text>`);
  const paths = curves.toReversed().map(({ colour, dashed, values }) => {
    const points = values.map(([at_h, value]) => `${x(at_h)},${y(value)}`).join(' ');
    return `<polyline points="${points}" stroke="${colour}"${dashed ? ' stroke-dasharray="4 3"' : ''}/>`;
  });
  const legend = curves.map(
    ({ name, colour, dashed }) =>
      `<span style="color:${colour}"><i style="border-top-style:${dashed ? 'dashed' : 'solid'}"></i>${escaped(name)}</span>`,
  );
  return `<h2>${escaped(title)} <small>${escaped(unit)}</small></h2><p>${legend.join(' ')}</p>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${lines.join('')}${times.join('')}${paths.join('')}</svg>`;
}
