/** A page of one run: the table and plots drawn as SVG, without any script. */
import type { PlotPoint } from './kpi.ts';
import { escaped, svg, type Curve, type Plot } from './plot.ts';
import { columnsOf, LINES, ownRows, shown, type Column, type Outcomes } from './report.ts';
import type { Scenario } from './run.ts';

function plots(outcomes: Outcomes): Plot[] {
  const columns = columnsOf(outcomes);
  const curve = ({ title, colour, outcome }: Column, of: (point: PlotPoint) => number): Curve => ({
    name: title,
    colour,
    values: outcome.points.map((point) => [point.at_h, of(point)] as const),
  });
  const each = (of: (point: PlotPoint) => number): Curve[] => columns.map((column) => curve(column, of));
  const center = (of: (point: PlotPoint) => number): Curve[] => each(of).slice(0, 1);
  const weather = (one: Curve): Curve => ({ ...one, name: 'the same for all', colour: '#1f2933' });
  const band = (name: string, of: (point: PlotPoint) => number): Curve[] =>
    center(of).map((one) => ({ ...one, name, dashed: true }));
  return [
    { title: 'Outdoor temperature', unit: '°C', curves: center(({ outdoor_c }) => outdoor_c).map(weather) },
    { title: 'Mean supply to the circuits', unit: '°C', curves: each(({ supply_c }) => supply_c) },
    {
      title: 'Rooms: mean, and coldest and warmest circuit led by the center',
      unit: '°C',
      curves: [
        ...each(({ room_c }) => room_c),
        ...band('coldest circuit', ({ room_low_c }) => room_low_c),
        ...band('warmest circuit', ({ room_high_c }) => room_high_c),
      ],
    },
    { title: 'Heat from the source', unit: 'MW', curves: each(({ source_mw }) => source_mw) },
    { title: 'Supply at the source', unit: '°C', curves: each(({ source_c }) => source_c) },
    { title: 'Return at the source', unit: '°C', curves: each(({ return_c }) => return_c) },
  ];
}

/** Plots that only this scenario has; a line of its own stands beside the runs. */
function ownPlots(outcomes: Outcomes): Plot[] {
  const drawn = new Map<string, { unit: string; curves: Curve[] }>();
  for (const [nth, { title, unit, line }] of outcomes.center.courses.entries()) {
    const plot = drawn.get(title) ?? { unit, curves: [] };
    drawn.set(title, plot);
    for (const { title: name, colour, outcome } of columnsOf(outcomes)) {
      const { values } = outcome.courses[nth] ?? { values: [] };
      if (values.length === 0) continue;
      plot.curves.push({ name: line ?? name, colour, values, dashed: line !== undefined });
      if (line !== undefined) break;
    }
  }
  return [...drawn].map(([title, plot]) => ({ title, ...plot }));
}

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:920px;padding:0 1rem;color:#1f2933}
h1{font-size:1.4rem}h2{font-size:1rem;margin:1.6rem 0 0}small{font-weight:400;color:#6b7280}p{margin:.2rem 0}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .8rem;border-bottom:1px solid #e4e7eb;text-align:right}
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}
span{white-space:nowrap}polyline{fill:none;stroke-width:1.6}i{display:inline-block;width:1.4em;margin:0 .4em 0 .8em;vertical-align:middle;border-top-width:2px}.grid{stroke:#e4e7eb}.level{font-size:11px;text-anchor:end;dominant-baseline:middle;fill:#6b7280}
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
  const hours = Math.ceil(outcomes.center.points.at(-1)?.at_h ?? 0);
  const drawn = [...plots(outcomes), ...ownPlots(outcomes)].map((plot) => svg(plot, hours));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${scenario.name}</title><style>${STYLE}</style></head>
<body><h1>${scenario.name}</h1><p>${escaped(scenario.what)}</p><p>${escaped(form)}</p>
<table><tr><th></th>${heads}</tr>${rows.join('')}</table>
${drawn.join('\n')}
</body></html>
`;
}
