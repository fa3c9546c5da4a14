/** Secrets of MQTT logins: 256 random bits, of which only the SHA-256 is kept. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import writeFileAtomic from 'write-file-atomic';
import type { Credential } from '../../ports.ts';

/** 32 random bytes as base64url: shown once, never stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

export const sha256 = (secret: string | Uint8Array): Buffer => createHash('sha256').update(secret).digest();

const NOBODY = Buffer.alloc(32);

/** Compares in constant time, also when there is nothing to compare with. */
export function matches(secret: string | Uint8Array, stored: Uint8Array | undefined): boolean {
  const same = timingSafeEqual(sha256(secret), stored ?? NOBODY);
  return same && stored !== undefined;
}

/** Writes the logins for a broker that runs alone: `[{ id, kind, stations, sha256 }]`, mode 0600, whole or not at all. */
export async function writeIdentities(file: string, credentials: readonly Credential[]): Promise<void> {
  const identities = credentials.map(({ id, kind, stations, sha256: digest }) => ({
    id,
    kind,
    stations,
    sha256: Buffer.from(digest).toString('hex'),
  }));
  await writeFileAtomic(file, `${JSON.stringify(identities, null, 1)}\n`, { mode: 0o600 });
}
