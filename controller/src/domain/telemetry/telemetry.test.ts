import { decodeTelemetry, type Telemetry } from '@heat-center/contract/decode.ts';
import { POINTS } from '@heat-center/contract/points.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { telemetryEncoder } from './encode.ts';
import { keyOf, POINT_OF_KEY } from './layout.ts';
import { qualityOf, readTelemetry, visitTelemetry, type TelemetryVisitor } from './read.ts';

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

describe('going through telemetry', () => {
  /** What a visitor is told, as one line for each call. */
  function visited(bytes: Uint8Array): string[] {
    const told: string[] = [];
    const visitor: TelemetryVisitor = {
      boot: (boot) => told.push(`boot ${boot}`),
      sample: (at, seq, flags) => told.push(`sample ${at - AT} ${seq} ${flags}`),
      part: (part, id) => told.push(`${part} ${id}`),
      reading: (key, code, value) =>
        told.push(`${POINT_OF_KEY.get(key)?.pattern} ${qualityOf(code)} ${value}`),
    };
    visitTelemetry(bytes, visitor);
    return told;
  }

  const raw = {
    v: 1,
    boot: 'b',
    samples: [
      { at: AT, seq: 4, outdoor_c: -3.1, primary: { supply_c: null } },
      {
        at: AT + 10,
        seq: 5,
        historical: true,
        circuits: { low: { return_c: 41, pumps: { a: { pct: 50 } } } },
      },
    ],
  };
  const TOLD = [
    'boot b',
    'sample 0 4 0',
    'station ',
    'outdoor_c good -3.1',
    'primary.supply_c bad NaN',
    'sample 10 5 1',
    'circuit low',
    'circuits.*.return_c good 41',
    'pump low.a',
    'circuits.*.pumps.*.pct good 50',
  ];

  it('tells each value with its part, in order', () => {
    expect(visited(telemetryEncoder()(decoded(raw))).toSorted()).toEqual(TOLD.toSorted());
    expect(visited(telemetryEncoder()(decoded({ v: 1, at: AT })))).toEqual(['boot ', 'sample 0 -1 0']);
  });

  it('takes messages of the first version, and tells nothing of one that is refused now', () => {
    expect(visited(text.encode(JSON.stringify(raw))).toSorted()).toEqual(TOLD.toSorted());
    expect(visited(text.encode('{"v":9}'))).toEqual([]);
  });
});

describe('what is rare', () => {
  it('comes back with the sample that it is of, and alone where nothing else is', () => {
    const samples = [{ at: AT }, { at: AT + 10, faults: ['pump a'] }, { at: AT + 20 }];
    const telemetry = decoded({
      v: 1,
      boot: 'b',
      samples: samples.map((sample, seq) => ({ ...sample, seq })),
    });
    const read = readTelemetry(telemetryEncoder()(telemetry));
    expect(read?.samples.map(({ faults }) => faults)).toEqual([[], ['pump a'], []]);
    expect(read).not.toHaveProperty('oldest');
    const unknown = readTelemetry(telemetryEncoder()(decoded({ v: 1, at: AT, nobody_knows: 1 })));
    expect(unknown).toMatchObject({ unknown: ['nobody_knows'], refused: [] });
  });

  it('takes no more room than needed', () => {
    const plain = telemetryEncoder()(decoded({ v: 1, at: AT }));
    // Version, boot, number of samples, one sample without readings, length of nothing.
    expect(plain).toHaveLength(1 + 2 + 2 + 19 + 4);
  });
});

describe('a reading that has no code', () => {
  const telemetry = decoded({ v: 1, at: AT, outdoor_c: -3.1 });
  const [sample] = telemetry.samples;
  const [reading] = sample?.readings ?? [];
  const withReading = (changes: object): Telemetry => {
    if (!sample || !reading) throw new Error('There is no reading.');
    return { ...telemetry, samples: [{ ...sample, readings: [{ ...reading, ...changes }] }] };
  };

  it('is not written', () => {
    expect(() => telemetryEncoder()(withReading({ point: 'nobody_knows' }))).toThrow('nobody_knows');
    expect(() => telemetryEncoder()(withReading({ why: 'interlock' }))).toThrow('interlock');
    expect(keyOf('outdoor_c')).not.toBe(keyOf('tank_pct'));
  });
});
