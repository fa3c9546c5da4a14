/** A center without journal or MQTT: tests put images, decisions and commands into it. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { CircuitDecision, CommandRecord } from '../domain/effects.ts';
import { createImage, type StationImage } from '../domain/image.ts';
import type { PointValue } from '../domain/points.ts';
import type { Wish } from '../domain/inputs.ts';
import { NEW_BALANCE, type BalanceState } from '../domain/network/balance.ts';
import type { NetworkLoad, StationLoad } from '../domain/learning/load-forecast.ts';
import type { CircuitLearned } from '../domain/learning/view.ts';
import type { Forecast } from '../domain/network/forecast.ts';
import { NEW_NETWORK } from '../domain/network/network.ts';
import { planSummary } from '../domain/network/plan/view.ts';
import { NEW_SOURCE } from '../domain/network/source.ts';
import type { CenterGate, CenterListener, Rejected, StationReadModel } from '../center-port.ts';

/** A winter morning: the clock of all tests. */
export const NOW = 1_795_305_600_000;

const NO_LOAD: NetworkLoad = {
  why: 'no_forecast',
  hours: [],
  now_kw: null,
  stations: 0,
  learned: 0,
  without: [],
  sources: [],
};

export class FakeCenter {
  now = NOW;
  ready = true;
  conflicts: { station: string; epoch: number }[] = [];
  /** Thrown by the next wish. */
  refuses: HeatError | undefined;
  /** Thrown by the next change of settings. */
  unwritable: HeatError | undefined;
  forecast: Forecast | undefined;
  readonly learned = new Map<string, readonly CircuitLearned[]>();
  readonly loads = new Map<string, StationLoad>();
  load: NetworkLoad = NO_LOAD;
  balance: BalanceState = NEW_BALANCE;
  plan: ReturnType<CenterGate['plan']> = {
    ...planSummary(NEW_NETWORK, new Map(), NOW),
    trouble: undefined,
  };
  readonly wishes: { station: string; wish: Wish }[] = [];
  readonly settled: string[] = [];
  readonly disconnected: string[] = [];
  readonly rejects: Rejected[] = [];
  readonly images = new Map<string, StationImage>();
  readonly decided = new Map<string, CircuitDecision[]>();
  readonly commanded = new Map<string, CommandRecord[]>();
  readonly #listeners = new Set<CenterListener>();
  #epoch = 7;

  readonly readModel: StationReadModel = {
    image: (id) => this.images.get(id),
    decisions: (id) => this.decided.get(id) ?? [],
    commands: (id) => this.commanded.get(id) ?? [],
  };

  readonly gate: CenterGate = this.#gate();

  /** Listeners that are told of changes now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** A station says values at its time of measurement; live unless told otherwise. */
  measure(
    station: string,
    values: Readonly<Record<string, number | null>>,
    more: Partial<PointValue> = {},
  ): void {
    const image = this.images.get(station) ?? createImage();
    this.images.set(station, image);
    for (const [point, value] of Object.entries(values)) {
      const quality = value === null ? 'bad' : 'good';
      image.points.set(point, { at: this.now, arrived: this.now, value, quality, live: true, ...more });
    }
    Object.assign(image, { online: true, heard_at: this.now, live_at: this.now });
    this.#tell((listener) =>
      listener.points(
        station,
        Object.keys(values).map((point) => ({ point })),
      ),
    );
  }

  decide(station: string, decision: CircuitDecision): void {
    const others = (this.decided.get(station) ?? []).filter(({ circuit }) => circuit !== decision.circuit);
    this.decided.set(station, [...others, decision]);
    this.#tell((listener) => listener.decision(station, decision));
  }

  command(station: string, command: CommandRecord): void {
    const others = (this.commanded.get(station) ?? []).filter(({ id }) => id !== command.id);
    this.commanded.set(station, [command, ...others]);
    this.#tell((listener) => listener.command(station, command));
  }

  /** Something about the station itself changed, for example its faults. */
  touch(station: string, change: Partial<StationImage> = {}): void {
    const image = this.images.get(station) ?? createImage();
    this.images.set(station, Object.assign(image, change));
    this.#tell((listener) => listener.station(station));
  }

  #tell(what: (listener: CenterListener) => void): void {
    for (const listener of this.#listeners) what(listener);
  }

  #gate(): CenterGate {
    const epoch = (): number => this.#epoch;
    return {
      get epoch() {
        return epoch();
      },
      wish: async (station, wish) => {
        if (this.refuses) throw this.refuses;
        this.wishes.push({ station, wish });
      },
      settingsChanged: async (station) => {
        if (this.unwritable) throw this.unwritable;
        this.settled.push(station);
        this.#tell((listener) => listener.station(station));
      },
      networkSettingsChanged: async () => {
        if (this.unwritable) throw this.unwritable;
        this.settled.push('network');
      },
      takeForecast: async (forecast) => {
        this.forecast = forecast;
      },
      plan: () => this.plan,
      network: () => ({
        outdoor: undefined,
        doubted: [],
        forecast: this.forecast,
        balance: this.balance,
        source: NEW_SOURCE,
      }),
      previewLimit: () => NEW_SOURCE,
      learned: (station) => this.learned.get(station),
      loadOf: (station) => this.loads.get(station),
      loadOfNetwork: () => this.load,
      confirmEpoch: async () => {
        if (this.conflicts.length === 0)
          throw new HeatError('no_conflict', 'No station obeys a newer epoch.');
        this.#epoch = Math.max(...this.conflicts.map(({ epoch }) => epoch)) + 1;
        this.conflicts = [];
        return this.#epoch;
      },
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      epochConflicts: () => this.conflicts,
      counters: () => ({ out_of_range: 2 }),
      totals: () => ({ not_json: 3, samples: 1000 }),
      unknownPoints: () => [{ point: 'primary.suply_c', count: 4, last_at: NOW }],
      gaps: (station) => [{ station, boot: 'b1', from_seq: 3, to_seq: 9, at: NOW }],
      rejected: () => this.rejects,
      readiness: () => ({ ready: this.ready, why: this.ready ? [] : ['the disk is full'] }),
      now: () => this.now,
      disconnect: (login) => {
        this.disconnected.push(login);
      },
    };
  }
}
