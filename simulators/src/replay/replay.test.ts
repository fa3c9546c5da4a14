import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeCenter, type FakeCenter } from '../testing/fake-center.ts';
import { mappingOf, MappingError, type Mapping } from './mapping.ts';
import { readRecording } from './rows.ts';
import { replayFile, type ReplayResult } from './session.ts';
import { instantOf } from './time.ts';

const XAI = mappingOf('xai4heat');
const HEADER = 'datetime,t_amb,t_ref,t_sup_prim,t_ret_prim,t_sup_sec,t_ret_sec,e,pe';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function csv(...rows: string[]): string {
  const path = join(folder, 'recorded.csv');
  writeFileSync(path, [HEADER, ...rows, ''].join('\n'));
  return path;
}

describe('local times', () => {
  const utc = (text: string): number => Date.parse(text);
  it.each([
    ['2024-01-15 12:00:00', { at: utc('2024-01-15T11:00:00Z'), repeated: false }],
    ['2023-07-15 12:00:00', { at: utc('2023-07-15T10:00:00Z'), repeated: false }],
    ['2023-10-29 02:30:00', { at: utc('2023-10-29T00:30:00Z'), repeated: true }],
    ['2023-10-29 01:59:59', { at: utc('2023-10-28T23:59:59Z'), repeated: false }],
    ['2023-10-29 03:00:00', { at: utc('2023-10-29T02:00:00Z'), repeated: false }],
    ['2024-03-31 02:30:00', 'skipped_hour'],
    ['2024-03-31 03:00:00', { at: utc('2024-03-31T01:00:00Z'), repeated: false }],
    ['2024-02-30 10:00:00', 'bad_time'],
    ['', 'bad_time'],
    ['yesterday', 'bad_time'],
  ])('%s at Niš', (cell, expected) => {
    expect(instantOf(cell, XAI)).toEqual(expected);
  });

  it.each([
    ['iso', '2024-01-15T12:00:00+08:00', utc('2024-01-15T04:00:00Z')],
    ['iso', '2024-01-15T12:00:00Z', utc('2024-01-15T12:00:00Z')],
    ['iso', '2024-01-15T12:00:00', utc('2024-01-15T11:00:00Z')],
    ['iso', '2024-03-31T02:30:00+01:00', utc('2024-03-31T01:30:00Z')],
    ['unix_s', '1705305600', 1_705_305_600_000],
    ['unix_ms', '1705305600123', 1_705_305_600_123],
  ])('%s: %s', (format, cell, at) => {
    const mapping = { zone: 'Europe/Belgrade', time: { column: 't', format } };
    expect(instantOf(cell, mapping)).toEqual({ at, repeated: false });
  });
});

describe('rows', () => {
  it('of any order come out by time, each accounted for', async () => {
    const path = csv(
      '2024-01-15 12:00:00,1.5,44.0,80.1,40.2,43.9,35.0,9057.296,120.5',
      '2024-01-15 10:00:00,1.0,44.0,80.0,40.0,44.0,35.0,9056.001,121',
      '2024-01-15 11:00:00,,44.0,80.0,40.0,44.0,35.0,9056.5,',
      '2024-01-15 10:00:00,1.0,44.0,80.0,40.0,44.0,35.0,9056.001,121',
      '2024-01-15 10:00:00,9.0,44.0,80.0,40.0,44.0,35.0,9056.001,121',
      '2024-01-15 25:00:00,1,1,1,1,1,1,1,1',
      '2024-03-31 02:10:00,1,1,1,1,1,1,1,1',
      '2024-01-15 13:00:00,1,2',
      '2024-01-15 14:00:00,1,2,3,four,5,6,7,8',
      '2024-01-15 15:00:00,,,,,,,,',
      '2023-10-29 02:00:00,8,40,70,40,40,35,9000,50',
      '2024-01-16 00:00:00,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0',
    );
    const { samples, read, same, repeated, setAside } = await readRecording(path, XAI);
    expect(samples.map(({ at }) => new Date(at).toISOString())).toEqual([
      '2023-10-29T00:00:00.000Z',
      '2024-01-15T09:00:00.000Z',
      '2024-01-15T10:00:00.000Z',
      '2024-01-15T11:00:00.000Z',
      '2024-01-15T23:00:00.000Z',
    ]);
    expect({ read, same, repeated }).toEqual({ read: 12, same: 1, repeated: 1 });
    expect(setAside).toEqual({
      bad_time: 1,
      skipped_hour: 1,
      wrong_columns: 1,
      not_a_number: 1,
      no_values: 1,
      time_conflict: 1,
    });
    expect(read).toBe(samples.length + same + 6);
    expect(samples[3]).toEqual({
      at: Date.parse('2024-01-15T11:00:00Z'),
      outdoor_c: 1.5,
      primary: { supply_c: 80.1, return_c: 40.2, energy_kwh: 9_057_296, power_kw: 120.5 },
      circuits: { heating: { supply_set_c: 44, supply_c: 43.9, return_c: 35, follows: 'curve' } },
    });
    expect(samples[2]).not.toHaveProperty('outdoor_c');
    expect(samples[4]?.quality).toMatchObject({ 'primary.supply_c': 'uncertain', outdoor_c: 'uncertain' });
  });

  it('with the same time: what was recorded first stays, whichever way the file runs', async () => {
    const rows = [
      '2024-01-15 10:00:00,1,,,,,,,',
      '2024-01-15 10:00:00,2,,,,,,,',
      '2024-01-15 11:00:00,3,,,,,,,',
    ];
    const forward = await readRecording(csv(...rows), XAI);
    const backward = await readRecording(csv(...rows.toReversed()), XAI);
    expect(forward.samples[0]?.outdoor_c).toBe(1);
    expect(backward.samples).toEqual(forward.samples);
  });

  it('of a file without a column that is mapped are not read', async () => {
    const path = join(folder, 'other.csv');
    writeFileSync(path, 'datetime,temp\n2024-01-15 10:00:00,1\n');
    await expect(readRecording(path, XAI)).rejects.toThrow(/no column "t_amb".*datetime, temp/);
    await expect(readRecording(join(folder, 'missing.csv'), XAI)).rejects.toThrow(/ENOENT/);
  });
});

