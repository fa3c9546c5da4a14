/** Letters and digits that nobody mistakes for another when reading them out. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 5;
/** Bytes from here on would make the first signs likelier. */
const FAIR = 256 - (256 % SIGNS.length);

/** A password of 20 signs in four groups, about 99 bits. */
export function madeUpPassword(): string {
  const signs: string[] = [];
  while (signs.length < GROUPS * GROUP) {
    for (const byte of crypto.getRandomValues(new Uint8Array(GROUPS * GROUP))) {
      if (byte < FAIR && signs.length < GROUPS * GROUP) signs.push(SIGNS.charAt(byte % SIGNS.length));
    }
  }
  return Array.from({ length: GROUPS }, (_, place) =>
    signs.slice(place * GROUP, (place + 1) * GROUP).join(''),
  ).join('-');
}
