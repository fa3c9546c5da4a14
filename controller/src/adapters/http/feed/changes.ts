/** What has changed, by name only: the values are looked up when they are sent, so the latest always wins. */
import type { CommandRecord } from '../../../domain/effects.ts';

function setIn<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const known = map.get(key);
  if (known) return known;
  const made = new Set<V>();
  map.set(key, made);
  return made;
}

export class Changes {
  readonly points = new Map<string, Set<string>>();
  /** Names of fields of the head, by station. */
  readonly fields = new Map<string, Set<string>>();
  readonly circuits = new Map<string, Set<string>>();
  /** Stations that came or went, or changed in a way that is sent whole. */
  readonly whole = new Set<string>();
  readonly commands = new Map<string, Map<string, CommandRecord>>();
  center = false;

  get empty(): boolean {
    const parts = [this.points, this.fields, this.circuits, this.whole, this.commands];
    return !this.center && parts.every(({ size }) => size === 0);
  }

  addPoints(station: string, came: readonly { readonly point: string }[]): void {
    const into = setIn(this.points, station);
    for (const { point } of came) into.add(point);
  }

  addFields(station: string, fields: Iterable<string>): void {
    const into = setIn(this.fields, station);
    for (const field of fields) into.add(field);
  }

  addCircuits(station: string, circuits: Iterable<string>): void {
    const into = setIn(this.circuits, station);
    for (const circuit of circuits) into.add(circuit);
  }

  addCommands(station: string, commands: Iterable<CommandRecord>): void {
    const into = this.commands.get(station) ?? new Map<string, CommandRecord>();
    for (const command of commands) into.set(command.id, command);
    this.commands.set(station, into);
  }

  /** Takes in what changed besides; the later command of the same id stands. */
  merge(later: Changes): void {
    for (const [station, points] of later.points) {
      const into = setIn(this.points, station);
      for (const point of points) into.add(point);
    }
    for (const [station, fields] of later.fields) this.addFields(station, fields);
    for (const [station, circuits] of later.circuits) this.addCircuits(station, circuits);
    for (const [station, commands] of later.commands) this.addCommands(station, commands.values());
    for (const station of later.whole) this.whole.add(station);
    this.center ||= later.center;
  }

  /** Every station that something is to be said about. */
  stations(): Set<string> {
    return new Set([...this.whole, ...this.points.keys(), ...this.fields.keys(), ...this.circuits.keys()]);
  }
}
