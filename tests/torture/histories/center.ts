/** The center of the histories: the real domain with its ledger, leases, wishes and epochs, and people who use it. */
import { checkWish, epochConflicts } from '@heat-center/controller/domain/center-view.ts';
import { applyInput, createCenter } from '@heat-center/controller/domain/center.ts';
import { isEndDue } from '@heat-center/controller/domain/commands/ends.ts';
import type { StationConfig } from '@heat-center/controller/domain/config.ts';
import type { CommandRecord, Effect } from '@heat-center/controller/domain/effects.ts';
import type { CenterInput, Wish } from '@heat-center/controller/domain/inputs.ts';
import { telemetry, type Points } from '@heat-center/controller/domain/testing.ts';
import type { Report, Status } from '@heat-center/contract/messages.ts';
import { between, uniform, type Random } from '@heat-center/simulators/plant/random.ts';

export const STATION = 'far-away';
const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
const DESIGN = { room_c: 18, outdoor_c: -10 } as const;
/** Records that are done when applied; all others hold until they end. */
const DONE_WHEN_APPLIED = new Set(['cancel', 'release', 'fallback']);
const DONE = new Set(['applied', 'achieved']);
const FINAL = new Set(['refused', 'superseded', 'cancelled', 'expired']);
/** A command is in its final state no later than this after its end, ms. */
const FINAL_WITHIN_MS = 2000;

type Selection = Extract<Wish, { hold_s: number; target: string }>;

export interface CenterOptions {
  readonly random: Random;
  readonly heartbeat: (beat: { v: 1; epoch: number; at: number; every_s: number }, now_ms: number) => void;
  readonly send: (command: object, now_ms: number) => void;
}

function configOf(limits_rev: number, supply_max_c: number): StationConfig {
  return {
    id: STATION,
    kind: 'station',
    control: 'on',
    heated_area_m2: 50_000,
    every_s: { default: 10, meter: 60 },
    circuits: [
      {
        id: 'low',
        kind: 'radiators',
        accepts: ['supply_c', 'flow_m3_h'],
        design: { ...DESIGN, supply_c: 75, return_c: 50 },
        limits: { supply_min_c: 30, supply_max_c, flow_min_m3_h: 12, flow_max_m3_h: 55 },
      },
      {
        id: 'floor',
        kind: 'floor',
        accepts: ['supply_c', 'dp_kpa'],
        design: { ...DESIGN, supply_c: 45, return_c: 35 },
        limits: { supply_min_c: 22, supply_max_c: 50, dp_min_kpa: 30, dp_max_kpa: 120 },
      },
      {
        id: 'dhw',
        kind: 'dhw',
        accepts: ['supply_c'],
        design: { ...DESIGN, supply_c: 55, return_c: 45 },
        limits: { supply_min_c: 50, supply_max_c: 65 },
      },
    ],
    primary_limits: { return_max_c: 60, flow_max_m3_h: 80 },
    primary_accepts: ['return_max_c', 'flow_max_m3_h'],
    limits_rev,
  };
}

export class HistoryCenter {
  /** Records that were not final in time. */
  late = 0;
  down_until_ms = -Infinity;
  /** Center's clock minus true time, ms. */
  skew_ms = 0;
  readonly #options: CenterOptions;
  #center = createCenter();
  #limits_rev = 1;
  #wishes = 0;
  #selected: { readonly wish: Selection; readonly operate_ms: number } | undefined;

  constructor(options: CenterOptions, now_ms: number) {
    this.#options = options;
    this.#settle(now_ms);
    this.#start(now_ms, 0);
  }

  get epoch(): number {
    return this.#center.epoch;
  }

  at(now_ms: number): number {
    return Math.round(now_ms + this.skew_ms);
  }

