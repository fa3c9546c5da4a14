/** What the sharing of a short source means for one station: where it stands, what it is held to, how it is kept there. */
import type { PrimaryLimits } from '../config.ts';
import type { After } from '../state.ts';
import { shareAt, type Claim } from './share.ts';
import { afterOf, slowLoad, type ShortTarget } from './short.ts';
import {
  AT_ONCE,
  learnedGain,
  NOW_MS,
  offBy,
  takesPower,
  trimmedGain,
  type Facts,
  type HeatMemory,
  type LeftOutWhy,
  type LoadFrom,
} from './source-facts.ts';
import { LEAST_LOAD } from './station-heat.ts';

/** A station that takes limits of power may take this much more than its share: its supply temperature holds it there. */
const POWER_GUARD = 1.08;

export type ShareState = 'open' | 'limited' | 'floor' | 'starved' | 'left_out';

/** A station in the state of the sharing: what it remembers, what it is held to, and what is shown. */
export interface SharedStation extends HeatMemory {
  readonly state: ShareState;
  readonly why?: LeftOutWhy | undefined;
  readonly from?: LoadFrom | undefined;
  readonly power_kw?: number | undefined;
  readonly design_kw?: number | undefined;
  readonly load?: number | undefined;
  readonly floor?: number | undefined;
  /** Since when the share decides its setpoints, ms UTC. */
  readonly bound_at?: number | undefined;
  readonly target?: ShortTarget | undefined;
  /** Told where the station takes limits of power. */
  readonly primary?: PrimaryLimits | undefined;
  readonly after?: After | undefined;
}

interface SharedInput {
  /** Undefined where it takes no part. */
  readonly claim: Claim | undefined;
  /** Relative load of ordinary stations; undefined while nothing is limited. */
  readonly level: number | undefined;
  readonly normal: number;
  readonly was: SharedStation | undefined;
  readonly place: {
    readonly nth: number;
    readonly of: number;
    readonly passed_ms: number;
    readonly until: number | undefined;
    readonly now: number;
  };
}

/** One station's part in the sharing, a step on. */
export function sharedStation(facts: Facts, given: SharedInput): SharedStation {
  const { claim, level, normal, was, place } = given;
  const { meter, heating, from, design_kw, hour_load, hour_kw, now_kw, why } = facts;
  const shown = { meter, heating, from, design_kw, load: hour_load, power_kw: hour_kw ?? now_kw };
  if (!claim) return { ...shown, gain: facts.gain, state: 'left_out', why };
  const seen = { ...shown, floor: claim.floor };
  const learned = facts.led ? learnedGain(facts, place.passed_ms) : facts.gain;
  if (level === undefined) return { ...seen, gain: learned, state: 'open' };
  const share = shareAt(claim, level, normal);
  const state = stateOf(facts, claim, share);
  const loadFor = (gain = 1): number => (Math.max(share, LEAST_LOAD) / gain) * facts.at_load;
  const bound_at = boundSince(facts, was, { load: loadFor(facts.gain), now: place.now });
  const { gain, nudge = 1 } =
    state === 'open' ? { gain: learned } : held(facts, share, { bound_at, passed_ms: place.passed_ms });
  const load = loadFor(gain) * nudge;
  const slow_load = slowLoad(
    was?.target?.slow_load ?? facts.at_load * (facts.asked ?? 1),
    load,
    place.passed_ms,
  );
  const target: ShortTarget = { share, load, slow_load };
  return {
    ...seen,
    gain,
    state,
    bound_at,
    target,
    primary: primaryOf(facts, share, state),
    after: afterOf(facts, target, place),
  };
}

function stateOf({ starved, now_load }: Facts, claim: Claim, share: number): ShareState {
  if (claim.want <= share) return 'open';
  if (starved && now_load !== undefined && now_load < share) return 'starved';
  return claim.floor >= share ? 'floor' : 'limited';
}

/** What is measured answers to a share once so much time has passed since setpoints came there, ms. */
const ANSWERS_MS = 10 * 60_000;

/** A share that moved by more than this begins anew: setpoints are on their way there. */
const MOVED = 0.04;

/** Since when the share decides setpoints: no frost and no limit holds them instead, and they are not on their way. */
function boundSince(facts: Facts, was: SharedStation | undefined, to: { load: number; now: number }) {
  const codes = facts.station.state.circuits.map(
    ({ decisions }) => decisions.find(({ name }) => name === 'supply_c')?.reason.code,
  );
  const ramps = codes.includes('ramp') && was?.bound_at === undefined;
  const moved = Math.abs(to.load / (was?.target?.load ?? to.load) - 1) > MOVED;
  const decides = codes.some((code) => code === 'short_source' || code === 'ramp');
  if (!facts.led || !decides || ramps || moved) return undefined;
  return was?.bound_at ?? to.now;
}

/**
 * PI: what the load is off by is answered in part at once and for the rest by a gain that moves slowly. Both only while
 * the share decides and the measurement is of that time, and never to make up for a starved valve. So nothing winds up.
 */
function held(facts: Facts, share: number, at: { bound_at: number | undefined; passed_ms: number }) {
  const { starved, now_load, meter, heating, gain } = facts;
  const read_at = (heating ?? meter)?.at ?? 0;
  const answers = at.bound_at !== undefined && read_at - NOW_MS >= at.bound_at + ANSWERS_MS;
  if (!answers || !now_load || (starved && now_load < share)) return { gain };
  const off = offBy(now_load, share);
  return { gain: trimmedGain(facts, off, at.passed_ms), nudge: Math.exp(-AT_ONCE * off) };
}

/** Stations without circuits are held by this alone; where supply temperatures hold, it only catches what overshoots. */
function primaryOf(
  { station, design, design_kw }: Facts,
  share: number,
  state: ShareState,
): PrimaryLimits | undefined {
  if (!design || design_kw === undefined || !takesPower(station.config) || state === 'open') return undefined;
  // Hot water passes the same meter, and is nobody's to limit.
  if (design.makesHotWater) return undefined;
  const guard = design.circuits.length === 0 ? 1 : POWER_GUARD;
  return { power_max_kw: Math.round(guard * share * design_kw) };
}
