/** Logins of the broker that runs alone, from a JSON file that is read again when it changes. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { HeatError } from '@heat-center/contract/errors.ts';
import { STATION_ID } from '@heat-center/contract/topics.ts';
import type { Identity } from '@heat-center/contract/topics.ts';
import { z } from 'zod';
import type { BrokerLog } from './handlers.ts';

const name = z.string().regex(STATION_ID);

/** `stations` may be left out: a station speaks for itself, others for none. */
export const identityFileSchema = z.array(
  z.object({
    id: name,
    kind: z.enum(['station', 'gateway', 'reader', 'center']),
    stations: z.array(name).optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 of the secret in lower-case hex'),
  }),
);

interface Known {
  readonly identity: Identity;
  readonly sha256: Buffer;
  /** Changes when anything about the login changes. */
  readonly mark: string;
}

export interface IdentityFile {
  authenticate(username: string, password: Uint8Array): Identity | undefined;
  /** Who goes by this name; for those that a certificate names. */
  named(id: string): Identity | undefined;
  /** Stops watching. */
  close(): void;
}

export interface IdentityFileOptions {
  readonly path: string;
  readonly log: BrokerLog;
  /** Called for each login that was removed or changed. */
  readonly onChanged: (identityId: string) => void;
  /** How often the file's time of change is looked at (ms). */
  readonly everyMs?: number;
}

/** @throws HeatError `bad_environment` when the file is missing or has the wrong shape */
export function openIdentities({ path, log, onChanged, everyMs = 500 }: IdentityFileOptions): IdentityFile {
  let known = read(path);
  const reread = (): void => {
    try {
      const next = read(path);
      const changed = [...known].filter(([id, { mark }]) => next.get(id)?.mark !== mark);
      known = next;
      log.info({ path, identities: known.size, changed: changed.length }, 'identities read again');
      for (const [id] of changed) onChanged(id);
    } catch (error) {
      log.error({ err: error }, 'identities are not usable; those read before stay');
    }
  };
  watchFile(path, { interval: everyMs, persistent: false }, reread);
  return {
    authenticate: (username, password) => {
      const found = known.get(username);
      if (!found) return undefined;
      const given = createHash('sha256').update(password).digest();
      return timingSafeEqual(given, found.sha256) ? found.identity : undefined;
    },
    named: (id) => known.get(id)?.identity,
    close: () => unwatchFile(path, reread),
  };
}

function read(path: string): Map<string, Known> {
  let text: string;
  let json: unknown;
  try {
    text = readFileSync(path, 'utf8');
    json = JSON.parse(text);
  } catch (error) {
    throw new HeatError(
      'bad_environment',
      `HEAT_BROKER_IDENTITIES: ${path} cannot be read: ${String(error)}`,
      { path },
    );
  }
  const parsed = identityFileSchema.safeParse(json);
  if (!parsed.success) {
    const detail = z.prettifyError(parsed.error);
    throw new HeatError(
      'bad_environment',
      `HEAT_BROKER_IDENTITIES: ${path} has the wrong shape:\n${detail}`,
      { path },
    );
  }
  return new Map(
    parsed.data.map(({ id, kind, stations = kind === 'station' ? [id] : [], sha256 }) => [
      id,
      {
        identity: { id, kind, stations },
        sha256: Buffer.from(sha256, 'hex'),
        mark: JSON.stringify([kind, stations, sha256]),
      },
    ]),
  );
}
