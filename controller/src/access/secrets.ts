/** Random secrets, which are shown once, and what is kept of them. */
import { createHash, randomBytes, randomInt } from 'node:crypto';

/** 256 random bits; too many to be guessed, so a fast hash is enough. */
export const newToken = (): string => randomBytes(32).toString('base64url');

export const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Without letters and digits that look alike. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

const group = (): string => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join('');

/** A password to read out and type: five groups of four, 99 random bits. */
export function newPassword(): string {
  return Array.from({ length: 5 }, group).join('-');
}
