/** MQTT 3.1.1 packets as lists of fields, so that each field can be spoiled by itself. */
import type { Random } from '../hostile/random.ts';
import { encode, spoil, valueOf, type Schema } from './schema-values.ts';

export interface MqttSource {
  readonly random: Random;
  /** Logins with their secrets; `stations` are what each may speak for. */
  readonly logins: readonly {
    readonly id: string;
    readonly password: string;
    readonly stations: readonly string[];
  }[];
  /** Schemas of what stations send: telemetry first. */
  /** Bodies made before, to be changed a little. */
  readonly pool: Readonly<Record<'telemetry' | 'status' | 'report', Buffer[]>>;
  readonly schemas: {
    readonly telemetry: readonly Schema[];
    readonly status: Schema;
    readonly report: Schema;
  };
}

type Field =
  | { readonly kind: 'number'; readonly bytes: 1 | 2; readonly value: number }
  /** With its length before it, which may lie. */
  | { readonly kind: 'text'; readonly value: Buffer; readonly length?: number }
  | { readonly kind: 'raw'; readonly value: Buffer };

interface Plan {
  readonly first: number;
  readonly fields: readonly Field[];
}

const u8 = (value: number): Field => ({ kind: 'number', bytes: 1, value });
const u16 = (value: number): Field => ({ kind: 'number', bytes: 2, value });
const text = (value: string | Buffer): Field => ({ kind: 'text', value: Buffer.from(value) });
const raw = (value: Buffer): Field => ({ kind: 'raw', value });

const TEXTS: readonly [Buffer, ...Buffer[]] = [
  Buffer.alloc(0),
  Buffer.from('#'),
  Buffer.from('+'),
  Buffer.from('heat/v1/#'),
  Buffer.from('$SYS/#'),
  Buffer.from('$share/a/heat/v1/s1/command'),
  Buffer.from('heat/v1/center/heartbeat'),
  Buffer.from('heat/v1/s2/command'),
  Buffer.from('/'.repeat(200)),
  Buffer.from('a/'.repeat(2000)),
  Buffer.from('heat/v1/s1/telemetry\u0000'),
  Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from('x'.repeat(65_535)),
];

/** Bytes that mean something in JSON, and some that are no text. */
const TEXT_BYTES = [
  0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a, 0x5b, 0x5d, 0x65, 0x7b, 0x7d, 0x00, 0x80, 0xff,
] as const;

const LENGTHS = [0, 1, 2, 127, 128, 4096, 65_535] as const;

function encodeField(field: Field): Buffer {
  if (field.kind === 'raw') return field.value;
  if (field.kind === 'text') {
    const head = Buffer.allocUnsafe(2);
    head.writeUInt16BE((field.length ?? field.value.length) & 0xffff);
    return Buffer.concat([head, field.value.subarray(0, 65_535)]);
  }
  const bytes = Buffer.allocUnsafe(field.bytes);
  bytes.writeUIntBE(field.value & (field.bytes === 1 ? 0xff : 0xffff), 0, field.bytes);
  return bytes;
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 128 : byte);
  } while (rest > 0);
  return bytes;
}

function spoilField(field: Field, random: Random): Field {
  if (field.kind === 'number') {
    const value = random.oneIn(2) ? random.pick([0, 1, 2, 3, 0x7f, 0x80, 0xff, 0xffff]) : random.next();
    return { ...field, value };
  }
  if (field.kind === 'text' && random.oneIn(3)) return { ...field, length: random.pick(LENGTHS) };
  if (random.oneIn(2)) return { ...field, value: random.pick(TEXTS) };
  const value = Buffer.from(field.value);
  if (value.length > 0) value[random.below(value.length)] = random.below(256);
  return { ...field, value };
}

function spoilFields(fields: readonly Field[], random: Random): readonly Field[] {
  const at = random.below(fields.length);
  switch (random.below(8)) {
    case 0:
      return fields.filter((_, n) => n !== at);
    case 1:
      return fields.flatMap((field, n) => (n === at ? [field, field] : [field]));
    case 2:
      return fields.toReversed();
    case 3:
      return [...fields, raw(random.bytes(random.below(20)))];
    default:
      return fields.map((field, n) => (n === at ? spoilField(field, random) : field));
  }
}

/** The packet as bytes, with a first byte or a length that lies if `spoiled`. */
function assemble({ first, fields }: Plan, random: Random, spoiled: boolean): Buffer {
  const body = Buffer.concat(fields.map(encodeField));
  let head = [first, ...lengthBytes(body.length)];
  if (spoiled) {
    switch (random.below(10)) {
      case 0:
        head = [first ^ (1 << random.below(8)), ...lengthBytes(body.length)];
        break;
      case 1:
        head = [first, ...lengthBytes(Math.max(0, body.length + random.below(5) - 2))];
        break;
      case 2:
        head = [first, ...lengthBytes(random.pick([0, 268_435_455, 300_000, 65_536, 4097]))];
        break;
      case 3:
        head = [first, 0x80, 0x80, 0x80, 0x80, 0x01];
        break;
      case 4:
        // The same length in more bytes than it needs.
        head = [first, ...lengthBytes(body.length).map((byte) => byte | 0x80), 0];
        break;
      default:
        break;
    }
  }
  return Buffer.concat([Buffer.from(head), body]);
}

