/** Faults that a person injects into the running city: a small file that the fleet reads anew when it changes. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FAULTS, isFaultName, type FaultName, type FaultWish } from '../plant/faults.ts';

const nameSchema = z.custom<FaultName>((name) => typeof name === 'string' && isFaultName(name), {
  error: `a fault is one of ${Object.keys(FAULTS).join(', ')}`,
});

const entrySchema = z.object({
  station: z.string().min(1),
  name: nameSchema,
  target: z.string().default(''),
  size: z.number(),
  /** ms since 1970 UTC. */
  from: z.number(),
  until: z.number().optional(),
});
/** One fault at one station, from a time until another or until it is cleared. */
export type InjectedFault = z.infer<typeof entrySchema>;

const fileSchema = z.array(entrySchema);

/** By station id: what shall be at work at a time, ms since 1970 UTC. */
export type FaultsAt = ReadonlyMap<string, readonly FaultWish[]>;

export class FaultFile {
  readonly #path: string;
  #read_ms = -1;
  #entries: readonly InjectedFault[] = [];

  /** `folder` is the simulators' own, inside the data folder. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, 'faults.json');
  }

  /** Throws an error that says what is wrong with the file. */
  entries(): readonly InjectedFault[] {
    const changed_ms = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed_ms === this.#read_ms) return this.#entries;
    this.#entries = [];
    if (changed_ms === 0) {
      this.#read_ms = changed_ms;
      return this.#entries;
    }
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')));
    if (!parsed.success) throw new Error(`${this.#path}: ${z.prettifyError(parsed.error)}`);
    this.#entries = parsed.data;
    this.#read_ms = changed_ms;
    return this.#entries;
  }

  write(entries: readonly InjectedFault[]): void {
    const fresh = `${this.#path}.new`;
    writeFileSync(fresh, `${JSON.stringify(entries, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, this.#path);
  }

  at(now: number): FaultsAt {
    const found = new Map<string, FaultWish[]>();
    for (const { station, name, target, size, from, until = Infinity } of this.entries()) {
      if (now < from || now >= until) continue;
      const wishes = found.get(station) ?? [];
      wishes.push({ name, target, size });
      found.set(station, wishes);
    }
    return found;
  }
}
