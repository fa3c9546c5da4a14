/** Wide tables of history, generated from the point catalogue: the same names in DuckDB and in InfluxDB. */
import { POINTS, resolvePoint, type PointDefinition, type PointPart } from '@heat-center/contract/points.ts';
import { keyOf } from '../../domain/telemetry/layout.ts';
import type { Quality } from '@heat-center/contract/quality.ts';

export interface Column {
  /** The point's path without its part, dots as underscores: `primary_supply_c`, `supply_c`. */
  readonly name: string;
  readonly definition: PointDefinition;
}

export interface Table {
  readonly name: string;
  readonly part: PointPart;
  readonly columns: readonly Column[];
}

const PREFIX: Readonly<Record<PointPart, string>> = {
  station: '',
  circuit: 'circuits.*.',
  pump: 'circuits.*.pumps.*.',
  room: 'rooms.*.',
};

function tableFor(part: PointPart): Table {
  return {
    name: `${part}_samples`,
    part,
    columns: POINTS.filter((point) => point.part === part).map((definition) => ({
      name: definition.pattern.slice(PREFIX[part].length).replaceAll('.', '_'),
      definition,
    })),
  };
}

/** The station's own table comes first: it holds one row for every sample, with seq, boot and flags. */
export const STATION_TABLE: Table = tableFor('station');
export const TABLES: readonly Table[] = [
  STATION_TABLE,
  tableFor('circuit'),
  tableFor('pump'),
  tableFor('room'),
];

/** Where a point is stored. `part` is the circuit, `circuit.pump` or the room; empty for the station's own. */
export interface Place {
  readonly table: Table;
  readonly index: number;
  readonly column: Column;
  readonly part: string;
}

const INDEX = new Map<PointDefinition, Pick<Place, 'table' | 'index' | 'column'>>(
  TABLES.flatMap((table) =>
    table.columns.map((column, index) => [column.definition, { table, index, column }] as const),
  ),
);

const PLACE_OF_KEY = new Map([...INDEX].map(([{ pattern }, place]) => [keyOf(pattern), place] as const));

/** Table and column of a point by its key in the journal; undefined when the catalogue no longer has it. */
export const placeOfKey = (key: number): Pick<Place, 'table' | 'index' | 'column'> | undefined =>
  PLACE_OF_KEY.get(key);

/** Stations name their parts freely: beyond this many point ids the cache starts anew. */
const MAX_CACHED = 50_000;
const places = new Map<string, Place>();

/** Finds a full point id's table, column and part; undefined when the catalogue lacks it. */
export function placeOf(point: string): Place | undefined {
  const cached = places.get(point);
  if (cached) return cached;
  const resolved = resolvePoint(point);
  const found = resolved && INDEX.get(resolved.definition);
  if (!found) return undefined;
  const { circuit, pump, room } = resolved;
  const part = circuit === undefined ? (room ?? '') : pump === undefined ? circuit : `${circuit}.${pump}`;
  const place = { ...found, part };
  if (places.size >= MAX_CACHED) places.clear();
  places.set(point, place);
  return place;
}

/** What a stored reading is worth, two bits a point. A failed sensor is `BAD` without a value. */
export const ABSENT = 0;
export const GOOD = 1;
export const UNCERTAIN = 2;
export const BAD = 3;

const CODES: Readonly<Record<Quality, number>> = { good: GOOD, uncertain: UNCERTAIN, bad: BAD };

export const codeOfQuality = (quality: Quality): number => CODES[quality];

/** The quality that a code stands for; anything unknown is bad. */
export function qualityOfCode(code: number): Quality {
  if (code === GOOD) return 'good';
  return code === UNCERTAIN ? 'uncertain' : 'bad';
}