describe('mappings', () => {
  it('are checked: points, zones, names', () => {
    const path = join(folder, 'mapping.json');
    const write = (mapping: object): string => {
      writeFileSync(path, JSON.stringify(mapping));
      return path;
    };
    const good = {
      zone: 'Asia/Shanghai',
      time: { column: 'time' },
      delimiter: ';',
      columns: { t: { point: 'outdoor_c' } },
    };
    expect(mappingOf(write(good)).time.format).toBe('iso');
    expect(mappingOf(path, 'Europe/Paris').zone).toBe('Europe/Paris');
    expect(() => mappingOf(write({ ...good, zone: 'Mars/Base' }))).toThrow(/zone: is no IANA time zone/);
    expect(() => mappingOf(write({ ...good, columns: { t: { point: 'outdor_c' } } }))).toThrow(
      /columns.t.point/,
    );
    expect(() => mappingOf(write({ ...good, colums: {} }))).toThrow(MappingError);
    expect(() => mappingOf('nothing')).toThrow(/one of: xai4heat/);
  });
});

describe('a replay', () => {
  let center: FakeCenter;
  beforeEach(async () => {
    center = await startFakeCenter();
  });
  afterEach(() => center.close());

  const replay = (
    file: string,
    more: { at?: 'now'; speed?: number; mapping?: Mapping } = {},
  ): Promise<ReplayResult> =>
    replayFile({
      file,
      station: 'recorded-1',
      mapping: XAI,
      api: center.api,
      token: () => center.token,
      mqtt: center.mqtt,
      folder,
      at: 'original',
      speed: 'max',
      ...more,
    });
  const rows = Array.from({ length: 500 }, (_, index) => {
    const time = new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${index / 100},44,80,40,44,35,${9000 + index},100`;
  });

  it('registers the station, is confirmed by receipts, agrees with history, and changes nothing the second time', async () => {
    const file = csv(...rows);
    const first = await replay(file);
    expect(first).toMatchObject({
      read: 500,
      sent: 500,
      confirmed: 500,
      expected: 500,
      history: { samples: 500 },
    });
    const held = center.stations.get('recorded-1')!;
    expect(held.body).toMatchObject({ control: 'observe', circuits: [{ id: 'heating', kind: 'radiators' }] });
    expect(held.statuses.at(-1)).toMatchObject({ state: 'offline', mode: 'local' });
    const before = structuredClone([...held.samples]);
    const second = await replay(file);
    expect(second).toMatchObject({ sent: 0, confirmed: 500, history: { samples: 500 } });
    expect([...held.samples]).toEqual(before);
    expect(held.boots.size).toBe(1);
  });

  it('with --at now ends now, and adds to what was there', async () => {
    const before = Date.now();
    const result = await replay(csv(...rows.slice(0, 20)), { at: 'now' });
    expect(result.history.to).toBeGreaterThanOrEqual(before);
    expect(result.history.to! - result.history.from!).toBe(19 * 60_000);
    const again = await replay(csv(...rows.slice(0, 20)), { at: 'now' });
    expect(again.expected).toBe(40);
    expect(again.history.samples).toBe(40);
  });

  it('is paced where a speed is given', async () => {
    const result = await replay(csv(...rows.slice(0, 5)), { speed: 200 });
    expect(result).toMatchObject({ sent: 5, confirmed: 5 });
    expect(center.stations.get('recorded-1')!.messages).toBeGreaterThan(1);
  });

  it('does not take a station from whoever speaks for it', async () => {
    await replay(csv(...rows.slice(0, 3)));
    rmSync(join(folder, 'replay-secrets.json'));
    await expect(replay(csv(...rows.slice(0, 3)))).rejects.toThrow(/Choose another id/);
    writeFileSync(join(folder, 'replay-secrets.json'), '{"recorded-1":"wrong"}');
    await expect(replay(csv(...rows.slice(0, 3)))).rejects.toThrow(/refused the login/);
  });

  it('fails with the reason when the token is wrong', async () => {
    const wrong = replayFile({
      file: csv(...rows),
      station: 'x',
      mapping: XAI,
      api: center.api,
      token: () => 'no',
      mqtt: center.mqtt,
      folder,
      at: 'original',
      speed: 'max',
    });
    await expect(wrong).rejects.toThrow(/401/);
  });

  const L12 = resolve(import.meta.dirname, '../../../../shared/data/xai4heat/xai4heat_scada_L12.csv');
  if (!existsSync(L12)) console.warn(`SKIPPED: no recorded telemetry at ${L12}`);
  it.skipIf(!existsSync(L12))('accounts for every row of a real file', async () => {
    const result = await replay(L12);
    const aside = Object.values(result.setAside).reduce((sum, count) => sum + count, 0);
    expect(result.read).toBe(31_243);
    expect(result.history.samples + aside + result.same).toBe(31_243);
    expect(result.repeated).toBe(3);
  });
});
