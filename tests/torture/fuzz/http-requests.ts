/** HTTP requests by the OpenAPI document, right and wrong at every place where a request can be wrong. */
import { readFileSync } from 'node:fs';
import type { Random } from '../hostile/random.ts';
import { encode, spoil, STRANGE_NUMBERS, STRANGE_TEXTS, valueOf, type Schema } from './schema-values.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema; readonly required: boolean }[];
  readonly body: Schema | undefined;
}

interface Described {
  readonly parameters?: readonly { in: string; name: string; schema: Schema; required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Each of these costs a tenth of a second of a core by its nature (scrypt), or asks a database: they come seldom. */
const COSTLY =
  /^(post|patch) .*\/(users|session|password)|get .*\/(history|setpoints|count|audit)|get \/metrics/;
/** Two thousand strangers' failures would only show the brake on guessing. */
const FOR_STRANGERS = /^post \/api\/v1\/session$/;

function readOperations(): Operation[] {
  const text = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Described>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method,
      path,
      query: parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, schema, required = false }) => ({ name, schema, required })),
      body: requestBody?.content['application/json']?.schema,
    })),
  );
  const pages = ['/', '/stations/s1', '/assets/x.js', '/icon.svg', '/api/docs/', '/nowhere'];
  return [...described, ...pages.map((path) => ({ method: 'get', path, query: [], body: undefined }))];
}

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;
const ALL = readOperations();
const COSTLY_ONES = ALL.filter((operation) => COSTLY.test(nameOf(operation)));
const ORDINARY = ALL.filter((operation) => !COSTLY.test(nameOf(operation)));
const TRUSTED_COSTLY = COSTLY_ONES.filter((operation) => !FOR_STRANGERS.test(nameOf(operation)));

const IDS = ['s1', 's2', 'well', 'fuzz-7', 'low', 'a', 'nobody'] as const;
const POINTS = [
  'primary.supply_c',
  'outdoor_c',
  'circuits.low.supply_c',
  'circuits.low.flow_m3_h',
  'typo',
] as const;
const METHODS = [
  'GET',
  'POST',
  'PATCH',
  'DELETE',
  'PUT',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'get',
  'X',
] as const;

function segment(random: Random): string {
  if (!random.oneIn(8)) return random.pick(IDS);
  const strange = random.pick(STRANGE_TEXTS);
  // A lone half of a surrogate pair cannot be encoded.
  return random.oneIn(4) ? strange.replaceAll(/\s/g, '') : encodeURIComponent(strange.toWellFormed());
}

function queryValue({ name, schema }: Operation['query'][number], random: Random): string {
  if (random.oneIn(6)) return String(random.pick([...STRANGE_NUMBERS, ...STRANGE_TEXTS]));
  if (name === 'points') {
    return Array.from({ length: 1 + random.below(4) }, () => random.pick(POINTS)).join(',');
  }
  if (name === 'from' || name === 'to') return String(1_795_000_000_000 + random.below(2 ** 31));
  const value = valueOf(schema, random);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function target(operation: Operation, random: Random): string {
  const path = operation.path.replaceAll(/\{\w+\}/g, () => segment(random));
  const asked = operation.query.filter(({ required }) => !random.oneIn(8) && (required || random.oneIn(2)));
  const pairs = asked.map(
    (parameter) => `${parameter.name}=${encodeURIComponent(queryValue(parameter, random).toWellFormed())}`,
  );
  if (random.oneIn(20))
    pairs.push(random.pick(['%', 'x=%ff', '&&=', 'points[]=1', `x=${'y'.repeat(9000)}`, '?']));
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function bodyOf(operation: Operation, random: Random): Buffer {
  if (!operation.body) return random.oneIn(20) ? encode(spoil({}, random), random) : Buffer.alloc(0);
  let value = valueOf(operation.body, random);
  for (let changes = random.below(4); changes > 0; changes -= 1) value = spoil(value, random);
  return random.oneIn(200) ? Buffer.alloc(70_000, '[') : encode(value, random);
}

const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-7',
  '',
  'a/b/c',
] as const;
const STRANGE_HEADERS = [
  'origin: https://evil.example',
  'cookie: heat_session=abc',
  'cookie: =; ;;heat_session',
  'sec-fetch-site: cross-site',
  'expect: 100-continue',
  'accept-encoding: br;q=x',
  'if-none-match: "x"',
  'range: bytes=0-1,5-3',
  'x-forwarded-for: 1.2.3.4',
  'upgrade: websocket\r\nconnection: upgrade',
  `x: ${'a'.repeat(9000)}`,
] as const;

export interface HttpSource {
  readonly random: Random;
  /** Sent with most requests; strangers have none, and guess. */
  readonly token: string | undefined;
}

function authorization({ random, token }: HttpSource): string[] {
  if (token !== undefined) return [`authorization: Bearer ${token}`];
  return random.oneIn(3)
    ? [`authorization: ${random.pick(['Bearer x', 'Basic eDp5', 'Bearer', 'x'.repeat(2000)])}`]
    : [];
}

/** Breaks the frame of a request, after which the connection is of no more use. */
function breakFrame(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  switch (random.below(7)) {
    case 0:
      return Buffer.from(
        text.replace('HTTP/1.1', random.pick(['HTTP/9.9', 'HTTP/1.0', 'http', ''])),
        'latin1',
      );
    case 1:
      return Buffer.from(text.replace(/content-length: \d+/, 'content-length: -1'), 'latin1');
    case 2:
      return Buffer.from(
        text.replace('\r\n', '\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n'),
        'latin1',
      );
    case 3:
      return Buffer.concat([
        Buffer.from(
          'POST /api/v1/stations HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
        ),
        bytes,
      ]);
    case 4:
      return Buffer.concat([random.bytes(1 + random.below(40)), bytes]);
    case 5:
      return Buffer.from(text.replace('\r\n', `\r\nx: ${'a'.repeat(20_000)}\r\n`), 'latin1');
    default:
      return Buffer.from(text.replace('\r\nhost', '\r\n host\u0000'), 'latin1');
  }
}

export interface HttpCase {
  readonly bytes: Buffer;
  /** Whether an answer follows and the connection goes on. */
  readonly framed: boolean;
}

export function httpCase(source: HttpSource): HttpCase {
  const { random, token } = source;
  const costly = token === undefined ? COSTLY_ONES : TRUSTED_COSTLY;
  const operations = random.oneIn(60) ? costly : ORDINARY;
  const operation = operations[random.below(operations.length)];
  if (!operation) throw new Error('the OpenAPI document names no operation');
  const body = bodyOf(operation, random);
  const method = random.oneIn(40) ? random.pick(METHODS) : operation.method.toUpperCase();
  const type = random.oneIn(20) ? random.pick(TYPES) : 'application/json';
  const lines = [
    `${method} ${target(operation, random)} HTTP/1.1`,
    `host: ${random.oneIn(50) ? random.pick(['evil.example', '', ':::', 'localhost']) : '127.0.0.1'}`,
    ...authorization(source),
    ...(body.length > 0 ? [`content-type: ${type}`, `content-length: ${body.length}`] : []),
    ...(random.oneIn(20) ? [random.pick(STRANGE_HEADERS)] : []),
  ];
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
  return random.oneIn(60) ? { bytes: breakFrame(bytes, random), framed: false } : { bytes, framed: true };
}
