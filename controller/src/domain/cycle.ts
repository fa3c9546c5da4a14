/**
 * One station's cycle: from what is measured to what is decided and sent. The same arguments give the same results, and
 * time is one of them.
 */
import { changedRecords, expire, move } from './commands/ledger.ts';
import { isWorthTelling, isLeaseInForce } from './commands/lease.ts';
import { send } from './commands/send.ts';
import type { StationConfig } from './config.ts';
import { measured, newCircuit, type CircuitState } from './control/circuit.ts';
import { returnMaximum } from './control/contract-limits.ts';
import { decideCircuit } from './control/decide.ts';
import { sensorsOf, stationInputs, type Sensors } from './control/sensors.ts';
import type { CircuitDecision, Effect } from './effects.ts';
import { fitnessOf, type PointValue } from './image.ts';
import type { Moving } from './moving.ts';
import { takeOutdoor } from './outdoor.ts';
import {
  isReachable,
  type BalanceShift,
  type LatestDecision,
  type NetworkTarget,
  type StationCase,
  type StationState,
} from './state.ts';

/** Each station is cycled at least this often, ms. */
export const CYCLE_EVERY_MS = 10_000;
/** A pause between two cycles counts for the ramp up to this, s. */
const LONGEST_STEP_S = 60;
/** A decision that does not change is told again after this time (ms), so that no trend is empty. */
const TELL_EVERY_MS = 15 * 60_000;
/** The station says what it follows with its next samples, ms after it was first told. */
const FOLLOWS_WITHIN_MS = 30_000;
/** The word `center` of the catalogue's `follows`. */
const FOLLOWS_CENTER = 0;
/** A wish is achieved within this distance of the measured value: K, and shares of flow and pressure. */
const ACHIEVED_K = 0.5;
const ACHIEVED_RATIO = 0.05;

export interface CycleResult {
  readonly state: StationState;
  readonly effects: readonly Effect[];
}

/** Decides all setpoints of a station and sends what is due. The state is moved on in place: what was given is used up. */
export function cycle(given: StationCase): CycleResult {
  const { config } = given;
  const effects: Effect[] = [];
  const { ledger } = given.state;
  const sensors = sensorsOf(config, given.image);
  keepUp(given, sensors);
  decide(given, sensors, effects);
  noteAchieved(given);
  const told = inForce(config, given.state);
  const state = send(told === config ? given : { ...given, config: told }, effects);
  if (state.ledger !== ledger) effects.push(...changedRecords(config.id, ledger, state.ledger));
  return { state, effects };
}

/** A return limit that slides with the weather is told to the station as it is now. */
function inForce(config: StationConfig, { outdoor, outdoor_origin }: StationState): StationConfig {
  const { primary_limits } = config;
  if (!primary_limits?.return_slide) return config;
  const return_max_c = returnMaximum(primary_limits, outdoor_origin && outdoor?.value_c);
  return { ...config, primary_limits: { ...primary_limits, return_max_c } };
}

/** Takes in the outdoor temperature, ends what is over and drops what a circuit left that is no more. */
function keepUp(given: StationCase, { outdoor_c, circuits }: Sensors): void {
  const { now } = given;
  const state: Moving<StationState> = given.state;
  if (state.wishes.size > 0) state.wishes = wishesInForce(state.wishes, now);
  const { outdoor, outdoor_origin } = takeOutdoor(given, outdoor_c);
  state.outdoor = outdoor;
  state.outdoor_origin = outdoor_origin;
  state.ledger = expire(state.ledger, now);
  if (isAsSet(state, circuits)) return;
  const known = new Map(state.decisions.map((decision) => [decision.circuit, decision]));
  const ids = circuits.map(({ circuit: { id } }) => id);
  state.moves = (state.moves ?? 0) + 1;
  state.decisions = ids.map((circuit) => known.get(circuit) ?? { circuit, at: now, decisions: [] });
  state.circuits = new Map(ids.map((id) => [id, state.circuits.get(id) ?? newCircuit()]));
}

function isAsSet({ decisions }: StationState, circuits: Sensors['circuits']): boolean {
  if (decisions.length !== circuits.length) return false;
  for (let index = 0; index < decisions.length; index += 1)
    if (decisions[index]?.circuit !== circuits[index]?.circuit.id) return false;
  return true;
}

function wishesInForce(wishes: StationState['wishes'], now: number): StationState['wishes'] {
  const kept = [...wishes].filter(([, { until }]) => until > now);
  return kept.length === wishes.size ? wishes : new Map(kept);
}

