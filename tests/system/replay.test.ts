/** Recorded telemetry against a real center: every row is accounted for, and a second run changes nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HistoryAnswer, HistoryCount } from '@heat-center/api/history.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { mappingOf } from '@heat-center/simulators/replay/mapping.ts';
import { replayFile, type ReplayResult } from '@heat-center/simulators/replay/session.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, removeDataDir, startCenter, type CenterProcess } from '../support/center.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const L12 = join(ROOT, '../shared/data/xai4heat/xai4heat_scada_L12.csv');

let center: CenterProcess;
beforeAll(async () => {
  center = await startCenter();
});
afterAll(async () => {
  await center.stop();
  await removeDataDir(center.dir);
});

const replay = (file: string, station: string): Promise<ReplayResult> =>
  replayFile({
    file,
    station,
    mapping: mappingOf('xai4heat'),
    api: center.url,
    token: () => ADMIN_TOKEN,
    mqtt: center.mqttUrl,
    folder: join(center.dir, 'simulators'),
    at: 'original',
    speed: 'max',
  });

const held = (station: string): Promise<HistoryCount> =>
  center.call('GET', `/api/v1/stations/${station}/history/count`);

const POINTS = [
  'outdoor_c',
  'primary.supply_c',
  'primary.return_c',
  'primary.energy_kwh',
  'primary.power_kw',
  'circuits.heating.supply_set_c',
  'circuits.heating.supply_c',
  'circuits.heating.return_c',
];
/** At a row each quarter of an hour this is far below the 10,000 from which an answer is reduced. */
const SPAN_MS = 60 * 86_400_000;

/** SHA-256 over every stored value of every point with its quality; throws if an answer was reduced. */
async function checksum(station: string): Promise<string> {
  const { from, to } = await held(station);
  const hash = createHash('sha256');
  for (let at = from ?? 0; at <= (to ?? 0); at += SPAN_MS) {
    const { series } = await center.call<HistoryAnswer>(
      'GET',
      `/api/v1/stations/${station}/history?points=${POINTS.join(',')}&from=${at}&to=${at + SPAN_MS - 1}&max_points=10000`,
    );
    for (const { point, total, points } of series) {
      if (points.length !== total) throw new Error(`${point}: ${points.length} of ${total}`);
      hash.update(JSON.stringify([point, points]));
    }
  }
  return hash.digest('hex');
}

const setAside = (result: ReplayResult): number =>
  Object.values(result.setAside).reduce((sum, count) => sum + count, 0);

