/** What a station is sent in a cycle: orders, its fallback, and the lease of setpoints. */
import type { Command, SetpointsCommand } from '@heat-center/contract/messages.ts';
import type { CommandRecord, Effect } from '../effects.ts';
import { fitValue } from '../points.ts';
import type { Moving } from '../moving.ts';
import { isReachable, type StationCase, type StationState } from '../state.ts';
import { fallbackOf, isFallbackDue } from './fallback.ts';
import { leadAgainAt, noteLead } from './flapping.ts';
import {
  CENTER,
  commandId,
  enter,
  move,
  noteSent,
  pendingOrders,
  type Ledger,
  type SentCommand,
} from './ledger.ts';
import {
  isLeaseInForce,
  isStanding,
  offerOf,
  reasonText,
  renewalAt,
  renewsAt,
  SETPOINTS_EVERY_MS,
  VALID_S,
  type Offer,
  type Told,
} from './lease.ts';

/** The word `center` of the catalogue's `follows`. */
const FOLLOWS_CENTER = 0;
/** A selection or order must reach the station within this time, s. */
const ORDER_VALID_S = 30;

/** Sends what is due and adds it to the effects; the next cycle comes no later than the next command ends. */
export function send(given: StationCase, effects: Effect[]): StationState {
  const state = sendDue(given, effects);
  return dueBy(state, state.ledger.next_end);
}

/** The next cycle comes no later than this, ms UTC. */
function dueBy(state: StationState, at: number): StationState {
  const moving: Moving<StationState> = state;
  if (at < moving.due_at) moving.due_at = at;
  return state;
}

function sendDue(given: StationCase, effects: Effect[]): StationState {
  if (!isReachable(given)) return given.state;
  const ordered = withState(given, sendOrders(given, effects));
  const kept = withState(given, sendFallback(ordered, effects));
  return kept.state.released ? kept.state : sendSetpoints(kept, effects);
}

const withState = (given: StationCase, state: StationState): StationCase =>
  state === given.state ? given : { ...given, state };

interface Head {
  readonly v: 1;
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly valid_s: number;
}

function headOf({ state, config, now }: StationCase, valid_s: number): Head {
  const { epoch } = state.ledger;
  const seq = state.ledger.seq + 1;
  return { v: 1, id: commandId(epoch, seq, config.id), epoch, seq, at: now, valid_s };
}

function issue(
  given: StationCase,
  command: Command,
  about: Pick<SentCommand, 'records' | 'told'>,
): { ledger: Ledger; effect: Effect } {
  const { id, seq, kind, at } = command;
  const ledger = noteSent(given.state.ledger, { id, seq, kind, at, ...about });
  return { ledger, effect: { kind: 'send', station: given.config.id, command } };
}

/** Selections, orders, cancellations and releases go at once, oldest first. */
function sendOrders(given: StationCase, effects: Effect[]): StationState {
  let { state } = given;
  for (const record of pendingOrders(state.ledger, given.now)) {
    const command = orderCommand(record, { ...given, state });
    const { ledger, effect } = issue({ ...given, state }, command, { records: [record.id] });
    effects.push(effect);
    state = { ...state, ledger };
    if (record.kind === 'release') state = { ...state, lease: undefined };
  }
  return state;
}

function orderCommand(record: CommandRecord, given: StationCase): Command {
  const head = headOf(given, ORDER_VALID_S);
  const { asked } = record;
  if (record.kind === 'release') return { ...head, kind: 'release' };
  if (record.kind === 'cancel') return { ...head, kind: 'cancel', cancels: String(asked.cancels) };
  const actuate = {
    target: String(asked.target),
    action: String(asked.action),
    hold_s: Number(asked.hold_s),
  };
  if (record.kind === 'select') return { ...head, kind: 'select', ...actuate };
  const selected = asked.select_id === undefined ? {} : { select_id: String(asked.select_id) };
  return { ...head, kind: 'operate', ...actuate, ...selected };
}

function sendFallback(given: StationCase, effects: Effect[]): StationState {
  const { state, image, config, now } = given;
  const { limits_rev } = config;
  const revisions = { limits_rev, kept_rev: image.station_limits_rev };
  if (!isFallbackDue(revisions, state.fallback, now)) return state;
  const circuits = fallbackOf(config);
  if (!circuits) return state;
  const head = headOf(given, VALID_S);
  const entered = enterOwn(given, { id: head.id, kind: 'fallback', asked: { limits_rev } });
  const issued = issue(entered, { ...head, kind: 'fallback', limits_rev, circuits }, { records: [head.id] });
  effects.push(issued.effect);
  const tries = state.fallback?.limits_rev === limits_rev ? state.fallback.tries + 1 : 1;
  return {
    ...state,
    ledger: issued.ledger,
    fallback: { id: head.id, limits_rev, at: now, tries, refused: false },
  };
}

