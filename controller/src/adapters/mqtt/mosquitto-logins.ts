/** Mosquitto's password file and ACL, kept as the registry says; Mosquitto is told to read them again. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { CENTER_LOGIN, mosquittoAcl } from '@heat-center/broker/mosquitto-acl.ts';
import { mosquittoPasswordLine, SALT_BYTES } from '@heat-center/broker/mosquitto-passwords.ts';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import type { Credential, CredentialChange } from '../../ports.ts';
import { hangUp } from './hang-up.ts';
import type { LoginFile } from './login-files.ts';

export interface MosquittoFiles {
  readonly passwordFile: string | undefined;
  readonly aclFile: string | undefined;
  /** Holds the pid of the Mosquitto that is sent SIGHUP; without it something else must do that. */
  readonly pidFile: string | undefined;
}

export interface MosquittoOptions {
  readonly files: MosquittoFiles;
  /** Secret of the center's own login. */
  readonly password: string | undefined;
  readonly credentials: () => readonly Credential[];
  readonly log: Logger;
}

/** A new file is its owner's; one that is there keeps its mode, less what others could do. */
const NEW_MODE = 0o600;
const WIDEST_MODE = 0o640;

/**
 * Mosquitto loses a SIGHUP that comes while it reads the files for an earlier one, and may only just be starting: so it
 * is told again, ms.
 */
const TELL_AGAIN_MS = [500, 2000, 10_000] as const;

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * The salt of a line follows from the stored hash of its secret. So a line that belongs to another secret than the
 * registry's, for example after a crash between the two or a restored backup, is recognised without the secret.
 */
const saltOf = (sha256: Uint8Array): Buffer =>
  createHash('sha256').update('mosquitto').update(sha256).digest().subarray(0, SALT_BYTES);

const lineOf = (name: string, secret: string): string =>
  mosquittoPasswordLine(name, secret, saltOf(digest(secret)));

const isLineOf = (line: string, sha256: Uint8Array): boolean =>
  line.split(':')[1]?.split('$')[3] === saltOf(sha256).toString('base64');

const content = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });

/** Writes the file whole or not at all. @returns whether it had to be written */
async function replace(path: string, text: string): Promise<boolean> {
  if ((await content(path)) === text) return false;
  const found = await stat(path).catch(() => undefined);
  await writeFileAtomic(path, text, { mode: found ? found.mode & WIDEST_MODE : NEW_MODE });
  return true;
}

/** Lines of the password file by login: those kept that still belong to the registry's secrets. */
async function readLines(path: string, credentials: readonly Credential[]): Promise<Map<string, string>> {
  const known = new Map(credentials.map(({ id, sha256 }) => [id, sha256]));
  const lines = new Map<string, string>();
  for (const line of ((await content(path)) ?? '').split('\n')) {
    const name = line.split(':')[0] ?? '';
    const sha256 = known.get(name);
    if (sha256 && isLineOf(line, sha256)) lines.set(name, line);
  }
  return lines;
}

/** @throws the file system's error when the password file is there and cannot be read */
export async function openMosquittoLogins(options: MosquittoOptions): Promise<LoginFile> {
  const { files, password, credentials, log } = options;
  const { passwordFile, aclFile, pidFile } = files;
  const lines: Map<string, string> =
    passwordFile === undefined ? new Map() : await readLines(passwordFile, credentials());
  const without = credentials().filter(({ id }) => !lines.has(id));
  if (passwordFile !== undefined && without.length > 0) {
    log.warn(
      { logins: without.slice(0, 20).map(({ id }) => id), count: without.length },
      'these logins cannot enter Mosquitto, since their secrets are not known here: rotate them (pnpm heat station rotate ID)',
    );
  }

  let again: readonly NodeJS.Timeout[] = [];
  const forget = (): void => {
    for (const timer of again) clearTimeout(timer);
  };
  async function tell(file: string): Promise<void> {
    forget();
    let isTold = false;
    const attempt = async (isLast: boolean): Promise<void> => {
      try {
        await hangUp(file);
        isTold = true;
      } catch (error) {
        if (isTold || !isLast) return;
        log.warn(
          { pidFile: file, error: error instanceof Error ? error.message : String(error) },
          'Mosquitto could not be told to read its logins again: send it SIGHUP, or start it if it is not running',
        );
      }
    };
    again = TELL_AGAIN_MS.map((ms) =>
      setTimeout(() => void attempt(ms === TELL_AGAIN_MS.at(-1)), ms).unref(),
    );
    await attempt(false);
  }

  return {
    take({ id, secret }: CredentialChange) {
      if (secret === undefined) lines.delete(id);
      else lines.set(id, lineOf(id, secret));
    },
    async write() {
      const own = password === undefined ? [] : [lineOf(CENTER_LOGIN, password)];
      const passwords = [...own, ...lines.values()];
      let changed = false;
      // First who may do less, then who may enter.
      if (aclFile !== undefined) changed = await replace(aclFile, mosquittoAcl(credentials()));
      if (passwordFile !== undefined) {
        changed = (await replace(passwordFile, `${passwords.join('\n')}\n`)) || changed;
      }
      if (changed && pidFile !== undefined) await tell(pidFile);
    },
    close: forget,
  };
}
