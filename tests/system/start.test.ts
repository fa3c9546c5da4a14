/** The first minute of a new user, and what the supervisor does when something dies. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StationView } from '@heat-center/api/stations.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson, removeDataDir } from '../support/center.ts';
import { startCity, type City } from '../support/supervisor.ts';

interface RunFile {
  readonly pid: number;
  readonly supervisor_pid: number;
}

let city: City;
beforeAll(async () => {
  city = await startCity(3);
});
afterAll(() => removeDataDir(city.dir));

const SIMULATORS = fileURLToPath(new URL('../../simulators/src/main.ts', import.meta.url));

const stations = async (): Promise<StationView[]> =>
  (await city.get<{ stations: StationView[] }>('/api/v1/stations')).stations.filter(
    ({ kind }) => kind === 'station',
  );
const run = async (): Promise<RunFile> => (await readJson(`${city.dir}/run.json`)) as RunFile;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('pnpm start', () => {
  it('shows live simulated stations that the center commands, within a minute', async () => {
    await expect
      .poll(async () => (await stations()).filter(({ state }) => state === 'good').length, {
        timeout: 60_000,
      })
      .toBe(3);
    const city3 = await stations();
    expect(city3.every(({ simulated, control }) => simulated && control === 'on')).toBe(true);
    // A station follows the center once it has applied a command.
    const follows = async (): Promise<unknown[]> =>
      (await stations()).flatMap(({ points }) =>
        Object.entries(points)
          .filter(([point]) => point.endsWith('.follows'))
          .map(([, tuple]) => tuple[1]),
      );
    await expect.poll(follows, { timeout: 60_000 }).toContain('center');
    await expect
      .poll(async () => (await stations()).every(({ fallback }) => fallback === 'verified'), {
        timeout: 60_000,
      })
      .toBe(true);
  });

  it('has a heat source, and shows faults that are injected into the running city', async () => {
    const view = (id: string): Promise<StationView> => city.get<StationView>(`/api/v1/stations/${id}`);
    const source = await view('central-plant');
    expect(source.kind).toBe('source');
    expect(source.points['primary.power_kw']?.[1]).toBeGreaterThan(100);
    const fault = (...argv: string[]): string =>
      execFileSync(process.execPath, [SIMULATORS, 'fault', ...argv], {
        env: { ...process.env, HEAT_CENTER_DATA_DIR: city.dir },
        encoding: 'utf8',
      });
    fault('add', 'dongshan-3', 'pump_trip', '--target', 'low.a');
    fault('add', 'dongshan-3', 'sensor_dead', '--target', 'outdoor_c');
    await expect
      .poll(async () => (await view('dongshan-3')).faults, { timeout: 30_000 })
      .toEqual(['low_pump_a_trip', 'outdoor_c_failed']);
    const { points } = await view('dongshan-3');
    expect(points.outdoor_c?.slice(1)).toEqual([null, 'bad']);
    expect(points['circuits.low.pumps.b.running']?.[1]).toBe(true);
    expect(fault('clear')).toContain('2 cleared');
    await expect.poll(async () => (await view('dongshan-3')).faults, { timeout: 30_000 }).toEqual([]);
  });

  it('fills in two days of earlier telemetry in the background', async () => {
    const [first] = await stations();
    const count = (): Promise<{ samples: number; from: number }> =>
      city.get(`/api/v1/stations/${first!.id}/history/count`);
    await expect.poll(async () => (await count()).samples, { timeout: 90_000 }).toBeGreaterThan(2 * 1440 - 5);
    expect(Date.now() - (await count()).from).toBeGreaterThan(1.9 * 86_400_000);
  });

  it('starts a controller that died again, above its old epoch, and the stations come back', async () => {
    const before = await run();
    process.kill(before.pid, 'SIGKILL');
    await expect
      .poll(async () => (await run().catch(() => before)).pid, { timeout: 40_000 })
      .not.toBe(before.pid);
    await expect
      .poll(async () => (await stations().catch(() => [])).filter(({ state }) => state === 'good').length, {
        timeout: 60_000,
      })
      .toBe(3);
  });

  it('ends everything on SIGTERM', async () => {
    const { pid } = await run();
    expect(await city.stop()).toBe(0);
    expect(isAlive(pid)).toBe(false);
    await expect(run()).rejects.toThrow('ENOENT');
  });
});
