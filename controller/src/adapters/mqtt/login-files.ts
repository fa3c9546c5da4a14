/** Keeps the login files of an external broker up to date while the registry changes. */
import type { Logger } from 'pino';
import type { Credential, CredentialChange } from '../../ports.ts';
import type { RegistryFile } from '../registry/registry.ts';
import { writeIdentities } from '../registry/secrets.ts';

/** One kind of login file. */
export interface LoginFile {
  /** Notes a change; secrets are known only then. */
  take(change: CredentialChange): void;
  /** Brings the files up to what was noted. */
  write(): Promise<void>;
  /** Nothing is written or told any more. */
  close(): void;
}

/** The logins of our own broker where it runs alone (`pnpm broker`), which reads the file again by itself. */
export function identitiesFile(path: string, credentials: () => readonly Credential[]): LoginFile {
  return { take: () => undefined, write: () => writeIdentities(path, credentials()), close: () => undefined };
}

export interface LoginFiles {
  /** Resolves when everything noted so far is written, or could not be. */
  settled(): Promise<void>;
  /** Writes what is noted, then nothing more. */
  close(): Promise<void>;
}

const RETRY_MS = 5000;

/** Writes the files now, and again after each change; many changes at once are written together. */
export async function keepLoginFiles(options: {
  registry: Pick<RegistryFile, 'onCredentialsChanged'>;
  files: readonly LoginFile[];
  log: Logger;
}): Promise<LoginFiles> {
  const { registry, files, log } = options;
  let due = false;
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function writeAll(): Promise<void> {
    try {
      while (due) {
        due = false;
        await Promise.all(files.map((file) => file.write()));
      }
    } catch (error) {
      log.error(
        { err: error },
        'the login files of the broker cannot be written: check path, rights and disk',
      );
      if (!closed) retry = setTimeout(request, RETRY_MS);
    } finally {
      writing = undefined;
    }
  }
  function request(): void {
    clearTimeout(retry);
    due = true;
    writing ??= writeAll();
  }

  const forget = registry.onCredentialsChanged((change) => {
    for (const file of files) file.take(change);
    request();
  });
  request();
  await writing;
  return {
    settled: async () => writing,
    async close() {
      closed = true;
      forget();
      clearTimeout(retry);
      await writing;
      for (const file of files) file.close();
    },
  };
}
