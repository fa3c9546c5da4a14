/** Lines of Mosquitto's password file. */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { STATION_ID } from '@heat-center/contract/topics.ts';

/** What `mosquitto_passwd` uses. More would gain nothing: our secrets are 256 random bits. */
const ITERATIONS = 101;
/** Mosquitto 2.0 takes salts of no other length. */
export const SALT_BYTES = 12;
const HASH_BYTES = 64;

/**
 * The line for one login: `name:$7$iterations$salt$hash`, PBKDF2 with HMAC-SHA-512, salt and hash in base64.
 * @param salt 12 bytes; random where none is given
 * @throws RangeError when the name is not one that the contract allows
 */
export function mosquittoPasswordLine(
  name: string,
  secret: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): string {
  if (!STATION_ID.test(name)) {
    throw new RangeError(
      `"${name}" is no login name. Use lower-case letters, digits and hyphens, at most 63.`,
    );
  }
  const hash = pbkdf2Sync(secret, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `${name}:$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}
