/** Settings of the fleet process from the environment, and where the running center is found. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { WeatherAt } from './fleet/city.ts';
import { epwWeather, parseEpw } from './plant/epw.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The data folder; a relative path is meant from the root of the workspace. */
export function dataFolder(environment: NodeJS.ProcessEnv): string {
  return resolve(ROOT, environment.HEAT_CENTER_DATA_DIR ?? 'data');
}

const schema = z.object({
  HEAT_SIMULATORS_API: z.url().default('http://127.0.0.1:8080'),
  HEAT_SIMULATORS_MQTT: z.url().default('mqtt://127.0.0.1:1883'),
  HEAT_SIMULATORS_TOKEN: z.string().optional(),
  HEAT_SIMULATORS_TOKEN_FILE: z.string().optional(),
  HEAT_SIMULATORS_WEATHER: z.string().optional(),
  HEAT_CENTER_DEMO_STATIONS: z.coerce.number().int().min(0).max(20_000).default(24),
});

export interface FleetSettings {
  readonly api: string;
  readonly mqtt: string;
  readonly count: number;
  readonly folder: string;
  /** The city's weather from a file (EPW); undefined = made up. */
  readonly weather: WeatherAt | undefined;
  /** Reads the token; empty while its file is not there. */
  readonly token: () => string;
}

/** Throws an error that names the variable when one is not usable. */
export function fleetSettings(environment: NodeJS.ProcessEnv): FleetSettings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') ?? 'The environment'}: ${issue?.message ?? 'not usable'}`);
  }
  const { data } = parsed;
  const folder = dataFolder(environment);
  const file = resolve(ROOT, data.HEAT_SIMULATORS_TOKEN_FILE ?? resolve(folder, 'cli-token'));
  return {
    api: data.HEAT_SIMULATORS_API,
    mqtt: data.HEAT_SIMULATORS_MQTT,
    count: data.HEAT_CENTER_DEMO_STATIONS,
    folder: resolve(folder, 'simulators'),
    weather: data.HEAT_SIMULATORS_WEATHER === undefined ? undefined : weatherIn(data.HEAT_SIMULATORS_WEATHER),
    token: () => data.HEAT_SIMULATORS_TOKEN ?? tokenIn(file),
  };
}

/** The weather of an EPW file; a relative path is meant from the root of the workspace. */
function weatherIn(path: string): WeatherAt {
  try {
    const file = parseEpw(readFileSync(resolve(ROOT, path), 'utf8'));
    return (at_s) => epwWeather(file, at_s);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`HEAT_SIMULATORS_WEATHER: ${reason}`, { cause: error });
  }
}

/** The token in a file; empty when there is none. */
export function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
