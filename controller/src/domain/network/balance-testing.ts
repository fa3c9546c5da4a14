/** A network of simple stations for the tests of balance: each follows its setpoint in its own way, after its transit. */
import { stationView } from '../center-view.ts';
import { applyInput, createCenter, type CenterState } from '../center.ts';
import type { StationConfig } from '../config.ts';
import type { Decision } from '../effects.ts';
import type { Wish } from '../inputs.ts';
import { LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import type { CircuitBalance } from './balance.ts';
import type { BalanceSettings } from './settings.ts';

const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
export const STEP_S = 120;

export const BALANCE: BalanceSettings = {
  on: true,
  gain_k_per_h: 10,
  deadband: 0.01,
  rate_k_per_h: 1,
  bound_k: 5,
};

/** How a station answers: to a supply setpoint, °C, what it says. */
export type Answer = (supply_set_c: number, index: number, now: number) => Points;

/** Supply as asked; the mean water temperature is a share `warmth` of the excess that the design has at 0 °C. */
export const shareOf =
  (warmth: (index: number) => number, outdoor_c = 0): Answer =>
  (supply_set_c, index) => {
    // 75/50 at 0 °C: 57.6/41.6, excess of the mean 31.6 K. Of each kelvin of supply 0.8 K reach the mean.
    const mean_c = 18 + 31.6 * warmth(index) + 0.8 * (supply_set_c - 57.6);
    return {
      outdoor_c,
      'primary.return_c': 45,
      'circuits.low.supply_c': supply_set_c,
      'circuits.low.return_c': 2 * mean_c - supply_set_c,
      'circuits.low.flow_m3_h': 50,
    };
  };

export class TestNetwork {
  readonly center: CenterState = createCenter();
  readonly ids: readonly string[];
  now = T0;
  answer: Answer;
  readonly #transit_s: number;
  readonly #asked = new Map<string, number[]>();

  constructor(options: {
    readonly count: number;
    readonly answer: Answer;
    readonly transit_s?: number;
    readonly config?: (index: number) => Partial<StationConfig>;
    readonly settings?: BalanceSettings;
  }) {
    this.answer = options.answer;
    this.#transit_s = options.transit_s ?? 0;
    this.ids = Array.from({ length: options.count }, (_, index) => `s${index}`);
    for (const [index, id] of this.ids.entries()) {
      const every_s = { default: STEP_S, meter: 900 };
      const station = stationConfig({ id, every_s, ...options.config?.(index) });
      applyInput(this.center, { kind: 'settings', at: this.now, station });
    }
    applyInput(this.center, { kind: 'start', at: this.now, epoch: 7, commit: 'test', node: '24' });
    this.settings(options.settings ?? BALANCE);
    for (const id of this.ids) this.status(id, 'remote');
  }

  settings(balance: BalanceSettings | undefined): void {
    applyInput(this.center, { kind: 'network_settings', at: this.now, settings: { balance } });
  }

  status(id: string, mode: 'remote' | 'local' | 'manual'): void {
    const status = { v: 1 as const, state: 'online' as const, boot: 'b1', at: this.now, mode, limits_rev: 3 };
    applyInput(this.center, { kind: 'status', at: this.now, station: id, status, will: false });
  }

  run(hours: number, watch?: () => void): this {
    for (const end = this.now + hours * 3_600_000; this.now < end;) {
      this.now += STEP_S * 1000;
      for (const [index, id] of this.ids.entries()) this.#say(id, index);
      this.tick();
      watch?.();
    }
    return this;
  }

  tick(): void {
    // Local time runs with the clock: T0 is midnight.
    const minute_of_day = Math.floor((this.now - T0) / 60_000) % 1440;
    const day = LOCAL.day + Math.floor((this.now - T0) / 86_400_000);
    applyInput(this.center, { kind: 'tick', at: this.now, local: { ...LOCAL, day, minute_of_day } });
  }

  wish(id: string, wish: Wish): void {
    applyInput(this.center, { kind: 'wish', at: this.now, station: id, wish });
  }

  #say(id: string, index: number): void {
    const asked = this.#asked.get(id) ?? [];
    this.#asked.set(id, asked);
    asked.push(this.supply(id)?.value ?? 57.6);
    const delay = Math.round(this.#transit_s / STEP_S);
    const points = this.answer(asked.at(-1 - delay) ?? asked[0] ?? 57.6, index, this.now);
    const said = { ...points, 'circuits.low.supply_set_c': asked.at(-1) ?? 57.6 };
    const sample = telemetry(this.now, said);
    applyInput(this.center, { kind: 'telemetry', at: this.now, station: id, telemetry: sample });
  }

  supply(id: string, circuit = LOW.id): Decision | undefined {
    const decided = stationView(this.center, id)?.decisions.find((one) => one.circuit === circuit);
    return decided?.decisions.find(({ name }) => name === 'supply_c');
  }

  circuit(id: string): CircuitBalance {
    const found = this.center.network.balance.stations.get(id)?.circuits.get(LOW.id);
    if (!found) throw new Error(`nothing is known of ${id}`);
    return found;
  }

  /** Corrections in force, K. */
  shifts(): number[] {
    return this.ids.map((id) => this.circuit(id).shift_k);
  }

  relatives(): number[] {
    return this.ids.map((id) => this.circuit(id).relative ?? NaN);
  }
}
