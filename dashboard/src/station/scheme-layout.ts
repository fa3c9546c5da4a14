/**
 * Where everything of a station's scheme stands; pure. The same thing has the same place on every station:
 * primary left, a control valve and an exchanger for each circuit, circuits stacked to the right, buildings at
 * the end; flow goes right above and returns below. Units are CSS pixels.
 */
import type { CircuitSettings, PointTuple } from '@heat-center/api/stations.ts';

export type SymbolKind =
  | 'valve'
  | 'pump'
  | 'meter'
  | 'exchanger'
  | 'building'
  | 'tank'
  | 'makeup'
  | 'boiler'
  | 'header';

export interface SchemePipe {
  readonly d: string;
  readonly side: 'supply' | 'return' | 'makeup';
  readonly primary: boolean;
}

export interface SchemeSymbol {
  readonly kind: SymbolKind;
  readonly x: number;
  readonly y: number;
  readonly height?: number;
  /** The point that it stands for. */
  readonly point?: string;
  readonly circuit?: string;
}

export interface SchemeValue {
  readonly point: string;
  readonly x: number;
  /** Baseline of the text. */
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** What stands small before the number: `set` or a short name. */
  readonly prefix?: 'set' | 'Δp' | 'outdoor' | 'tank' | 'makeup';
}

export interface SchemeTitle {
  readonly circuit: string;
  readonly x: number;
  readonly y: number;
}

export interface Scheme {
  readonly width: number;
  readonly height: number;
  readonly pipes: readonly SchemePipe[];
  readonly symbols: readonly SchemeSymbol[];
  readonly values: readonly SchemeValue[];
  readonly titles: readonly SchemeTitle[];
}

export interface SchemeSource {
  readonly circuits: readonly string[];
  readonly points: Readonly<Record<string, PointTuple>>;
}

/** Positions that depend only on the width. */
interface Columns {
  readonly wide: boolean;
  readonly back: number;
  readonly supply: number;
  readonly valve: number;
  readonly exchanger: number;
  readonly building: number;
}

export const EXCHANGER_PX = 30;
const TOP = 44;
const SUPPLY_Y = 22;
const RETURN_Y = 112;
const ROW_PX = 172;
const TANK_PX = 56;
const PUMP_PX = 25;
/** From here on there is room for pressures at the end of each line. */
const WIDE_PX = 620;

function columnsFor(width: number): Columns {
  const wide = width >= WIDE_PX;
  const back = wide ? 140 : 84;
  const supply = back + (wide ? 26 : 12);
  const valve = supply + (wide ? 56 : 22);
  return {
    wide,
    back,
    supply,
    valve,
    exchanger: valve + (wide ? 62 : 22),
    building: width - (wide ? 40 : 36),
  };
}

const pumpsOf = (circuit: string, points: SchemeSource['points']): string[] => {
  const prefix = `circuits.${circuit}.pumps.`;
  const ids = Object.keys(points)
    .filter((point) => point.startsWith(prefix))
    .map((point) => point.slice(prefix.length).split('.')[0] ?? '');
  return [...new Set(ids)].toSorted().slice(0, 3);
};

function primaryPart(columns: Columns, rows: number): Pick<Scheme, 'pipes' | 'symbols' | 'values'> {
  const { back, supply, wide } = columns;
  const supplyY = TOP + SUPPLY_Y;
  const returnY = TOP + RETURN_Y;
  const last = (rows - 1) * ROW_PX;
  const middle = back / 2;
  return {
    pipes: [
      { d: `M0 ${supplyY}H${supply}V${supplyY + last}`, side: 'supply', primary: true },
      { d: `M0 ${returnY}H${back}V${returnY + last}`, side: 'return', primary: true },
    ],
    symbols: [{ kind: 'meter', x: wide ? 22 : 14, y: returnY, point: 'primary.flow_m3_h' }],
    values: [
      { point: 'outdoor_c', x: 0, y: 14, anchor: 'start', prefix: 'outdoor' },
      { point: 'primary.supply_c', x: middle, y: supplyY - 9, anchor: 'middle' },
      { point: 'primary.supply_kpa', x: middle, y: supplyY + 19, anchor: 'middle' },
      { point: 'primary.power_kw', x: middle, y: supplyY + 42, anchor: 'middle' },
      { point: 'primary.flow_m3_h', x: middle, y: supplyY + 62, anchor: 'middle' },
      { point: 'primary.return_c', x: middle + (wide ? 10 : 8), y: returnY - 9, anchor: 'middle' },
      { point: 'primary.return_kpa', x: middle, y: returnY + 22, anchor: 'middle' },
    ],
  };
}

interface Row {
  readonly circuit: string;
  readonly index: number;
  readonly last: boolean;
  readonly columns: Columns;
  readonly points: SchemeSource['points'];
}

function circuitPipes({ columns, index }: Row): SchemePipe[] {
  const { back, supply, exchanger, building } = columns;
  const y = TOP + index * ROW_PX;
  const supplyY = y + SUPPLY_Y;
  const returnY = y + RETURN_Y;
  const out = exchanger + EXCHANGER_PX;
  return [
    { d: `M${supply} ${supplyY}H${exchanger}`, side: 'supply', primary: true },
    { d: `M${exchanger} ${returnY}H${back}`, side: 'return', primary: true },
    { d: `M${out} ${supplyY}H${building}`, side: 'supply', primary: false },
    { d: `M${building} ${returnY}H${out}`, side: 'return', primary: false },
  ];
}