/** Bodies made by the schema are the costly part: most are one of the last few with other bytes in it. */
const POOL = 64;

function payload(source: MqttSource, channel: string): Buffer {
  const { random, pool } = source;
  const kept = pool[channel === 'status' || channel === 'report' ? channel : 'telemetry'];
  const known = kept.length < POOL || random.oneIn(8) ? undefined : kept[random.below(POOL)];
  if (!known) {
    const made = freshPayload(source, channel);
    if (kept.length < POOL) kept.push(made);
    else kept[random.below(POOL)] = made;
    return made;
  }
  const bytes = Buffer.from(known);
  for (let changes = random.below(3); changes > 0 && bytes.length > 0; changes -= 1) {
    bytes[random.below(bytes.length)] = random.pick(TEXT_BYTES);
  }
  return bytes;
}

function freshPayload({ random, schemas }: MqttSource, channel: string): Buffer {
  const schema =
    channel === 'status'
      ? schemas.status
      : channel === 'report'
        ? schemas.report
        : schemas.telemetry[random.below(schemas.telemetry.length)];
  let value = valueOf(schema ?? {}, random);
  for (let changes = random.below(4); changes > 0; changes -= 1) value = spoil(value, random);
  return encode(value, random);
}

function publish(source: MqttSource, stations: readonly string[]): Plan {
  const { random } = source;
  const channel = random.pick(['telemetry', 'telemetry', 'telemetry', 'status', 'report', 'command']);
  const qos = random.pick([0, 1, 1, 1]);
  const retain = channel === 'status' ? random.below(2) : 0;
  const topic = `heat/v1/${stations[random.below(stations.length)] ?? 's1'}/${channel}`;
  const id = qos === 0 ? [] : [u16(1 + random.below(65_535))];
  return { first: 0x30 | (qos << 1) | retain, fields: [text(topic), ...id, raw(payload(source, channel))] };
}

function filters(stations: readonly string[], random: Random): Buffer {
  const station = stations[random.below(stations.length)] ?? 's1';
  const own = [`heat/v1/${station}/command`, `heat/v1/${station}/receipt`, 'heat/v1/center/heartbeat'];
  return Buffer.from(own[random.below(own.length)] ?? '');
}

/** Any packet that a client may send, and some that it may not. */
function plan(source: MqttSource, stations: readonly string[]): Plan {
  const { random } = source;
  const id = u16(1 + random.below(65_535));
  switch (random.below(16)) {
    case 0:
    case 1: {
      const asked = Array.from({ length: 1 + random.below(3) }, () => [
        text(filters(stations, random)),
        u8(random.below(3)),
      ]);
      return { first: 0x82, fields: [id, ...asked.flat()] };
    }
    case 2:
      return { first: 0xa2, fields: [id, text(filters(stations, random))] };
    case 3:
      return { first: 0x40, fields: [id] };
    case 4:
      return { first: 0xc0, fields: [] };
    case 5:
      if (random.oneIn(8)) return { first: random.pick([0x50, 0x62, 0x70, 0xe0]), fields: [id] };
      return { first: 0x40, fields: [u16(1 + random.below(4))] };
    case 6:
      // What only a server sends, and the two types that are none.
      if (random.oneIn(8)) {
        return { first: random.pick([0x00, 0x20, 0x90, 0xb0, 0xd0, 0xf0]), fields: [id, u8(0)] };
      }
      return publish(source, stations);
    default:
      return publish(source, stations);
  }
}

/** One packet for an open connection of somebody who may speak for `stations`. */
export function packet(source: MqttSource, stations: readonly string[]): Buffer {
  const { random } = source;
  let made = plan(source, stations);
  const spoiled = random.oneIn(6);
  if (spoiled && made.fields.length > 0) made = { ...made, fields: spoilFields(made.fields, random) };
  return assemble(made, random, spoiled && random.oneIn(8));
}

export interface Greeting {
  readonly bytes: Buffer;
  readonly stations: readonly string[];
}

/** A CONNECT, mostly one that is let in. */
export function greeting(source: MqttSource): Greeting {
  const { random, logins } = source;
  const login = logins[random.below(logins.length)] ?? { id: '', password: '', stations: [] };
  const will = random.oneIn(3);
  const fields = [
    text('MQTT'),
    u8(4),
    u8(0xc0 | 2 | (will ? 0x2c : 0)),
    u16(random.pick([0, 1, 10, 60, 65_535])),
    text(login.id),
    ...(will ? [text(`heat/v1/${login.stations[0] ?? 's1'}/status`), text(payload(source, 'status'))] : []),
    text(login.id),
    text(login.password),
  ];
  const spoiled = random.oneIn(6);
  const made = { first: 0x10, fields: spoiled ? spoilFields(fields, random) : fields };
  return { bytes: assemble(made, random, spoiled && random.oneIn(2)), stations: login.stations };
}
