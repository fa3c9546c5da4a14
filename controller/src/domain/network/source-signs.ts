/** What speaks for a short source although nobody has said so. It is shown and told of; sharing waits for a person. */
import type { StationConfig } from '../config.ts';
import type { StationImage } from '../image.ts';

export type SignCode = 'source_fault' | 'supply_fell' | 'stations_starved';

export interface SourceSign {
  readonly code: SignCode;
  /** ms UTC. */
  readonly since: number;
  readonly params: Readonly<Record<string, number | string>>;
}

/** Plain data: what the signs remember from step to step. */
export interface SignState {
  readonly signs: readonly SourceSign[];
  /** Signs that hold, but not yet for long enough. */
  readonly pending: Readonly<Partial<Record<SignCode, number>>>;
  /** Supply of the source over the last hour [time, °C, outdoor °C]. */
  readonly supply: readonly (readonly [at: number, supply_c: number, outdoor_c: number])[];
  /** What the supply was before it fell, °C. */
  readonly before_c?: number | undefined;
}

export const NO_SIGNS: SignState = { signs: [], pending: {}, supply: [] };

/** A sign counts once it has held for so long, ms. */
const HOLDS_MS: Readonly<Record<SignCode, number>> = {
  source_fault: 2 * 60_000,
  supply_fell: 10 * 60_000,
  stations_starved: 15 * 60_000,
};
/** The supply fell when it is this much (K) below what it was within the hour, and it did not get this much warmer. */
const FELL_K = 5;
const WARMER_K = 1;
/** It is over once the supply is back to within this, K. */
const BACK_K = 2;
const HOUR_MS = 3_600_000;
const SUPPLY_EVERY_MS = 5 * 60_000;
/** Starved stations with this share of all design heat are more than a matter of their own. */
const STARVED_SHARE = 0.2;

export interface SignInput {
  readonly now: number;
  readonly outdoor_c: number | undefined;
  /** Sources among the stations. */
  readonly sources: readonly { readonly config: StationConfig; readonly image: StationImage }[];
  readonly supply_c: number | undefined;
  /** Share of all design heat that belongs to starved stations. */
  readonly starved: number;
}

type Params = SourceSign['params'];
const tenth = (value: number): number => Math.round(value * 10) / 10;

function faultOf({ sources }: SignInput): Params | undefined {
  for (const { config, image } of sources) {
    const [fault] = image.online === true ? image.faults : [];
    if (fault !== undefined) return { station: config.id, fault };
  }
  return undefined;
}

function stepSupply(before: SignState, { now, supply_c, outdoor_c }: SignInput) {
  const kept = before.supply.filter(([at]) => now - at <= HOUR_MS);
  if (supply_c === undefined || outdoor_c === undefined) return { supply: kept, before_c: before.before_c };
  const last = kept.at(-1)?.[0] ?? 0;
  const supply = now - last < SUPPLY_EVERY_MS ? kept : [...kept, [now, supply_c, outdoor_c] as const];
  if (before.before_c !== undefined)
    return { supply, before_c: supply_c > before.before_c - BACK_K ? undefined : before.before_c };
  const comparable = kept.filter(([, , then_c]) => outdoor_c - then_c < WARMER_K).map(([, was_c]) => was_c);
  const most_c = Math.max(...comparable);
  return { supply, before_c: most_c - supply_c >= FELL_K ? most_c : undefined };
}

/** One step: which signs hold, and since when. */
export function stepSigns(before: SignState, input: SignInput): SignState {
  const { now, supply_c, starved } = input;
  const { supply, before_c } = stepSupply(before, input);
  const held: Partial<Record<SignCode, Params | undefined>> = {
    source_fault: faultOf(input),
    supply_fell:
      before_c === undefined || supply_c === undefined
        ? undefined
        : { supply_c: tenth(supply_c), before_c: tenth(before_c) },
    stations_starved: starved >= STARVED_SHARE ? { share: Math.round(starved * 100) / 100 } : undefined,
  };
  const pending: Partial<Record<SignCode, number>> = {};
  const signs: SourceSign[] = [];
  for (const code of ['source_fault', 'supply_fell', 'stations_starved'] as const) {
    const params = held[code];
    if (!params) continue;
    const since = before.pending[code] ?? now;
    pending[code] = since;
    if (now - since >= HOLDS_MS[code]) signs.push({ code, since, params });
  }
  return { signs, pending, supply, before_c };
}