function decide(given: StationCase, sensors: Sensors, effects: Effect[]): void {
  const { config, now } = given;
  const state: Moving<StationState> = given.state;
  const { station, outdoor, inputs, clock, passed_s, short, plan } = sharedBy(given, sensors);
  const leads = isReachable(given) && !state.released && isLeaseInForce(state.lease, now);
  for (let index = 0; index < state.decisions.length; index += 1) {
    const ofCircuit = sensors.circuits[index];
    const latest: Moving<LatestDecision> | undefined = state.decisions[index];
    const circuit: Moving<CircuitState> | undefined = latest && state.circuits.get(latest.circuit);
    if (!latest || !circuit || !ofCircuit) continue;
    const isMoved = decideCircuit({
      station,
      sensors: ofCircuit,
      state: circuit,
      decided: latest.decisions,
      wish: state.wishes.get(latest.circuit),
      outdoor,
      inputs,
      clock,
      passed_s,
      follow: config.control === 'on' && !(leads && followsCenter(given, ofCircuit.follows)),
      balance: shiftOf(state.network?.balance, latest.circuit),
      plan,
      short,
    });
    latest.at = now;
    if (isMoved) state.moves = (state.moves ?? 0) + 1;
    if (!isMoved && now < (circuit.told_until ?? 0)) continue;
    const told = tellNews(given, latest, effects);
    circuit.told_until = told && told.at + TELL_EVERY_MS;
  }
  state.cycled_at = now;
  state.due_at = now + CYCLE_EVERY_MS;
}

/** What all circuits of a station are decided from. */
function sharedBy(given: StationCase, sensors: Sensors) {
  const { state, config, image, now } = given;
  const { outdoor_origin: from, network } = state;
  const outdoor = {
    filtered_c: from && state.outdoor?.value_c,
    own_c: from?.from === 'own' ? (sensors.outdoor_c?.value ?? undefined) : undefined,
    from,
  };
  const { clock } = given.network;
  return {
    station: { config, image, now },
    outdoor,
    inputs: stationInputs(given, sensors, { outdoor, clock }),
    clock,
    passed_s: Math.min(Math.max(now - (state.cycled_at ?? now), 0) / 1000, LONGEST_STEP_S),
    short: network?.short,
    plan: network?.plan,
  };
}

/** What history and feed were told: a copy, since the latest decision moves on. */
function tellNews(
  { state, config }: StationCase,
  latest: CircuitDecision,
  effects: Effect[],
): CircuitDecision | undefined {
  const told = state.told.get(latest.circuit);
  if (!isNews(told, latest)) return told;
  const decision = { ...latest, decisions: latest.decisions.map((one) => ({ ...one })) };
  state.told.set(latest.circuit, decision);
  effects.push({ kind: 'decided', station: config.id, decision });
  return decision;
}

/** A correction that is nothing leaves no trace. */
function shiftOf(balance: NetworkTarget['balance'], circuit: string): BalanceShift | undefined {
  const shift = balance?.circuits.get(circuit);
  return shift && shift.shift_k !== 0 ? shift : undefined;
}

/** False once the station says, some time after it was first told, that it works to something else. */
function followsCenter({ state, config, now }: StationCase, point: PointValue | undefined): boolean {
  if (!point || !state.lease || point.at < state.lease.since + FOLLOWS_WITHIN_MS) return true;
  return point.value === FOLLOWS_CENTER || fitnessOf(point, now, config.every_s.default) !== 'fit';
}

function isNews(told: CircuitDecision | undefined, decided: CircuitDecision): boolean {
  if (!told) return decided.decisions.length > 0;
  if (told.decisions.length !== decided.decisions.length) return true;
  if (decided.decisions.length > 0 && decided.at - told.at >= TELL_EVERY_MS) return true;
  return decided.decisions.some((decision, index) => {
    const before = told.decisions[index];
    if (before?.name !== decision.name) return true;
    if (isWorthTelling(decision.name, before.value, decision.value)) return true;
    return before.outcome !== decision.outcome || before.reason.code !== decision.reason.code;
  });
}

/** A wish that the station applies is achieved once the measured value has come to what was wished. */
function noteAchieved(given: StationCase): void {
  const state: Moving<StationState> = given.state;
  if (state.wishes.size === 0) return;
  for (const [circuit, wish] of state.wishes) {
    const record = state.ledger.records.find(({ id }) => id === wish.id);
    if (record?.state !== 'applied') continue;
    const isThere = Object.entries(wish.setpoints).every(([name, value]) => {
      const is = measured(given, `circuits.${circuit}.${name}`);
      const near = name === 'supply_c' ? ACHIEVED_K : Math.abs(value) * ACHIEVED_RATIO;
      return is !== undefined && Math.abs(is - value) <= near;
    });
    if (isThere) state.ledger = move(state.ledger, [wish.id], { state: 'achieved', at: given.now });
  }
}
