/** Settings carry a tag, so that two people who change them at once do not undo each other's change unseen. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { createHash } from 'node:crypto';

/** Entity tag (RFC 9110 §8.8.3) of settings. */
export function tagOf(settings: object): string {
  const hash = createHash('sha256').update(JSON.stringify(settings)).digest('base64url');
  return `"${hash.slice(0, 22)}"`;
}

/**
 * Refuses a change that rests on other settings than those in force. Without `If-Match` it rests on none.
 *
 * @throws HeatError `settings_changed`
 */
export function requireMatch(ifMatch: string | undefined, settings: object): void {
  if (ifMatch === undefined) return;
  // A proxy that compresses answers makes their tags weak.
  const asked = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (asked.includes('*') || asked.includes(tagOf(settings))) return;
  throw new HeatError('settings_changed', 'The settings are not those of If-Match.');
}
