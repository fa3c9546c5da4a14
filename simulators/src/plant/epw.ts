/**
 * Weather files of EnergyPlus (EPW): eight lines of header, then one line an hour. Format after the "Auxiliary
 * Programs" manual of EnergyPlus, chapter "EnergyPlus Weather File (EPW) Data Dictionary".
 */
import type { Weather } from './environment.ts';

export interface EpwPlace {
  readonly city: string;
  readonly lat: number;
  readonly lon: number;
  /** Local standard time ahead of UTC, h. */
  readonly zone_h: number;
  readonly elevation_m: number;
}

export interface EpwHour {
  readonly month: number;
  readonly day: number;
  /** 1–24: the hour that ends then. */
  readonly hour: number;
  readonly outdoor_c: number;
  /** Global radiation on the horizontal, Wh/m² in the hour. */
  readonly sun_wh_m2: number;
}

export interface EpwFile {
  readonly place: EpwPlace;
  readonly hours: readonly EpwHour[];
}

const HEADER_LINES = 8;
const COLUMN = { month: 1, day: 2, hour: 3, outdoor_c: 6, sun_wh_m2: 13 } as const;
const COLUMNS = 35;
/** Values from which on a field counts as missing. */
const MISSING = { outdoor_c: 99.9, sun_wh_m2: 9999 } as const;
/** Global radiation of a clear winter noon, W/m²: façades get their most then. */
const CLEAR_NOON_W_M2 = 550;
const YEAR_H = 8760;

export class EpwError extends Error {
  constructor(line: number, reason: string) {
    super(`Line ${line} of the weather file: ${reason}.`);
    this.name = 'EpwError';
  }
}

function placeOf(line: string): EpwPlace {
  const [word, city = '', , , , , lat, lon, zone, elevation] = line.split(',');
  const place = {
    city,
    lat: Number(lat),
    lon: Number(lon),
    zone_h: Number(zone),
    elevation_m: Number(elevation),
  };
  if (word !== 'LOCATION' || ![place.lat, place.lon, place.zone_h].every(Number.isFinite))
    throw new EpwError(1, 'it does not say LOCATION with latitude, longitude and time zone');
  return place;
}

function hourOf(line: string, at: number, before: EpwHour | undefined): EpwHour {
  const cells = line.split(',');
  const number = (name: keyof typeof COLUMN): number => Number(cells[COLUMN[name]]);
  const [month, day, hour] = [number('month'), number('day'), number('hour')];
  const right =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 1 && hour <= 24 && cells.length >= 14;
  if (!right) throw new EpwError(at, 'month, day and hour (1–24) are not there');
  const filled = (name: keyof typeof MISSING): number => {
    const value = number(name);
    if (Number.isFinite(value) && value < MISSING[name]) return value;
    if (before) return before[name];
    throw new EpwError(at, `${name} is missing in the first hour`);
  };
  return { month, day, hour, outdoor_c: filled('outdoor_c'), sun_wh_m2: Math.max(0, filled('sun_wh_m2')) };
}

/** Reads a file. A missing value takes that of the hour before. Throws `EpwError` with the line that is wrong. */
export function parseEpw(text: string): EpwFile {
  const lines = text.split(/\r?\n/);
  const place = placeOf(lines[0] ?? '');
  const hours: EpwHour[] = [];
  for (const [at, line] of lines.entries()) {
    if (at < HEADER_LINES || line.trim() === '') continue;
    hours.push(hourOf(line, at + 1, hours.at(-1)));
  }
  if (hours.length < 24) throw new EpwError(lines.length, `only ${hours.length} hours are there, not a day`);
  return { place, hours };
}

const leap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Hours since New Year in local time, in a year of 365 days: 29 February repeats the day before. */
function hourOfYear(at_h: number): number {
  let left_h = at_h;
  let year = 1970;
  for (;;) {
    const length_h = (leap(year) ? 366 : 365) * 24;
    if (left_h < length_h) break;
    left_h -= length_h;
    year += 1;
  }
  return leap(year) && left_h >= 59 * 24 ? left_h - 24 : left_h;
}

/**
 * Weather at a time in s since 1970 UTC: straight lines between the hours. A file of a whole year is read at its date;
 * a shorter one is repeated from its beginning.
 */
export function epwWeather(file: EpwFile, at_s: number): Weather {
  const { place, hours } = file;
  const local_h = at_s / 3600 + place.zone_h;
  const position_h = hours.length === YEAR_H ? hourOfYear(local_h) : local_h % hours.length;
  const first = Math.floor(position_h);
  // The line of hour h ends at h: it stands for the moment h.
  const at = (index: number): EpwHour | undefined => hours[(index - 1 + hours.length) % hours.length];
  const [one, other] = [at(first), at(first + 1)];
  if (!one || !other) throw new RangeError('The weather file is empty.');
  const share = position_h - first;
  const between = (of: (hour: EpwHour) => number): number => of(one) + share * (of(other) - of(one));
  const solar_h = at_s / 3600 + place.lon / 15;
  return {
    outdoor_c: between(({ outdoor_c }) => outdoor_c),
    sun: Math.min(1, between(({ sun_wh_m2 }) => sun_wh_m2) / CLEAR_NOON_W_M2),
    hour: ((solar_h % 24) + 24) % 24,
  };
}

const two = (value: number): string => value.toFixed(1);

/** The text of a file of our own: hours beyond temperature and sun are left missing, as the format allows. */
export function epwText(file: EpwFile, comment: string): string {
  const { place, hours } = file;
  const header = [
    `LOCATION,${place.city},-,-,Generated,0,${place.lat},${place.lon},${two(place.zone_h)},${two(place.elevation_m)}`,
    'DESIGN CONDITIONS,0',
    'TYPICAL/EXTREME PERIODS,0',
    'GROUND TEMPERATURES,0',
    'HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0',
    `COMMENTS 1,${comment}`,
    'COMMENTS 2,',
    `DATA PERIODS,1,1,Data,Sunday,${hours[0]?.month}/${hours[0]?.day},${hours.at(-1)?.month}/${hours.at(-1)?.day}`,
  ];
  const rows = hours.map((hour) => {
    const cells = Array.from({ length: COLUMNS }, () => '9999');
    cells.splice(0, 6, '2027', `${hour.month}`, `${hour.day}`, `${hour.hour}`, '60', '?');
    cells[COLUMN.outdoor_c] = two(hour.outdoor_c);
    cells[COLUMN.sun_wh_m2] = `${Math.round(hour.sun_wh_m2)}`;
    return cells.join(',');
  });
  return `${[...header, ...rows].join('\n')}\n`;
}

/** Hours of a weather as a file holds them. */
export function epwHours(
  weatherAt: (at_s: number) => Weather,
  span: { from_s: number; days: number; month: number; day: number },
): EpwHour[] {
  return Array.from({ length: span.days * 24 }, (_, index) => {
    const { outdoor_c, sun } = weatherAt(span.from_s + (index + 1) * 3600);
    return {
      month: span.month,
      day: span.day + Math.floor(index / 24),
      hour: (index % 24) + 1,
      outdoor_c,
      sun_wh_m2: sun * CLEAR_NOON_W_M2,
    };
  });
}