function enterOwn(
  given: StationCase,
  own: Pick<CommandRecord, 'id' | 'kind' | 'asked'> & { reason?: string },
): StationCase {
  const { now, state } = given;
  const ends_at = now + VALID_S * 1000;
  const ledger = enter(state.ledger, { ...own, by: CENTER, at: now, ends_at, state: 'pending' });
  return { ...given, state: { ...state, ledger } };
}

function sendSetpoints(given: StationCase, effects: Effect[]): StationState {
  const { state, config, now } = given;
  const soonest = (state.told_at ?? Number.NEGATIVE_INFINITY) + SETPOINTS_EVERY_MS;
  if (isLeaseInForce(state.lease, now) && isStanding(state.lease, given)) {
    const renews_at = Math.max(renewsAt(state.lease), soonest);
    if (renews_at > now) return dueBy(state, renews_at);
  }
  const offer = offerOf(config, state.circuits, state.network);
  if (!offer) return state;
  const leads = isLeaseInForce(state.lease, now) || !worksAlone(given);
  const again = leads || state.wishes.size > 0 ? now : leadAgainAt(state.led_at ?? [], now);
  const due_at = Math.max(renewalAt(state.lease, offer, now), soonest, again);
  if (due_at > now) return dueBy(state, due_at);
  const head = headOf(given, VALID_S);
  const text = reasonText(offer);
  const entered = enterOwn(given, { id: head.id, kind: 'setpoints', asked: flat(offer), reason: text });
  const replaced = state.ledger.records
    .filter(({ kind, by }) => kind === 'setpoints' && by === CENTER)
    .map(({ id }) => id);
  const ledger = move(entered.state.ledger, replaced, { state: 'superseded', at: now });
  const carried = [...state.wishes]
    .filter(([circuit]) => Object.hasOwn(offer.circuits, circuit))
    .map(([, { id }]) => id);
  const { circuits, primary, after, reasons } = offer;
  const told = { circuits, ...(primary ? { primary } : {}), ...(after ? { after } : {}) };
  const { limits_rev } = config;
  const issued = issue(
    { ...entered, state: { ...entered.state, ledger } },
    { ...head, kind: 'setpoints', ...wireOf(told), reason: text, limits_rev },
    { records: [head.id, ...carried], told },
  );
  effects.push(issued.effect);
  const since = isLeaseInForce(state.lease, now) ? state.lease.since : now;
  const lease = { id: head.id, at: now, since, ...told, reasons, refused: false };
  const led_at = leads ? state.led_at : noteLead(state.led_at ?? [], now);
  return { ...state, ledger: issued.ledger, lease, led_at, told_at: now };
}

/** Whether the station says now that no circuit works to what it was told. */
function worksAlone({ config, image, now }: StationCase): boolean {
  const said = config.circuits.flatMap(({ id }) => {
    const point = image.points.get(`circuits.${id}.follows`);
    return fitValue(point, now, config.every_s.default) ?? [];
  });
  return said.length > 0 && !said.includes(FOLLOWS_CENTER);
}

/** Only what there is goes on the wire: a station need not know empty parts. */
function wireOf({
  circuits,
  primary,
  after,
}: Told): Pick<SetpointsCommand, 'circuits' | 'primary' | 'after'> {
  return {
    ...(Object.keys(circuits).length > 0 ? { circuits: { ...circuits } } : {}),
    ...(primary ? { primary: { ...primary } } : {}),
    ...(after ? { after: { ...after } } : {}),
  };
}

/** Setpoints as people read them in a list of commands: `low.supply_c`. */
function flat({ circuits, primary, after }: Offer): Record<string, number> {
  const asked: Record<string, number> = {};
  for (const [circuit, setpoints] of Object.entries(circuits)) {
    for (const [name, value] of Object.entries(setpoints)) asked[`${circuit}.${name}`] = value;
  }
  for (const [name, value] of Object.entries(primary ?? {})) asked[`primary.${name}`] = value;
  for (const [name, value] of Object.entries(after ?? {})) asked[`after.${name}`] = value;
  return asked;
}
