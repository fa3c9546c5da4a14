/**
 * One station's cycle: from what is measured to what is decided and sent. Pure: the same arguments give the
 * same results, and time is one of them.
 */
import { changedRecords, expire, move } from './commands/ledger.ts';
import { isWorthTelling, isLeaseInForce } from './commands/lease.ts';
import { send } from './commands/send.ts';
import type { StationConfig } from './config.ts';
import { measured, NEW_CIRCUIT, type CircuitState } from './control/circuit.ts';
import { returnMaximum } from './control/contract-limits.ts';
import { decideCircuit } from './control/decide.ts';
import { NO_SENSORS, sensorsOf, stationInputs } from './control/sensors.ts';
import type { CircuitDecision, Effect } from './effects.ts';
import { fitnessOf, type PointValue } from './image.ts';
import { takeOutdoor } from './outdoor.ts';
import {
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
  readonly decisions: readonly CircuitDecision[];
}

/** Decides all setpoints of a station and sends what is due. */
export function cycle(given: StationCase): CycleResult {
  const { config } = given;
  const effects: Effect[] = [];
  const decided = decide(given, upkeep(given), effects);
  const due = noteAchieved(given, decided);
  const state = send({ ...given, config: inForce(config, due), state: due }, effects);
  effects.push(...changedRecords(config.id, given.state.ledger, state.ledger));
  return { state, effects, decisions: state.decisions };
}

/** A return limit that slides with the weather is told to the station as it is now. */
function inForce(config: StationConfig, { outdoor, outdoor_origin }: StationState): StationConfig {
  const { primary_limits } = config;
  if (!primary_limits?.return_slide) return config;
  const return_max_c = returnMaximum(primary_limits, outdoor_origin && outdoor?.value_c);
  return { ...config, primary_limits: { ...primary_limits, return_max_c } };
}

type Upkeep = Pick<StationState, 'outdoor' | 'outdoor_origin' | 'wishes' | 'ledger'>;

/** Takes in the outdoor temperature and ends what is over. */
function upkeep(given: StationCase): Upkeep {
  const { state, now } = given;
  let { wishes } = state;
  for (const wish of wishes.values()) {
    if (wish.until <= now) {
      wishes = new Map([...state.wishes].filter(([, other]) => other.until > now));
      break;
    }
  }
  const { outdoor, outdoor_origin } = takeOutdoor(given);
  return { outdoor, outdoor_origin, wishes, ledger: expire(state.ledger, now) };
}

function decide(given: StationCase, kept: Upkeep, effects: Effect[]): StationState {
  const { state, config, image, now } = given;
  const circuits = new Map<string, CircuitState>();
  const decisions: CircuitDecision[] = [];
  let { told } = state;
  const passed_s = Math.min(Math.max(now - (state.cycled_at ?? now), 0) / 1000, LONGEST_STEP_S);
  const station = { config, image, now };
  const sensors = sensorsOf(config, image);
  const outdoor = {
    filtered_c: kept.outdoor_origin && kept.outdoor?.value_c,
    own_c: kept.outdoor_origin?.from === 'own' ? (sensors.outdoor_c?.value ?? undefined) : undefined,
    from: kept.outdoor_origin,
  };
  const { clock } = given.network;
  const inputs = stationInputs(given, sensors, { outdoor, clock });
  const leads = isReachable(given) && !state.released && isLeaseInForce(state.lease, now);
  for (const [index, circuit] of config.circuits.entries()) {
    const ofCircuit = sensors.circuits[index] ?? NO_SENSORS;
    const result = decideCircuit({
      station,
      circuit,
      state: state.circuits.get(circuit.id) ?? NEW_CIRCUIT,
      wish: kept.wishes.get(circuit.id),
      decided: state.decisions.find((decision) => decision.circuit === circuit.id)?.decisions,
      outdoor,
      inputs,
      sensors: ofCircuit,
      clock,
      passed_s,
      balance: shiftOf(state.network?.balance, circuit.id),
      short: state.network?.short,
      plan: state.network?.plan,
      follow: config.control === 'on' && !(leads && followsCenter(given, ofCircuit.follows)),
    });
    circuits.set(circuit.id, result.state);
    const decision = { circuit: circuit.id, at: now, decisions: result.decisions };
    decisions.push(decision);
    if (!isNews(told.get(circuit.id), decision)) continue;
    told = new Map(told).set(circuit.id, decision);
    effects.push({ kind: 'decided', station: config.id, decision });
  }
  const { outdoor: filter, outdoor_origin, wishes, ledger } = kept;
  return {
    ...state,
    outdoor: filter,
    outdoor_origin,
    wishes,
    ledger,
    circuits,
    decisions,
    told,
    cycled_at: now,
    due_at: now + CYCLE_EVERY_MS,
  };
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
function noteAchieved(given: StationCase, state: StationState): StationState {
  let { ledger } = state;
  for (const [circuit, wish] of state.wishes) {
    const record = ledger.records.find(({ id }) => id === wish.id);
    if (record?.state !== 'applied') continue;
    const isThere = Object.entries(wish.setpoints).every(([name, value]) => {
      const is = measured(given, `circuits.${circuit}.${name}`);
      const near = name === 'supply_c' ? ACHIEVED_K : Math.abs(value) * ACHIEVED_RATIO;
      return is !== undefined && Math.abs(is - value) <= near;
    });
    if (isThere) ledger = move(ledger, [wish.id], { state: 'achieved', at: given.now });
  }
  return ledger === state.ledger ? state : { ...state, ledger };
}
