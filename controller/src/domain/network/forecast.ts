/** A weather forecast as an input: what to expect where nothing is measured, and for the hours ahead. */

export interface Forecast {
  /** When it was made, ms UTC. */
  readonly issued_at: number;
  /** Who made it, for people. */
  readonly source: string;
  /** Outdoor temperature, °C, at times that ascend, ms UTC. */
  readonly hours: readonly (readonly [at: number, outdoor_c: number])[];
}

/** An older forecast says no more than the season does; our choice. */
const WORTHLESS_AFTER_MS = 72 * 3_600_000;

/**
 * The forecast outdoor temperature at a time, straight between its points; undefined outside of them or when too old.
 *
 * @param now when it is asked, ms UTC: what counts is how old the forecast is then, not how far it looks ahead
 */
export function forecastAt({ issued_at, hours }: Forecast, at: number, now = at): number | undefined {
  if (now - issued_at > WORTHLESS_AFTER_MS) return undefined;
  const next = hours.findIndex(([time]) => time >= at);
  const [upper, lower] = [hours[next], hours[next - 1]];
  if (!upper) return undefined;
  if (upper[0] === at) return upper[1];
  if (!lower) return undefined;
  const share = (at - lower[0]) / (upper[0] - lower[0]);
  return lower[1] + share * (upper[1] - lower[1]);
}

/** What a forecast is off now fades so, ms. */
const OFFSET_FADES_MS = 6 * 3_600_000;

/** The forecast moved by what it is off now, which fades; undefined where it says nothing. */
export function expectedOutdoor(
  forecast: Forecast | undefined,
  seen: { readonly at: number; readonly outdoor_c: number | undefined },
): (at: number) => number | undefined {
  const now_c = forecast && forecastAt(forecast, seen.at);
  const off_k = now_c === undefined || seen.outdoor_c === undefined ? 0 : seen.outdoor_c - now_c;
  return (at) => {
    const outdoor_c = forecast && forecastAt(forecast, at, seen.at);
    if (outdoor_c === undefined) return undefined;
    return outdoor_c + off_k * Math.exp(-Math.max(0, at - seen.at) / OFFSET_FADES_MS);
  };
}
