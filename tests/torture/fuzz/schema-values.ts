/** Values that a JSON Schema describes, and the many ways to get them slightly or grossly wrong. */
import type { Random } from '../hostile/random.ts';

export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Words that fit where a pattern or a map of free names stands: names that other parts of the center know. */
const NAMES = ['s1', 's2', 'low', 'high', 'a', 'b', '5-2-301', 'fuzz-7', 'primary', '1795305600000'] as const;
const DEPTH = 6;

export const STRANGE_NUMBERS = [
  0,
  -0,
  -1,
  1e308,
  -1e308,
  5e-324,
  0.1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  946_684_799_999,
  4_294_967_296_000,
] as const;

export const STRANGE_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '\u202E',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00',
  '\r\nx: y',
  "'; DROP TABLE station; --",
  '<script>',
  '💥'.repeat(20),
  'a'.repeat(300),
  '1e999',
  'NaN',
  'null',
  '[]',
] as const;

function number(schema: Schema, random: Random): number {
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = Math.min(schema.maximum ?? schema.exclusiveMaximum ?? low + 1000, low + 1e12);
  const value = low + (high - low) * (random.next() / 2 ** 32);
  return schema.type === 'integer' ? Math.round(value) : Math.round(value * 1000) / 1000;
}

function text(schema: Schema, random: Random): string {
  if (schema.pattern !== undefined || random.oneIn(2)) return random.pick(NAMES);
  const length = Math.max(schema.minLength ?? 0, random.below(Math.min(schema.maxLength ?? 20, 20) + 1));
  return 'abcdefghijklmnopqrstuvwxyz'.slice(0, length) || 'x';
}

function object(schema: Schema, random: Random, depth: number): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  const required = new Set(schema.required);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (required.has(name) || (depth < DEPTH && random.oneIn(3)))
      made[name] = valueOf(property, random, depth + 1);
  }
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object' && schema.properties === undefined && depth < DEPTH) {
    for (let left = random.below(3); left >= 0; left -= 1) {
      made[random.pick(NAMES)] = valueOf(additionalProperties, random, depth + 1);
    }
  }
  return made;
}

function array(schema: Schema, random: Random, depth: number): unknown[] {
  if (schema.prefixItems) return schema.prefixItems.map((item) => valueOf(item, random, depth + 1));
  const least = schema.minItems ?? 0;
  const count = Math.min(least + random.below(4), schema.maxItems ?? 4);
  return Array.from({ length: count }, () => valueOf(schema.items ?? {}, random, depth + 1));
}

/** A value that the schema takes, as far as patterns and cross-references allow. */
export function valueOf(schema: Schema, random: Random, depth = 0): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[random.below(schema.enum.length)];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return valueOf(choices[random.below(choices.length)] ?? {}, random, depth);
  switch (schema.type) {
    case 'object':
      return object(schema, random, depth);
    case 'array':
      return array(schema, random, depth);
    case 'string':
      return text(schema, random);
    case 'integer':
    case 'number':
      return number(schema, random);
    case 'boolean':
      return random.oneIn(2);
    case 'null':
      return null;
    default:
      return random.pick<unknown>([1, 'x', null, true, {}]);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function strange(random: Random): unknown {
  switch (random.below(8)) {
    case 0:
      return random.pick(STRANGE_NUMBERS);
    case 1:
      return random.pick(STRANGE_TEXTS);
    case 2:
      return null;
    case 3:
      return random.oneIn(2);
    case 4:
      return [];
    case 5:
      return {};
    case 6:
      return Array.from({ length: random.below(600) }, () => random.below(9));
    default:
      return nested(random.below(40));
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Changes one place of a value: another value, a missing or an additional name, a repeated or dropped item. */
export function spoil(value: unknown, random: Random): unknown {
  if (isObject(value)) {
    const names = Object.keys(value);
    const name = names[random.below(names.length)];
    if (name !== undefined && !random.oneIn(4)) {
      if (!random.oneIn(4)) return { ...value, [name]: spoil(value[name], random) };
      const { [name]: _dropped, ...others } = value;
      return others;
    }
    return { ...value, [random.pick(STRANGE_TEXTS)]: strange(random) };
  }
  if (Array.isArray(value) && value.length > 0 && !random.oneIn(4)) {
    const at = random.below(value.length);
    const items: unknown[] = value;
    if (random.oneIn(4)) return items.flatMap((item, n) => (n === at ? [item, item] : [item]));
    return items.map((item, n) => (n === at ? spoil(item, random) : item));
  }
  return strange(random);
}

/** JSON text of a value, at times broken as text. */
export function encode(value: unknown, random: Random): Buffer {
  const bytes = Buffer.from(JSON.stringify(value) ?? 'undefined');
  if (!random.oneIn(6)) return bytes;
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, random.bytes(random.below(8))]);
    case 2:
      bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    case 3:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 4:
      return Buffer.from('['.repeat(random.below(20_000)));
    default:
      return Buffer.from(bytes.toString().replace(/\d+/, '1'.repeat(random.below(400))));
  }
}