describe('a small recording', () => {
  /** An hour of autumn that came twice, one of spring that never was, gaps, zeros, the same row twice, nonsense. */
  const CSV = [
    'datetime,t_amb,t_ref,t_sup_prim,t_ret_prim,t_sup_sec,t_ret_sec,e,pe',
    '2023-10-29 03:00:00,7.5,40,70.5,40.5,40.1,35.5,9000.75,52',
    '2023-10-29 01:00:00,8.5,40,70.1,40.1,40.3,35.1,9000.25,50',
    '2023-10-29 02:00:00,8.0,40,70.2,40.2,40.2,35.2,9000.5,51',
    '2024-01-15 10:00:00,1.0,44.0,80.0,40.0,44.0,35.0,9056.001,121',
    '2024-01-15 10:00:00,1.0,44.0,80.0,40.0,44.0,35.0,9056.001,121',
    '2024-01-15 11:00:00,,44.0,80.0,40.0,44.0,35.0,9056.5,',
    '2024-01-15 12:00:00,112,44.0,80.0,40.0,44.0,35.0,9057,8000001',
    '2024-01-15 13:00:00,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0',
    '2024-01-15 14:00:00,warm,44.0,80.0,40.0,44.0,35.0,9058,120',
    '2024-03-31 02:30:00,1,1,1,1,1,1,1,1',
    '2024-04-01 25:00:00,1,1,1,1,1,1,1,1',
    '',
  ].join('\n');
  const T = Date.parse('2024-01-15T09:00:00Z');
  const HOUR_MS = 3_600_000;

  it('by the command line prints numbers that equal what history holds', async () => {
    const file = join(center.dir, 'small.csv');
    await writeFile(file, CSV);
    const args = [file, '--station', 'made-up', '--map', 'xai4heat', '--token', ADMIN_TOKEN];
    const run = spawn(process.execPath, [join(ROOT, 'simulators/src/replay/main.ts'), ...args], {
      env: { ...process.env, HEAT_CENTER_DATA_DIR: center.dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    run.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [code] = (await once(run, 'close')) as [number];
    expect(printed).toContain('Every row is accounted for.');
    expect(code).toBe(0);
    const number = (label: string): number =>
      Number(new RegExp(`^ *${label} +(\\d+)$`, 'm').exec(printed)?.[1]);
    expect({
      read: number('rows read'),
      sent: number('sent'),
      confirmed: number('confirmed by receipt'),
      same: number('the same sample again'),
      aside: number('set aside'),
      repeated: number('in the hour that came twice'),
      history: number('history holds'),
    }).toEqual({ read: 11, sent: 7, confirmed: 7, same: 1, aside: 3, repeated: 1, history: 7 });
  });

  it('stands in history at the hours of Europe with the quality that each value deserves', async () => {
    const { series } = await center.call<HistoryAnswer>(
      'GET',
      `/api/v1/stations/made-up/history?points=${POINTS.join(',')}&from=${T - HOUR_MS}&to=${T + 24 * HOUR_MS}`,
    );
    const of = (point: string): unknown => series.find((each) => each.point === point)?.points;
    expect(of('outdoor_c')).toEqual([
      [T, 1, 'good'],
      [T + 2 * HOUR_MS, 112, 'bad'],
      [T + 3 * HOUR_MS, 1, 'uncertain'],
    ]);
    expect(of('primary.energy_kwh')).toEqual([
      [T, 9_056_001, 'good'],
      [T + HOUR_MS, 9_056_500, 'good'],
      [T + 2 * HOUR_MS, 9_057_000, 'good'],
      [T + 3 * HOUR_MS, 0, 'uncertain'],
    ]);
    const { from } = await held('made-up');
    expect(new Date(from!).toISOString()).toBe('2023-10-28T23:00:00.000Z');
  });

  it('drives nothing: the past is shown with its age, and no setpoint comes of it', async () => {
    const view = await center.call<StationView>('GET', '/api/v1/stations/made-up');
    expect(view.control).toBe('observe');
    expect(view.state).toBe('offline');
    expect(view.points['circuits.heating.supply_c']?.[0]).toBe(T + 3 * HOUR_MS);
    expect(view.setpoints['heating']).toMatchObject([{ value: null, reason: { code: 'no_input' } }]);
  });

  it('changes nothing the second time', async () => {
    const before = { count: await held('made-up'), sum: await checksum('made-up') };
    const again = await replay(join(center.dir, 'small.csv'), 'made-up');
    expect(again).toMatchObject({ sent: 0, confirmed: 7, history: { samples: 7 } });
    expect({ count: await held('made-up'), sum: await checksum('made-up') }).toEqual(before);
  });
});

if (!existsSync(L12)) console.warn(`SKIPPED: the replay of a real file, as there is none at ${L12}`);
describe.skipIf(!existsSync(L12))('a real recording', () => {
  it('accounts for each of its 31,243 rows, and the second run changes nothing', async () => {
    const result = await replay(L12, 'l12');
    expect(result.read).toBe(31_243);
    const { samples } = await held('l12');
    expect(samples + setAside(result) + result.same).toBe(31_243);
    expect(result).toMatchObject({ sent: samples, confirmed: samples, expected: samples });
    const before = { count: await held('l12'), sum: await checksum('l12') };
    const again = await replay(L12, 'l12');
    expect(again).toMatchObject({ read: 31_243, sent: 0, confirmed: samples });
    expect({ count: await held('l12'), sum: await checksum('l12') }).toEqual(before);
  });
});