  get #records(): readonly CommandRecord[] {
    return this.#center.stations.get(STATION)?.state.ledger.records ?? [];
  }

  #settle(now_ms: number): void {
    const supply_max_c = Math.round(between(this.#options.random, 60, 85));
    this.#apply(
      { kind: 'settings', at: this.at(now_ms), station: configOf(this.#limits_rev, supply_max_c) },
      now_ms,
    );
  }

  #start(now_ms: number, below: number): void {
    const at = this.at(now_ms);
    const epoch = Math.max(this.#center.epoch + 1, Math.floor(at / 1000) - below);
    this.#apply({ kind: 'start', at, epoch, commit: 'history', node: '24' }, now_ms);
  }

  #apply(input: CenterInput, now_ms: number): void {
    for (const effect of applyInput(this.#center, input)) this.#perform(effect, now_ms);
  }

  #perform(effect: Effect, now_ms: number): void {
    if (effect.kind === 'heartbeat')
      this.#options.heartbeat({ v: 1, epoch: effect.epoch, at: effect.at, every_s: 5 }, now_ms);
    if (effect.kind === 'send') this.#options.send(effect.command, now_ms);
  }

  isUp(now_ms: number): boolean {
    return now_ms >= this.down_until_ms;
  }

  report(report: Report, now_ms: number): void {
    if (this.isUp(now_ms))
      this.#apply({ kind: 'report', at: this.at(now_ms), station: STATION, report }, now_ms);
  }

  status(status: Status, now_ms: number): void {
    if (!this.isUp(now_ms)) return;
    this.#apply({ kind: 'status', at: this.at(now_ms), station: STATION, status, will: false }, now_ms);
  }

  measured(measured_at: number, points: Points, now_ms: number): void {
    if (!this.isUp(now_ms)) return;
    const said = telemetry(measured_at, points);
    this.#apply({ kind: 'telemetry', at: this.at(now_ms), station: STATION, telemetry: said }, now_ms);
  }

  /** Once a second: what the runtime does. */
  second(now_ms: number): void {
    if (!this.isUp(now_ms)) return;
    const at = this.at(now_ms);
    const beats = Math.round(now_ms / 1000) % 5 === 0;
    if (beats || isEndDue(this.#center.stations.values(), at))
      this.#apply({ kind: 'tick', at, local: LOCAL }, now_ms);
    if (this.#selected && now_ms >= this.#selected.operate_ms) this.#operate(now_ms);
    const now = this.#center.now;
    for (const record of this.#records) {
      const done = FINAL.has(record.state) || (DONE_WHEN_APPLIED.has(record.kind) && DONE.has(record.state));
      if (!done && now > record.ends_at + FINAL_WITHIN_MS) this.late += 1;
    }
  }

  #wish(wish: Wish, now_ms: number): void {
    if (checkWish(this.#center, { station: STATION, wish, now: this.at(now_ms) })) return;
    this.#apply({ kind: 'wish', at: this.at(now_ms), station: STATION, wish }, now_ms);
  }

  #operate(now_ms: number): void {
    const wish = this.#selected?.wish;
    this.#selected = undefined;
    if (!wish) return;
    this.#wishes += 1;
    this.#wish({ ...wish, kind: 'operate', id: `w${this.#wishes}`, select_id: wish.id }, now_ms);
  }

  /** A person asks for something. */
  person(now_ms: number): void {
    if (!this.isUp(now_ms)) return;
    const { random } = this.#options;
    this.#wishes += 1;
    const head = { id: `w${this.#wishes}`, by: 'li', reason: 'history' };
    const kind = uniform(random);
    if (kind < 0.45) {
      const circuit = kind < 0.3 ? 'low' : 'floor';
      const setpoints = { supply_c: Math.round(between(random, 20, 95)) };
      this.#wish({ ...head, kind: 'setpoints', circuit, setpoints, hold_s: 60 }, now_ms);
    } else if (kind < 0.75) {
      const target = kind < 0.65 ? 'circuits.low.pumps.a' : 'circuits.floor.valve';
      const action = kind < 0.65 ? 'stop' : 'close';
      const wish = { ...head, kind: 'select', target, action, hold_s: 60 } as const;
      this.#selected = { wish, operate_ms: now_ms + between(random, 1000, 32_000) };
      this.#wish(wish, now_ms);
    } else if (kind < 0.87) this.#wish({ ...head, kind: 'cancel', cancels: `w${this.#wishes - 1}` }, now_ms);
    else if (kind < 0.93) this.#wish({ ...head, kind: 'release' }, now_ms);
    else {
      this.#limits_rev += 1;
      this.#settle(now_ms);
    }
  }

  /** A person sees that a station obeys another epoch and confirms that this center is the right one. */
  confirm(now_ms: number): void {
    const heard = epochConflicts(this.#center).map(({ epoch }) => epoch);
    if (heard.length === 0 || !this.isUp(now_ms)) return;
    this.#apply({ kind: 'epoch', at: this.at(now_ms), epoch: Math.max(...heard), by: 'li' }, now_ms);
  }

  /** Starts again, perhaps with another clock; `empty` is a center rebuilt from nothing, its epoch perhaps too low. */
  restart(now_ms: number, how: { readonly empty: boolean; readonly skew_ms: number }): void {
    this.skew_ms = how.skew_ms;
    if (how.empty) {
      this.#center = createCenter();
      this.#settle(now_ms);
    }
    this.#start(now_ms, how.empty ? 100_000 : 0);
  }
}
