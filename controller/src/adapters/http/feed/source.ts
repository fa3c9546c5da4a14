/** Gathers what changes in the center between two ticks, and puts it into words for the feed. */
import { isDeepStrictEqual } from 'node:util';
import type { CenterView, LiveChanges, LiveSnapshot, StationDelta } from '@heat-center/api/live.ts';
import type { CenterListener } from '../../../center-port.ts';
import { commandViewOf } from '../view.ts';
import type { Head, Views } from '../views.ts';
import { Changes } from './changes.ts';

export interface SourceParts {
  readonly views: Views;
  readonly center: () => CenterView;
  readonly stationIds: () => Iterable<string>;
}

/** Names of the fields that differ. */
function differing(before: Head, after: Head): string[] {
  const was: Readonly<Record<string, unknown>> = { ...before };
  return Object.entries(after)
    .filter(([name, value]) => !isDeepStrictEqual(was[name], value))
    .map(([name]) => name);
}

function pick(head: Head, fields: ReadonlySet<string>): Partial<Head> {
  return Object.fromEntries(Object.entries(head).filter(([name]) => fields.has(name)));
}

export class FeedSource {
  /** To be given to `gate.listen`; does no more than note names. */
  readonly listener: CenterListener = {
    points: (station, came) => {
      if (this.#isHeard) this.#gathered.addPoints(station, came);
    },
    station: (station) => {
      if (this.#isHeard) this.#touched.add(station);
    },
    decision: (station, decision) => {
      if (this.#isHeard) this.#gathered.addCircuits(station, [decision.circuit]);
    },
    command: (station, command) => {
      if (this.#isHeard) this.#gathered.addCommands(station, [command]);
    },
  };
  readonly #parts: SourceParts;
  readonly #touched = new Set<string>();
  /** What the clients were told last. */
  readonly #heads = new Map<string, Head>();
  #gathered = new Changes();
  /** Whether anybody was told a snapshot since `skip`: until then there is nothing to gather for. */
  #isHeard = false;
  #center: CenterView | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  /** Forgets what was gathered: nobody listens. What is told next is a snapshot; states go on being watched. */
  skip(thorough: boolean): void {
    if (thorough) this.#parts.views.tick();
    if (!this.#isHeard) return;
    this.#isHeard = false;
    this.#gathered = new Changes();
    this.#touched.clear();
    this.#heads.clear();
    this.#center = undefined;
  }

  /** What was found to have changed since the last call. */
  take(): Changes {
    const changes = this.#gathered;
    this.#gathered = new Changes();
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const id of touched) this.#compare(changes, id);
    return changes;
  }

  /**
   * Looks for what telemetry and time alone change in how stations and the center are: once a second is soon enough
   * for that, and cheap with a thousand stations.
   */
  look(): void {
    for (const id of new Set([...this.#parts.stationIds(), ...this.#heads.keys()])) {
      this.#compare(this.#gathered, id);
    }
    if (this.#centerChanged()) this.#gathered.center = true;
  }

  snapshot(at: number): LiveSnapshot {
    this.#isHeard = true;
    const views = this.#parts.views.all();
    for (const { points: _points, setpoints: _setpoints, ...head } of views) {
      // Others may still have to be told of what changed since they were told last.
      if (!this.#heads.has(head.id)) this.#heads.set(head.id, head);
    }
    this.#center ??= this.#parts.center();
    const stations = Object.fromEntries(views.map((view) => [view.id, view]));
    return { type: 'snapshot', n: 0, at, center: this.#parts.center(), stations };
  }

  /** The changes with the values of now. */
  describe(changes: Changes): Pick<LiveChanges, 'stations' | 'commands' | 'center'> {
    const stations: LiveChanges['stations'] = {};
    for (const id of changes.stations()) stations[id] = this.#delta(changes, id);
    const commands = Object.fromEntries(
      [...changes.commands].map(([id, records]) => [id, [...records.values()].map(commandViewOf)]),
    );
    return changes.center ? { center: this.#parts.center(), stations, commands } : { stations, commands };
  }

  #centerChanged(): boolean {
    const center = this.#parts.center();
    const changed = !isDeepStrictEqual(center, this.#center);
    this.#center = center;
    return changed;
  }

  #compare(changes: Changes, id: string): void {
    const before = this.#heads.get(id);
    const after = this.#parts.views.head(id);
    if (!after) {
      if (before) changes.whole.add(id);
      this.#heads.delete(id);
      return;
    }
    this.#heads.set(id, after);
    if (!before) changes.whole.add(id);
    else {
      const fields = differing(before, after);
      if (fields.length > 0) changes.addFields(id, fields);
    }
  }

  #delta(changes: Changes, id: string): StationDelta | null {
    const { views } = this.#parts;
    if (changes.whole.has(id)) {
      const added = views.view(id);
      return added ? { added } : null;
    }
    const fields = changes.fields.get(id);
    const points = changes.points.get(id);
    const circuits = changes.circuits.get(id);
    const head = fields && views.head(id);
    const tuples = [...(points ?? [])].flatMap((point) => {
      const tuple = views.tuple(id, point);
      return tuple ? [[point, tuple] as const] : [];
    });
    return {
      ...(head && fields ? pick(head, fields) : {}),
      ...(tuples.length > 0 ? { points: Object.fromEntries(tuples) } : {}),
      ...(circuits ? { setpoints: views.setpoints(id, circuits) } : {}),
    };
  }
}