function circuitSymbols({ columns, index, circuit, points }: Row): SchemeSymbol[] {
  const { exchanger, building, valve, wide } = columns;
  const y = TOP + index * ROW_PX;
  const out = exchanger + EXCHANGER_PX;
  const at = (name: string) => `circuits.${circuit}.${name}`;
  const pumps = pumpsOf(circuit, points);
  const span = building - out;
  const shown = pumps.length === 0 ? [''] : pumps;
  const pumpX = out + span * (wide ? 0.46 : 0.36) + ((shown.length - 1) * PUMP_PX) / 2;
  return [
    { kind: 'exchanger', x: exchanger, y: y + SUPPLY_Y - 12, height: RETURN_Y - SUPPLY_Y + 24, circuit },
    { kind: 'valve', x: valve, y: y + SUPPLY_Y, point: at('valve_pct'), circuit },
    { kind: 'meter', x: out + span * (wide ? 0.46 : 0.45), y: y + SUPPLY_Y, point: at('flow_m3_h'), circuit },
    ...shown.map((pump, place): SchemeSymbol => {
      const point = pump === '' ? at('pumps.a.running') : at(`pumps.${pump}.running`);
      return { kind: 'pump', x: pumpX - place * PUMP_PX, y: y + RETURN_Y, point, circuit };
    }),
    { kind: 'makeup', x: building - (wide ? 24 : 10), y: y + RETURN_Y, point: at('makeup_m3_h'), circuit },
    { kind: 'building', x: building, y: y + SUPPLY_Y - 12, height: RETURN_Y - SUPPLY_Y + 24, circuit },
  ];
}

function circuitValues({ columns, index, circuit, points }: Row): SchemeValue[] {
  const { exchanger, building, valve, wide } = columns;
  const y = TOP + index * ROW_PX;
  const supplyY = y + SUPPLY_Y;
  const returnY = y + RETURN_Y;
  const out = exchanger + EXCHANGER_PX;
  const span = building - out;
  const at = (name: string) => `circuits.${circuit}.${name}`;
  const first = out + (wide ? 12 : 6);
  const middle = out + span * (wide ? 0.46 : 0.36);
  const end = building - (wide ? 14 : 5);
  const pump = pumpsOf(circuit, points)[0] ?? 'a';
  return [
    { point: at('valve_pct'), x: valve, y: supplyY + 24, anchor: 'middle' },
    { point: at('supply_c'), x: first, y: supplyY - 9, anchor: 'start' },
    { point: at('supply_set_c'), x: first, y: supplyY + (wide ? 19 : 23), anchor: 'start', prefix: 'set' },
    wide
      ? { point: at('flow_m3_h'), x: middle, y: supplyY + 26, anchor: 'middle' }
      : { point: at('flow_m3_h'), x: first, y: supplyY + 43, anchor: 'start' },
    { point: at('supply_kpa'), x: end, y: supplyY - 9, anchor: 'end' },
    {
      point: at('dp_kpa'),
      x: end,
      y: (supplyY + returnY) / 2 + (wide ? 4 : -2),
      anchor: 'end',
      prefix: 'Δp',
    },
    { point: at('return_c'), x: first, y: returnY + (wide ? -9 : 22), anchor: 'start' },
    { point: at('return_kpa'), x: end, y: returnY - 9, anchor: 'end' },
    { point: at(`pumps.${pump}.pct`), x: middle, y: returnY + (wide ? 28 : -17), anchor: 'middle' },
    {
      point: at('makeup_m3_h'),
      x: building + (wide ? -32 : 36),
      y: returnY + (wide ? 22 : 36),
      anchor: 'end',
      ...(wide ? { prefix: 'makeup' } : {}),
    },
  ];
}

/** Circuits in order; a station whose circuits are unknown is drawn with one that nothing measures. */
export function schemeLayout({ circuits, points }: SchemeSource, width: number): Scheme {
  const columns = columnsFor(width);
  const ids = circuits.length === 0 ? [''] : circuits;
  const rows = ids.map((circuit, index): Row => ({
    circuit,
    index,
    last: index === ids.length - 1,
    columns,
    points,
  }));
  const primary = primaryPart(columns, ids.length);
  const bottom = TOP + ids.length * ROW_PX;
  const tankX = columns.exchanger + EXCHANGER_PX + (columns.wide ? 12 : 6);
  const height = bottom - 8 + ('tank_pct' in points ? TANK_PX - 24 : 0);
  const tank: Pick<Scheme, 'symbols' | 'values'> =
    'tank_pct' in points
      ? {
          symbols: [{ kind: 'tank', x: tankX, y: bottom - 28, point: 'tank_pct' }],
          values: [{ point: 'tank_pct', x: tankX + 42, y: bottom - 4, anchor: 'start', prefix: 'tank' }],
        }
      : { symbols: [], values: [] };
  return {
    width,
    height,
    pipes: [...rows.flatMap(circuitPipes), ...primary.pipes],
    symbols: [...primary.symbols, ...rows.flatMap(circuitSymbols), ...tank.symbols],
    values: [...primary.values, ...rows.flatMap(circuitValues), ...tank.values],
    titles: rows.map(({ circuit, index }) => ({
      circuit,
      x: columns.exchanger,
      y: TOP + index * ROW_PX - 14,
    })),
  };
}

/** Kind and area of a circuit, for its title. */
export const settingsOf = (circuits: readonly CircuitSettings[], id: string): CircuitSettings | undefined =>
  circuits.find((circuit) => circuit.id === id);
