/** Looks at stations for API and feed, and remembers since when they are as they are. */
import type { PointTuple, StationDetail, StationView } from '@heat-center/api/stations.ts';
import { presented, resolvePoint, type PointDefinition } from '@heat-center/contract/points.ts';
import type { PointValue } from '../../domain/points.ts';
import type { CenterGate, StationReadModel } from '../../center-port.ts';
import type { Registry, StationRecord } from '../../ports.ts';
import {
  assess,
  commandViewOf,
  conditionOf,
  setpointsOf,
  type Condition,
  type StationFacts,
  type Track,
} from './view.ts';

type Settings = Omit<StationView, keyof Condition | 'points' | 'setpoints'>;
/** Everything of a view but points and setpoints. */
export type Head = Settings & Condition;

/** Definitions remembered by point id; more ids than any city has would mean that somebody makes them up. */
const MAX_KNOWN_POINTS = 200_000;

function settingsOf({ config, name, area, place, priority, simulated }: StationRecord): Settings {
  return {
    id: config.id,
    name: { ...name },
    kind: config.kind,
    place: place ?? null,
    area: area ? { ...area } : null,
    heated_area_m2: config.heated_area_m2 ?? null,
    priority,
    control: config.control,
    simulated,
    every_s: config.every_s,
    circuits: config.circuits.map((circuit) => ({ ...circuit, accepts: [...circuit.accepts] })),
  };
}

export interface ViewParts {
  readonly registry: Registry;
  readonly readModel: StationReadModel;
  readonly gate: CenterGate;
}

export class Views {
  readonly #parts: ViewParts;
  readonly #tracks = new Map<string, Track>();
  readonly #settings = new WeakMap<StationRecord, Settings>();
  readonly #definitions = new Map<string, PointDefinition | undefined>();

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** Looks at every station, so that what lasts for a while is noticed without anybody asking. */
  tick(): void {
    const { registry } = this.#parts;
    for (const id of this.#tracks.keys()) if (!registry.station(id)) this.#tracks.delete(id);
    for (const record of registry.stations()) this.#look(record);
  }

  head(id: string): Head | undefined {
    const record = this.#parts.registry.station(id);
    if (!record) {
      // A station that is registered again under this id begins anew.
      this.#tracks.delete(id);
      return undefined;
    }
    const { facts, track } = this.#look(record);
    return { ...this.#settingsOf(record), ...conditionOf(facts, track) };
  }

  view(id: string): StationView | undefined {
    const head = this.head(id);
    return head && { ...head, points: this.#points(id), setpoints: this.setpoints(id) };
  }

  all(): StationView[] {
    return this.#parts.registry.stations().flatMap(({ config }) => this.view(config.id) ?? []);
  }

  detail(id: string): StationDetail | undefined {
    const { registry, readModel, gate } = this.#parts;
    const record = registry.station(id);
    const view = this.view(id);
    if (!record || !view) return undefined;
    return {
      ...view,
      commands: readModel.commands(id).map(commandViewOf),
      limits_rev: record.config.limits_rev,
      primary_limits: record.config.primary_limits,
      outdoor_time_constant_h: record.config.outdoor_time_constant_h,
      counters: { ...gate.counters(id) },
      unknown_points: gate.unknownPoints(id).map((unknown) => ({ ...unknown })),
      gaps: gate.gaps(id).map(({ boot, from_seq, to_seq, at }) => ({ boot, from_seq, to_seq, at })),
    };
  }

  /** The latest value of a point; undefined when the station has none. */
  tuple(station: string, point: string): PointTuple | undefined {
    const value = this.#parts.readModel.image(station)?.points.get(point);
    return value && this.#present(point, value);
  }

  /** Setpoints by circuit, of the named circuits or of all. */
  setpoints(station: string, circuits?: ReadonlySet<string>): StationView['setpoints'] {
    const decisions = this.#parts.readModel.decisions(station);
    return Object.fromEntries(
      decisions
        .filter(({ circuit }) => circuits?.has(circuit) ?? true)
        .map((decision) => [decision.circuit, setpointsOf(decision)]),
    );
  }

  #look(record: StationRecord): { facts: StationFacts; track: Track } {
    const { readModel, gate } = this.#parts;
    const { id } = record.config;
    const facts: StationFacts = {
      record,
      image: readModel.image(id),
      decisions: readModel.decisions(id),
      commands: readModel.commands(id),
      now: gate.now(),
    };
    const track = assess(facts, this.#tracks.get(id));
    this.#tracks.set(id, track);
    return { facts, track };
  }

  #settingsOf(record: StationRecord): Settings {
    const known = this.#settings.get(record);
    if (known) return known;
    const settings = settingsOf(record);
    this.#settings.set(record, settings);
    return settings;
  }

  #points(station: string): StationView['points'] {
    const points: StationView['points'] = {};
    for (const [id, value] of this.#parts.readModel.image(station)?.points ?? []) {
      points[id] = this.#present(id, value);
    }
    return points;
  }

  #present(id: string, { at, value, quality }: PointValue): PointTuple {
    const definition = this.#definitionOf(id);
    return [at, definition ? presented(definition, value) : value, quality];
  }

  #definitionOf(id: string): PointDefinition | undefined {
    if (this.#definitions.has(id)) return this.#definitions.get(id);
    if (this.#definitions.size >= MAX_KNOWN_POINTS) this.#definitions.clear();
    const definition = resolvePoint(id)?.definition;
    this.#definitions.set(id, definition);
    return definition;
  }
}
