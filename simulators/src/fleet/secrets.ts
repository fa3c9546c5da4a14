/** Secrets of stations in one file that only its owner may read. */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const fileSchema = z.record(z.string(), z.string());

export class Secrets {
  readonly #path: string;
  readonly #secrets: Map<string, string>;

  constructor(path: string) {
    this.#path = path;
    let text = '{}';
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    const parsed = fileSchema.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new Error(`${path} is not a list of secrets. Move it away; new ones will be asked for.`);
    this.#secrets = new Map(Object.entries(parsed.data));
  }

  get(id: string): string | undefined {
    return this.#secrets.get(id);
  }

  /** On disk with mode 0600 when this returns, whole or as before. */
  set(id: string, secret: string): void {
    this.#secrets.set(id, secret);
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const fresh = `${this.#path}.new`;
    writeFileSync(fresh, JSON.stringify(Object.fromEntries(this.#secrets), undefined, 1), { mode: 0o600 });
    chmodSync(fresh, 0o600);
    renameSync(fresh, this.#path);
  }
}
