/** The points of one sample: found in the catalogue, judged, and what the catalogue lacks named. */
import type { ErrorCode } from './errors.ts';
import { codeOf, POINTS, type PointDefinition } from './points.ts';
import { QUALITIES, type Quality } from './quality.ts';

export interface Reading {
  /** Full point id, for example `circuits.low.flow_m3_h`. */
  readonly point: string;
  readonly definition: PointDefinition;
  /** In the catalogue's unit; the code for a state; null when there is no usable number. */
  readonly value: number | null;
  readonly quality: Quality;
  /** Why the quality is not good. */
  readonly why?: ErrorCode;
}

/** Paths that the catalogue lacks, each once. */
export type Aside = string[];

/** Keys of a sample that are not points. */
const ENVELOPE = new Set([
  'v',
  'boot',
  'seq',
  'oldest',
  'at',
  'faults',
  'quality',
  'historical',
  'simulated',
]);
/** Ids of circuits, pumps and rooms: the same as `partId` of the schemas. */
const PART = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** Unknown paths kept for one message; more would let a broken station fill the memory. */
const MAX_UNKNOWN = 32;
/** Parts whose names are kept ready, of each kind; stations name them freely, so the store begins anew beyond. */
const MAX_PARTS = 5000;

interface Named {
  readonly point: string;
  readonly definition: PointDefinition;
}

type Fields = readonly (readonly [name: string, definition: PointDefinition])[];

/** One circuit, pump or room (or the primary side), with the full ids of its points made once. */
interface Part {
  readonly prefix: string;
  readonly names: ReadonlyMap<string, Named>;
  readonly pumps: Kind | undefined;
}

/** Circuits, rooms, or the pumps of one circuit. */
interface Kind {
  readonly prefix: string;
  readonly fields: Fields;
  readonly hasPumps: boolean;
  readonly parts: Map<string, Part>;
}

function fieldsBelow(prefix: string): Fields {
  return POINTS.filter((point) => point.pattern.startsWith(prefix))
    .map((point) => [point.pattern.slice(prefix.length), point] as const)
    .filter(([name]) => !name.includes('.'));
}

const CIRCUIT_FIELDS = fieldsBelow('circuits.*.');
const PUMP_FIELDS = fieldsBelow('circuits.*.pumps.*.');

const kindOf = (prefix: string, fields: Fields, hasPumps = false): Kind => ({
  prefix,
  fields,
  hasPumps,
  parts: new Map(),
});

function partBelow(prefix: string, fields: Fields, hasPumps = false): Part {
  return {
    prefix,
    names: new Map(fields.map(([name, definition]) => [name, { point: prefix + name, definition }])),
    pumps: hasPumps ? kindOf(`${prefix}pumps.`, PUMP_FIELDS) : undefined,
  };
}

const OWN = partBelow('', fieldsBelow(''));
const PRIMARY = partBelow('primary.', fieldsBelow('primary.'));
const CIRCUITS = kindOf('circuits.', CIRCUIT_FIELDS, true);
const ROOMS = kindOf('rooms.', fieldsBelow('rooms.*.'));

/** Undefined when the id is none. */
function partOf(kind: Kind, id: string): Part | undefined {
  const known = kind.parts.get(id);
  if (known || !PART.test(id)) return known;
  if (kind.parts.size >= MAX_PARTS) kind.parts.clear();
  const made = partBelow(`${kind.prefix}${id}.`, kind.fields, kind.hasPumps);
  kind.parts.set(id, made);
  return made;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isQuality(value: unknown): value is Quality {
  return QUALITIES.some((quality) => quality === value);
}

interface Collector {
  readonly readings: Reading[];
  readonly unknown: Aside;
  /** What the station itself doubts, by point. */
  readonly doubts: Record<string, unknown> | undefined;
}

function aside(into: Collector, path: string): void {
  const name = path.slice(0, 200);
  if (into.unknown.length < MAX_UNKNOWN && !into.unknown.includes(name)) into.unknown.push(name);
}

const bad = ({ point, definition }: Named, value: number | null, why: ErrorCode): Reading => ({
  point,
  definition,
  value,
  quality: 'bad',
  why,
});

/** Judges one value by its point's definition. Order: failed sensor, wrong type, range, the station's doubt. */
function judge(named: Named, raw: unknown, doubt: unknown): Reading {
  const { point, definition } = named;
  if (raw === null) return bad(named, null, 'sensor_failed');
  let value = raw;
  if (definition.codes) {
    value = typeof raw === 'string' || typeof raw === 'boolean' ? codeOf(definition, raw) : undefined;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return bad(named, null, 'not_a_number');
  if (value < definition.min || value > definition.max) return bad(named, value, 'out_of_range');
  if (isQuality(doubt) && doubt !== 'good') {
    return { point, definition, value, quality: doubt, why: 'doubted_by_station' };
  }
  return { point, definition, value, quality: 'good' };
}

function add(into: Collector, named: Named, raw: unknown): void {
  into.readings.push(judge(named, raw, into.doubts?.[named.point]));
}

function collectPart(into: Collector, object: Record<string, unknown>, part: Part): void {
  for (const name of Object.keys(object)) {
    const named = part.names.get(name);
    if (named) add(into, named, object[name]);
    else if (name !== 'pumps' || !part.pumps || !collectParts(into, object[name], part.pumps)) {
      aside(into, part.prefix + name);
    }
  }
}

/** False when it is no object of parts. */
function collectParts(into: Collector, object: unknown, kind: Kind): boolean {
  if (!isObject(object)) return false;
  for (const id of Object.keys(object)) {
    const part = partOf(kind, id);
    const value = object[id];
    if (part && isObject(value)) collectPart(into, value, part);
    else aside(into, kind.prefix + id);
  }
  return true;
}

function collectBranch(into: Collector, name: string, value: unknown): boolean {
  if (name === 'circuits') return collectParts(into, value, CIRCUITS);
  if (name === 'rooms') return collectParts(into, value, ROOMS);
  if (name !== 'primary' || !isObject(value)) return false;
  collectPart(into, value, PRIMARY);
  return true;
}

/** All readings of a sample as it stands on the wire; paths that are not in the catalogue go to `unknown`. */
export function readingsOf(raw: Record<string, unknown>, unknown: Aside): Reading[] {
  const into: Collector = {
    readings: [],
    unknown,
    doubts: isObject(raw.quality) ? raw.quality : undefined,
  };
  for (const name of Object.keys(raw)) {
    if (ENVELOPE.has(name)) continue;
    const named = OWN.names.get(name);
    if (named) add(into, named, raw[name]);
    else if (!collectBranch(into, name, raw[name])) aside(into, name);
  }
  return into.readings;
}
