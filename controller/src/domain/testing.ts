/** Stations, samples and a driven center for the tests of the domain. */
import type { Telemetry } from '@heat-center/contract/decode.ts';
import type { Command, Mode, Report } from '@heat-center/contract/messages.ts';
import { resolvePoint } from '@heat-center/contract/points.ts';
import { applyInput, createCenter, type CenterState } from './center.ts';
import type { CircuitConfig, StationConfig } from './config.ts';
import type { CommandRecord, Effect } from './effects.ts';
import type { CenterInput, Wish } from './inputs.ts';

export const T0 = 1_795_305_600_000;
export const STATION = 'dongshan-3';
const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };

export const LOW: CircuitConfig = {
  id: 'low',
  kind: 'radiators',
  accepts: ['supply_c', 'flow_m3_h'],
  design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
  limits: { supply_min_c: 30, supply_max_c: 80, flow_min_m3_h: 10, flow_max_m3_h: 90 },
};

export const DHW: CircuitConfig = {
  id: 'tap',
  kind: 'dhw',
  accepts: ['supply_c'],
  design: { supply_c: 58, return_c: 50, outdoor_c: -10.1, room_c: 18 },
  limits: { supply_min_c: 45, supply_max_c: 65 },
};

export function stationConfig(changes: Partial<StationConfig> = {}): StationConfig {
  return {
    id: STATION,
    kind: 'station',
    control: 'on',
    heated_area_m2: 35_000,
    every_s: { default: 10, meter: 900 },
    circuits: [LOW],
    limits_rev: 3,
    ...changes,
  };
}

export type Points = Readonly<Record<string, number | null>>;

/** What a healthy station at 0 °C says. */
export const HEALTHY: Points = {
  outdoor_c: 0,
  'primary.return_c': 45,
  'circuits.low.supply_c': 57,
  'circuits.low.return_c': 41,
  'circuits.low.supply_set_c': 57.6,
  'circuits.low.flow_set_m3_h': 54.9,
};

/** One sample; `null` is a failed sensor. */
export function telemetry(at: number, points: Points, marks: { historical?: boolean } = {}): Telemetry {
  const readings = Object.entries(points).map(([point, value]) => {
    const resolved = resolvePoint(point);
    if (!resolved) throw new Error(`No point ${point} in the catalogue.`);
    const { definition } = resolved;
    return value === null
      ? { point, definition, value, quality: 'bad' as const, why: 'sensor_failed' as const }
      : { point, definition, value, quality: 'good' as const };
  });
  const sample = { at, historical: marks.historical ?? false, simulated: false, readings, faults: [] };
  return { samples: [sample], refused: [], unknown: [] };
}

type Sent<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A center with one station and a clock of its own. */
export class Driver {
  readonly center: CenterState = createCenter();
  readonly effects: Effect[] = [];
  readonly config: StationConfig;
  now = T0;

  constructor(config: StationConfig = stationConfig()) {
    this.config = config;
    this.apply({ kind: 'settings', at: T0, station: config });
    this.apply({ kind: 'start', at: T0, epoch: 7, commit: 'test', node: '24' });
  }

  apply(input: CenterInput): Effect[] {
    const effects = applyInput(this.center, input);
    this.effects.push(...effects);
    return effects;
  }

  telemetry(points: Points, marks: { historical?: boolean } = {}): Effect[] {
    const sample = telemetry(this.now, points, marks);
    return this.apply({ kind: 'telemetry', at: this.now, station: STATION, telemetry: sample });
  }

  status(mode: Mode, state: 'online' | 'offline' = 'online', limits_rev = 3): Effect[] {
    const status = { v: 1 as const, state, boot: 'b1', at: this.now, mode, limits_rev };
    return this.apply({ kind: 'status', at: this.now, station: STATION, status, will: state === 'offline' });
  }

  report(command: Command, changes: Partial<Report>): Effect[] {
    const { id, epoch, seq } = command;
    const report: Report = { v: 1, id, epoch, seq, at: this.now, state: 'accepted', ...changes };
    return this.apply({ kind: 'report', at: this.now, station: STATION, report });
  }

  /** Accepts and applies as told. */
  confirm(command: Sent<'setpoints'>): void {
    this.report(command, { state: 'accepted' });
    this.report(command, { state: 'applied', readback: { circuits: { ...command.circuits } } });
  }

  wish(wish: DistributiveOmit<Wish, 'by' | 'reason'>): Effect[] {
    const asked: Wish = { by: 'li', reason: 'test', ...wish };
    return this.apply({ kind: 'wish', at: this.now, station: STATION, wish: asked });
  }

  tick(): Effect[] {
    return this.apply({ kind: 'tick', at: this.now, local: LOCAL });
  }

  /** Lets time pass in ticks of 5 s; every 10 s the station says the points, unless there are none. */
  run(seconds: number, points?: Points | ((now: number) => Points | undefined)): Effect[] {
    const before = this.effects.length;
    const end = this.now + seconds * 1000;
    while (this.now < end) {
      this.now += 5000;
      const said = typeof points === 'function' ? points(this.now) : points;
      if (said && (this.now - T0) % 10_000 === 0) this.telemetry(said);
      this.tick();
    }
    return this.effects.slice(before);
  }

  /** Online, remote, its curve read back, and the first setpoints sent. */
  up(points: Points = HEALTHY): this {
    this.status('remote');
    this.run(20, points);
    return this;
  }

  sent<K extends Command['kind']>(kind: K): Sent<K>[] {
    return sentIn(this.effects, kind);
  }

  last<K extends Command['kind']>(kind: K): Sent<K> {
    const command = this.sent(kind).at(-1);
    if (!command) throw new Error(`No ${kind} was sent.`);
    return command;
  }

  record(id: string): CommandRecord | undefined {
    return this.center.stations.get(STATION)?.state.ledger.records.find((record) => record.id === id);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export function sentIn<K extends Command['kind']>(effects: readonly Effect[], kind: K): Sent<K>[] {
  const isKind = (command: Command): command is Sent<K> => command.kind === kind;
  return effects.flatMap((effect) =>
    effect.kind === 'send' && isKind(effect.command) ? [effect.command] : [],
  );
}
