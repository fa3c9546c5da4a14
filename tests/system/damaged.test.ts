/** A start with a damaged file, or after an upgrade that was taken back, says what to do and deletes nothing. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  controlled,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
} from '../support/center.ts';

let dir: string;
beforeEach(async () => {
  dir = await newDataDir();
  const center = await startCenter({ dir });
  await register(center, controlled('kept'));
  await center.stop();
});
afterEach(() => removeDataDir(dir));

/** The newest file of a folder. */
const newest = (part: string): string =>
  join(dir, part, readdirSync(join(dir, part)).toSorted().at(-1) ?? '');

/** Changes bytes in the middle of a file, and gives what it then holds. */
function damage(path: string, from: number, bytes: number): Buffer {
  const content = readFileSync(path);
  content.fill(0xa5, from, from + bytes);
  writeFileSync(path, content);
  return content;
}

const refusal = async (): Promise<string> =>
  startCenter({ dir }).then(
    async (center) => {
      await center.kill();
      return 'it started';
    },
    (error: unknown) => String(error),
  );

async function known(center: CenterProcess): Promise<string[]> {
  const { stations } = await center.call<{ stations: { id: string }[] }>('GET', '/api/v1/stations');
  return stations.map(({ id }) => id);
}

describe('a start', () => {
  it('with a damaged registry names the file and leaves it', async () => {
    const path = join(dir, 'registry.sqlite');
    const left = damage(path, 0, 4096);
    const said = await refusal();
    expect(said).toContain(path);
    expect(said).toContain('put back a backup');
    expect(readFileSync(path)).toEqual(left);
  });

  it('with a registry of a newer version says to start that version', async () => {
    const database = new DatabaseSync(join(dir, 'registry.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(await refusal()).toContain('Start the newer version, or restore the backup');
  });

  it('with damaged snapshots takes the journal, and leaves them', async () => {
    const path = newest('snapshots');
    const left = damage(path, 40, 8);
    const center = await startCenter({ dir });
    expect(center.log()).toContain(path);
    expect(await known(center)).toEqual(['kept']);
    await center.kill();
    expect(readFileSync(path)).toEqual(left);
  });

  it('with a damaged journal names the file, and goes on without it when it was moved away', async () => {
    for (const name of readdirSync(join(dir, 'snapshots'))) {
      renameSync(join(dir, 'snapshots', name), join(dir, `${name}.away`));
    }
    const path = newest('journal');
    const whole = readFileSync(path);
    // A file behind it shows that the damage is not an end that a kill tore.
    writeFileSync(join(dir, 'journal', `${String(whole.length).padStart(16, '0')}.journal`), '');
    const left = damage(path, 20, 30);
    const said = await refusal();
    expect(said).toContain(path);
    expect(said).toContain('move the named file away');
    expect(readFileSync(path)).toEqual(left);
    renameSync(path, join(dir, 'journal.away'));
    const center = await startCenter({ dir });
    expect(await known(center)).toEqual(['kept']);
    await center.stop();
  });

  it('with a damaged end of the journal keeps a copy, and never gives a position twice', async () => {
    const path = newest('journal');
    const left = damage(path, 60, 30);
    const center = await startCenter({ dir });
    expect(center.log()).toContain('the end of the journal was not whole');
    expect(readFileSync(`${path}.torn`)).toEqual(left);
    await register(center, controlled('new'));
    await center.kill();
    const again = await startCenter({ dir });
    expect((await known(again)).toSorted()).toEqual(['kept', 'new']);
    await again.stop();
  });

  it('with a damaged history controls all the same, says what to do, and leaves it', async () => {
    const path = join(dir, 'history.duckdb');
    const left = damage(path, 0, 12_288);
    const center = await startCenter({ dir });
    await expect
      .poll(() => center.log(), { timeout: 15_000 })
      .toContain('Put back history.duckdb of a backup');
    expect(await known(center)).toEqual(['kept']);
    await center.stop();
    expect(readFileSync(path)).toEqual(left);
  });
});
