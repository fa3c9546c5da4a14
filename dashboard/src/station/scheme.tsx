/** The station drawn from its circuits and points, with live values at their places. */
import type { StationView } from '@heat-center/api/stations.ts';
import { useMemo } from 'react';
import type { KeyboardEvent } from 'react';
import { formatNumber } from '../format/number.ts';
import { definitionOf, pointName } from '../format/point.ts';
import { circuitsOf } from '../model/deviation.ts';
import { useWidth } from '../parts/use-width.ts';
import { useWorth, valueText, valueTitle } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { schemeLayout, settingsOf } from './scheme-layout.ts';
import type { SchemeSymbol, SchemeTitle, SchemeValue, SymbolKind } from './scheme-layout.ts';
import { sourceLayout } from './source-layout.ts';
import { SymbolShape } from './symbols.tsx';

export type Select = (point: string) => void;

const onEnter = (act: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  act();
};

interface PartProps {
  readonly view: StationView;
  readonly select: Select;
}

function usePrefix(prefix: SchemeValue['prefix']): string {
  const { t } = useWords();
  if (prefix === 'set') return t('scheme.set');
  if (prefix === 'outdoor') return t('column.outdoor');
  if (prefix === 'tank') return t('scheme.tank');
  if (prefix === 'makeup') return t('scheme.makeup');
  return prefix ?? '';
}

/** Width of a text, roughly: digits and Latin letters 0.58 em, Chinese characters 1 em. */
function roughWidth(text: string, size: number): number {
  let width = 0;
  for (const sign of text) width += sign > '⺀' ? size : size * 0.58;
  return width;
}

function PlacedValue({ place, view, select }: PartProps & { place: SchemeValue }) {
  const words = useWords();
  const { point, x, y, anchor } = place;
  const tuple = view.points[point];
  const worth = useWorth({ point, tuple, every_s: view.every_s });
  const prefix = usePrefix(place.prefix);
  if (!tuple) return null;
  const unit = definitionOf(point)?.unit ?? '';
  const text = (worth.startsWith('uncertain') ? '~' : '') + valueText(point, tuple, words);
  const width =
    roughWidth(text, 14) + roughWidth(unit, 11) + (prefix === '' ? 0 : roughWidth(prefix, 11) + 4) + 4;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  const value = { point, tuple, every_s: view.every_s };
  const name = pointName(point, words.language);
  return (
    <g
      className={`scheme-value ${worth}`}
      role="button"
      tabIndex={0}
      aria-label={`${words.t('scheme.select', { what: name })}: ${text} ${unit}`}
      onPointerEnter={(event) => {
        const title = event.currentTarget.querySelector('title');
        if (title) title.textContent = valueTitle(value, worth, { ...words, now: Date.now() });
      }}
      onClick={() => select(point)}
      onKeyDown={onEnter(() => select(point))}
    >
      <title>{name}</title>
      <rect className="frame" x={left - 3} y={y - 14} width={width + 6} height="18" rx="2" />
      <text x={x} y={y} textAnchor={anchor}>
        {prefix !== '' && <tspan className="prefix">{prefix} </tspan>}
        <tspan className="digits">{text}</tspan>
        <tspan className="unit" dx="2">
          {unit}
        </tspan>
      </text>
    </g>
  );
}

/** What is there whether or not it is measured. */
const isStatic = (kind: SymbolKind): boolean => ['exchanger', 'building', 'boiler', 'header'].includes(kind);

function nameOfStatic(kind: SymbolKind, t: Words['t']): string | undefined {
  if (kind === 'exchanger' || kind === 'building') return t(`scheme.${kind}`);
  return kind === 'boiler' || kind === 'header' ? t(`sourceScheme.${kind}`) : undefined;
}

function PlacedSymbol({ symbol, view, select }: PartProps & { symbol: SchemeSymbol }) {
  const { t, language } = useWords();
  const { kind, x, y, point } = symbol;
  const tuple = point === undefined ? undefined : view.points[point];
  const name = nameOfStatic(kind, t) ?? (point === undefined ? '' : pointName(point, language));
  const measured = isStatic(kind) || tuple !== undefined;
  const act = point !== undefined && tuple !== undefined ? () => select(point) : undefined;
  return (
    <g
      className={`symbol ${kind}${measured ? '' : ' unmeasured'}${act ? ' active' : ''}`}
      transform={`translate(${x} ${y})`}
      onClick={act}
    >
      <title>{measured ? name : `${name}: ${t('quality.missing')}`}</title>
      <SymbolShape symbol={symbol} value={tuple?.[1]} />
    </g>
  );
}

function CircuitTitle({ title, view }: { title: SchemeTitle; view: StationView }) {
  const { t, language } = useWords();
  const settings = settingsOf(view.circuits, title.circuit);
  const area = settings?.heated_area_m2;
  const parts = [
    settings?.kind === undefined ? '' : t(`circuitKind.${settings.kind}`),
    area === undefined ? '' : t('station.heatedArea', { area: formatNumber(area, 0, language) }),
  ].filter((part) => part !== '');
  return (
    <text className="circuit-title" x={title.x} y={title.y}>
      <tspan className="circuit-id">{title.circuit}</tspan>
      <tspan dx="8">{parts.join(' · ')}</tspan>
    </text>
  );
}

export function Scheme({ view, select }: PartProps) {
  const { t } = useWords();
  const [box, width] = useWidth<HTMLDivElement>();
  const names = Object.keys(view.points).toSorted().join(' ');
  // Values change three times a second; places only when a point or circuit appears.
  const layout = useMemo(
    () => {
      if (width === 0) return null;
      if (view.kind === 'source') return sourceLayout(width);
      return schemeLayout({ circuits: circuitsOf(view), points: view.points }, width);
    },
    // oxlint-disable-next-line react/exhaustive-deps -- `names` stands for the points that matter here
    [names, view.kind, view.circuits, width],
  );
  return (
    <div className="scheme" ref={box}>
      {layout && (
        <svg
          width={layout.width}
          height={layout.height}
          role="group"
          aria-label={t(view.kind === 'source' ? 'sourceScheme.label' : 'scheme.label')}
        >
          {layout.pipes.map(({ d, side, primary }) => (
            <path key={d} d={d} className={`pipe ${side} ${primary ? 'primary' : 'secondary'}`} />
          ))}
          {layout.symbols.map((symbol) => (
            <PlacedSymbol
              key={`${symbol.kind} ${symbol.x} ${symbol.y}`}
              symbol={symbol}
              view={view}
              select={select}
            />
          ))}
          {layout.titles.map((title) => (
            <CircuitTitle key={title.circuit} title={title} view={view} />
          ))}
          {layout.values.map((place) => (
            <PlacedValue key={place.point} place={place} view={view} select={select} />
          ))}
        </svg>
      )}
    </div>
  );
}
