import { decodeTelemetry, type Telemetry } from '@heat-center/contract/decode.ts';
import { POINTS } from '@heat-center/contract/points.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { telemetryEncoder } from './encode.ts';
import { POINT_OF_KEY } from './layout.ts';
import { readTelemetry } from './read.ts';

const AT = 1_795_305_600_000;
const text = new TextEncoder();

function decoded(message: unknown): Telemetry {
  const result = decodeTelemetry(text.encode(JSON.stringify(message)));
  if (!result.ok) throw new Error(result.code);
  return result.telemetry;
}

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -50, max: 150 }),
  fc.constantFrom(null, 'center', 'curve', 'hand', 'x', true, false),
);
const names = POINTS.map(({ pattern }) => pattern.split('.').at(-1) ?? '');
const fields = fc.dictionary(fc.constantFrom(...names, 'nobody_knows'), value, { maxKeys: 6 });
const part = fc.constantFrom('low', 'high', '5-2-301', 'a');
const sample = fc.record(
  {
    at: fc.integer({ min: AT, max: AT + 1000 }),
    primary: fields,
    circuits: fc.dictionary(
      part,
      fc
        .tuple(fields, fc.dictionary(part, fields, { maxKeys: 2 }))
        .map(([own, pumps]) => ({ ...own, pumps })),
      { maxKeys: 3 },
    ),
    rooms: fc.dictionary(part, fields, { maxKeys: 3 }),
    outdoor_c: value,
    faults: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
    quality: fc.constant({ 'primary.supply_c': 'uncertain', 'circuits.low.flow_m3_h': 'bad' }),
    historical: fc.boolean(),
    simulated: fc.boolean(),
  },
  { requiredKeys: [] },
);
const message = fc
  .record({
    boot: fc.option(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })),
    oldest: fc.option(fc.nat()),
    samples: fc.array(sample, { maxLength: 5 }),
  })
  .map(({ boot, oldest, samples }) => ({
    v: 1,
    ...(boot === null ? {} : { boot }),
    ...(oldest === null ? {} : { oldest }),
    samples: samples.map((each, seq) => (boot === null ? each : { ...each, seq })),
  }));

describe('telemetry as bytes', () => {
  it('gives back what was decoded, whatever it was', () => {
    const encode = telemetryEncoder();
    fc.assert(
      fc.property(message, (raw) => {
        const telemetry = decoded(raw);
        expect(readTelemetry(encode(telemetry))).toEqual(telemetry);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('takes messages longer than its first buffer', () => {
    const rooms = Object.fromEntries(Array.from({ length: 900 }, (_, room) => [`r${room}`, { air_c: 18.5 }]));
    const telemetry = decoded({ v: 1, at: AT, rooms });
    expect(readTelemetry(telemetryEncoder()(telemetry))).toEqual(telemetry);
  });

  it('reads the messages of the first version, which were kept as they came', () => {
    const raw = { v: 1, boot: 'b', seq: 4, at: AT, outdoor_c: -3.1, primary: { supply_c: null } };
    expect(readTelemetry(text.encode(JSON.stringify(raw)))).toEqual(decoded(raw));
    expect(readTelemetry(text.encode('{"v":9}'))).toBeUndefined();
  });

  it('has one key for each point', () => {
    expect(POINT_OF_KEY.size).toBe(POINTS.length);
  });

  it('leaves out a point that the catalogue no longer has and keeps what follows', () => {
    const telemetry = decoded({ v: 1, at: AT, outdoor_c: -3.1, tank_pct: 50 });
    const bytes = telemetryEncoder()(telemetry).slice();
    // Version, boot, samples; then at, seq, flags, runs; kind, length of the id, readings: the first key.
    bytes[1 + 2 + 2 + 19 + 4] = (bytes[1 + 2 + 2 + 19 + 4] ?? 0) ^ 0xff;
    expect(readTelemetry(bytes)?.samples[0]?.readings).toEqual(telemetry.samples[0]?.readings.slice(1));
  });
});
