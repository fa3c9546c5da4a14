/** A page of one run: the table and plots drawn as SVG, without any script. */
import type { PlotPoint } from './kpi.ts';
import { columnsOf, LINES, ownRows, shown, type Column, type Outcomes } from './report.ts';
import type { Scenario } from './run.ts';

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly values: readonly (readonly [at_h: number, value: number])[];
}

interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

const SIZE = { width: 900, height: 230, left: 52, right: 8, top: 10, bottom: 26 } as const;

/** Steps of 1, 2 or 5 times a power of ten, about five over the span. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, nth) => (first + nth) * step);
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function svg({ title, unit, curves }: Plot): string {
  const all = curves.flatMap(({ values }) => values);
  const hours = all.map(([at_h]) => at_h);
  const numbers = all.map(([, value]) => value);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers) + 1e-6];
  const [first, last] = [Math.min(...hours), Math.max(...hours) + 1e-6];
  const { width, height, left, right, top, bottom } = SIZE;
  const x = (at_h: number): number => left + ((at_h - first) / (last - first)) * (width - left - right);
  const y = (value: number): number =>
    height - bottom - ((value - low) / (high - low)) * (height - top - bottom);
  const levels = ticks(low, high).map((level) => {
    const at = y(level).toFixed(1);
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" class="grid"/><text x="${left - 6}" y="${at}" class="level">${Number(level.toPrecision(6))}</text>`;
  });
  const times = ticks(first, last).map(
    (at_h) =>
      `<text x="${x(at_h).toFixed(1)}" y="${height - 8}" class="time">${Number(at_h.toPrecision(6))} h</text>`,
  );
  const paths = curves.map(({ colour, dashed, values }) => {
    const points = values.map(([at_h, value]) => `${x(at_h).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return `<polyline points="${points}" stroke="${colour}"${dashed ? ' stroke-dasharray="4 3"' : ''}/>`;
  });
  const legend = curves
    .map(({ name, colour }) => `<span style="color:${colour}">${escaped(name)}</span>`)
    .join(' · ');
  return `<h2>${escaped(title)} <small>${escaped(unit)}</small></h2><p>${legend}</p>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${levels.join('')}${times.join('')}${paths.join('')}</svg>`;
}

function plots(outcomes: Outcomes): Plot[] {
  const columns = columnsOf(outcomes);
  const curve = ({ title, colour, outcome }: Column, of: (point: PlotPoint) => number): Curve => ({
    name: title,
    colour,
    values: outcome.points.map((point) => [point.at_h, of(point)] as const),
  });
  const each = (of: (point: PlotPoint) => number): Curve[] => columns.map((column) => curve(column, of));
  const center = (of: (point: PlotPoint) => number): Curve[] => each(of).slice(0, 1);
  const band = (name: string, of: (point: PlotPoint) => number): Curve[] =>
    center(of).map((one) => ({ ...one, name, dashed: true }));
  return [
    { title: 'Outdoor temperature', unit: '°C', curves: center(({ outdoor_c }) => outdoor_c) },
    { title: 'Mean supply to the circuits', unit: '°C', curves: each(({ supply_c }) => supply_c) },
    {
      title: 'Rooms: mean, and coldest and warmest circuit under the center',
      unit: '°C',
      curves: [
        ...each(({ room_c }) => room_c),
        ...band('coldest', ({ room_low_c }) => room_low_c),
        ...band('warmest', ({ room_high_c }) => room_high_c),
      ],
    },
    { title: 'Heat from the source', unit: 'MW', curves: each(({ source_mw }) => source_mw) },
    { title: 'Supply at the source', unit: '°C', curves: each(({ source_c }) => source_c) },
    { title: 'Return at the source', unit: '°C', curves: each(({ return_c }) => return_c) },
  ];
}

/** Plots that only this scenario has. */
const ownPlots = (outcomes: Outcomes): Plot[] =>
  outcomes.center.courses.map(({ title, unit }, nth) => ({
    title,
    unit,
    curves: columnsOf(outcomes).flatMap(({ title: name, colour, outcome }): Curve[] => {
      const { values } = outcome.courses[nth] ?? { values: [] };
      return values.length === 0 ? [] : [{ name, colour, values }];
    }),
  }));

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:920px;padding:0 1rem;color:#1f2933}
h1{font-size:1.4rem}h2{font-size:1rem;margin:1.6rem 0 0}small{font-weight:400;color:#6b7280}p{margin:.2rem 0}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .8rem;border-bottom:1px solid #e4e7eb;text-align:right}
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}
polyline{fill:none;stroke-width:1.6}.grid{stroke:#e4e7eb}.level{font-size:11px;text-anchor:end;dominant-baseline:middle;fill:#6b7280}
.time{font-size:11px;text-anchor:middle;fill:#6b7280}`;

export function page(scenario: Scenario, form: string, outcomes: Outcomes): string {
  const columns = columnsOf(outcomes);
  const rows = LINES.map(({ key, words, unit, digits }) => {
    const cells = columns.map(({ outcome }) => `<td>${shown(outcome.kpis[key], digits)}</td>`);
    return `<tr><td>${words}${unit === '' ? '' : `, ${unit}`}</td>${cells.join('')}</tr>`;
  });
  for (const [words, ...values] of ownRows(outcomes)) {
    const cells = values.map((value) => `<td>${value}</td>`);
    rows.push(`<tr><td>${words}</td>${cells.join('')}</tr>`);
  }
  const heads = columns.map(({ title }) => `<th>${title}</th>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${scenario.name}</title><style>${STYLE}</style></head>
<body><h1>${scenario.name}</h1><p>${escaped(scenario.what)}</p><p>${escaped(form)}</p>
<table><tr><th></th>${heads}</tr>${rows.join('')}</table>
${[...plots(outcomes), ...ownPlots(outcomes)].map(svg).join('\n')}
</body></html>
`;
}
