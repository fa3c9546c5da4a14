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
import { decideCircuit, type CircuitCase } from './control/decide.ts';
import { noteTold, toldUntil } from './control/memory.ts';
import { sensorsOf, stationInputs, type Sensors } from './control/sensors.ts';
import type { CircuitDecision, Effect } from './effects.ts';
import { freshSince, type Place } from './points.ts';
import type { Moving } from './moving.ts';
import { takeOutdoor } from './outdoor.ts';
import {
  circuitOf,
  isReachable,
  type BalanceShift,
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
  takeOutdoor(given, outdoor_c);
  const ledger = expire(state.ledger, now);
  if (state.ledger !== ledger) state.ledger = ledger;
  if (isAsSet(state, circuits)) return;
  state.moves = (state.moves ?? 0) + 1;
  state.circuits = circuits.map(({ circuit: { id } }) => circuitOf(state, id) ?? newCircuit(id, now));
}

function isAsSet({ circuits: known }: StationState, circuits: Sensors['circuits']): boolean {
  if (known.length !== circuits.length) return false;
  for (let index = 0; index < known.length; index += 1)
    if (known[index]?.circuit !== circuits[index]?.circuit.id) return false;
  return true;
}

function wishesInForce(wishes: StationState['wishes'], now: number): StationState['wishes'] {
  const kept = [...wishes].filter(([, { until }]) => until > now);
  return kept.length === wishes.size ? wishes : new Map(kept);
}

function decide(given: StationCase, sensors: Sensors, effects: Effect[]): void {
  const { config, now } = given;
  const state: Moving<StationState> = given.state;
  const leads = isReachable(given) && !state.released && isLeaseInForce(state.lease, now);
  let each: Moving<CircuitCase> | undefined;
  for (let index = 0; index < state.circuits.length; index += 1) {
    const ofCircuit = sensors.circuits[index];
    const circuit: Moving<CircuitState> | undefined = state.circuits[index];
    if (!circuit || !ofCircuit) continue;
    each ??= caseOf(given, sensors, { sensors: ofCircuit, state: circuit });
    each.sensors = ofCircuit;
    each.state = circuit;
    each.wish = state.wishes.size > 0 ? state.wishes.get(circuit.circuit) : undefined;
    each.follow = config.control === 'on' && !(leads && followsCenter(given, ofCircuit.follows));
    each.balance = shiftOf(state.network?.balance, circuit.circuit);
    const isMoved = decideCircuit(each);
    circuit.at = now;
    if (isMoved) state.moves = (state.moves ?? 0) + 1;
    if (!isMoved && now < toldUntil(circuit.memory)) continue;
    const told = tellNews(given, circuit, effects);
    noteTold(circuit.memory, told && told.at + TELL_EVERY_MS);
  }
  state.cycled_at = now;
  state.due_at = now + CYCLE_EVERY_MS;
}

/** What a circuit is decided from; the next one of the station only in part from something else. */
function caseOf(
  given: StationCase,
  sensors: Sensors,
  circuit: Pick<CircuitCase, 'sensors' | 'state'>,
): CircuitCase {
  const { state, now } = given;
  const { outdoor_origin: from, network } = state;
  const outdoor = {
    filtered_c: from && state.outdoor?.value_c,
    own_c: from?.from === 'own' ? given.image.points.latest(sensors.outdoor_c) : undefined,
    from,
  };
  const { clock } = given.network;
  return {
    station: given,
    sensors: circuit.sensors,
    state: circuit.state,
    wish: undefined,
    outdoor,
    inputs: stationInputs(given, sensors, { outdoor, clock }),
    clock,
    passed_s: Math.min(Math.max(now - (state.cycled_at ?? now), 0) / 1000, LONGEST_STEP_S),
    follow: false,
    balance: undefined,
    plan: network?.plan,
    short: network?.short,
  };
}

/** What history and feed were told: a copy, since the latest decision moves on. */
function tellNews(
  { state, config }: StationCase,
  latest: CircuitDecision,
  effects: Effect[],
): CircuitDecision | undefined {
  const { circuit, at, decisions } = latest;
  const told = state.told.get(circuit);
  if (!isNews(told, latest)) return told;
  const decision = { circuit, at, decisions: decisions.map((one) => ({ ...one })) };
  state.told.set(circuit, decision);
  effects.push({ kind: 'decided', station: config.id, decision });
  return decision;
}

/** A correction that is nothing leaves no trace. */
function shiftOf(balance: NetworkTarget['balance'], circuit: string): BalanceShift | undefined {
  const shift = balance?.circuits.get(circuit);
  return shift && shift.shift_k !== 0 ? shift : undefined;
}

/** False once the station says, some time after it was first told, that it works to something else. */
function followsCenter({ state, config, image, now }: StationCase, follows: Place): boolean {
  const { points } = image;
  if (!state.lease || points.latest(follows) === FOLLOWS_CENTER) return true;
  if (points.measuredAt(follows) < state.lease.since + FOLLOWS_WITHIN_MS) return true;
  return points.fit(follows, freshSince(now, config.every_s.default)) === undefined;
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
