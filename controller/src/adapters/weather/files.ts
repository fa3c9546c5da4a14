/**
 * Forecasts from a file that somebody else writes: JSON as `POST /api/v1/forecast` takes it or as one of the services
 * answers, CSV with `time,outdoor_c`, or a typical year (EPW).
 */
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { forecastBody } from '@heat-center/api/network.ts';
import type { Forecast } from '../../domain/network/forecast.ts';
import { WeatherTrouble } from './ask.ts';
import { checked, SERVICES } from './services.ts';

const HOUR_MS = 3_600_000;
/** A typical year in EPW is about 1.6 MB. */
const MOST_BYTES = 8 * 2 ** 20;
/** Hours that a typical year gives at a time. */
const YEAR_AHEAD_H = 120;
const EPW_HEADER = 8;
const EPW_MISSING_C = 99.9;

export interface FileRead {
  /** Changes whenever the file does. */
  readonly mark: string;
  readonly changed_at: number;
  readonly text: string;
}

/** Reads the file if its mark is another one than before. Throws `WeatherTrouble`. */
export async function readIfChanged(
  folder: string,
  name: string,
  before: string | undefined,
): Promise<FileRead | undefined> {
  try {
    const file = await open(join(folder, name), 'r');
    try {
      const { mtimeMs, size, ino } = await file.stat();
      const mark = `${ino} ${size} ${mtimeMs}`;
      if (mark === before) return undefined;
      if (size > MOST_BYTES) throw new WeatherTrouble(`${name} is longer than ${MOST_BYTES} bytes`);
      return { mark, changed_at: Math.round(mtimeMs), text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof WeatherTrouble) throw error;
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new WeatherTrouble(isMissing ? `${join(folder, name)} is not there` : `${name} cannot be read`);
  }
}

function fromJson(text: string, now: number): Forecast {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new WeatherTrouble('the file is not JSON');
  }
  if (typeof body === 'object' && body !== null && 'hourly' in body)
    return SERVICES['open-meteo'].forecastOf(body, now);
  if (typeof body === 'object' && body !== null && 'properties' in body)
    return SERVICES['met-norway'].forecastOf(body, now);
  const found = forecastBody.safeParse(body);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new WeatherTrouble(
    `the file is not a forecast: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

/** Milliseconds since 1970, or ISO 8601 with its zone: without one nobody knows which hour is meant. */
function instantOf(text: string): number {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  return /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}

function fromCsv(given: FileRead, name: string, now: number): Forecast {
  const [head = '', ...lines] = given.text.split(/\r?\n/);
  const columns = head.split(',').map((column) => column.trim().toLowerCase());
  const [time, outdoor] = [columns.indexOf('time'), columns.indexOf('outdoor_c')];
  if (time < 0 || outdoor < 0) throw new WeatherTrouble('the first line has to name time and outdoor_c');
  const hours = lines.flatMap((line, index): [number, number][] => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim());
    const at = instantOf(cells[time] ?? '');
    const outdoor_c = Number(cells[outdoor] || Number.NaN);
    if (Number.isNaN(at) || Number.isNaN(outdoor_c))
      throw new WeatherTrouble(`line ${index + 2}: a time with its zone and a temperature are asked for`);
    return [[at, outdoor_c]];
  });
  return checked(name, { issued_at: given.changed_at, hours }, now);
}

/** The typical weather of the dates ahead, as if it were a forecast made now. The line of hour h ends at h. */
function fromEpw(text: string, name: string, now: number): Forecast {
  const lines = text.split(/\r?\n/);
  const zone_h = Number(lines[0]?.split(',')[8]);
  if (!lines[0]?.startsWith('LOCATION,') || Number.isNaN(zone_h))
    throw new WeatherTrouble('the first line has to say LOCATION with its time zone');
  const typical = new Map<string, number>();
  for (const line of lines.slice(EPW_HEADER)) {
    const [, month, day, hour, , , dry_bulb] = line.split(',');
    const outdoor_c = Number(dry_bulb || Number.NaN);
    if (outdoor_c < EPW_MISSING_C) typical.set([month, day, hour].map(Number).join('-'), outdoor_c);
  }
  const first = Math.floor(now / HOUR_MS) - 1;
  const hours = Array.from({ length: YEAR_AHEAD_H + 1 }, (_, index): [number, number | undefined] => {
    const at = (first + index) * HOUR_MS;
    // The hour that ends at 24 belongs to the day before.
    const local = new Date(at - 1 + zone_h * HOUR_MS);
    const key = [local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCHours() + 1].join('-');
    return [at, typical.get(key)];
  });
  const known = hours.flatMap(([at, outdoor_c]): [number, number][] =>
    outdoor_c === undefined ? [] : [[at, outdoor_c]],
  );
  return checked(`${name} (typical year)`, { issued_at: now, hours: known }, now);
}

/** Throws `WeatherTrouble` that says what is wrong in the file. */
export function forecastIn(read: FileRead, name: string, now: number): Forecast {
  switch (extname(name).toLowerCase()) {
    case '.csv':
      return fromCsv(read, name, now);
    case '.epw':
      return fromEpw(read.text, name, now);
    default:
      return fromJson(read.text, now);
  }
}

/** A typical year gives other hours as time goes on; all else changes with the file alone. */
export const agesByItself = (name: string): boolean => extname(name).toLowerCase() === '.epw';
