/**
 * What was found of an object, kept on the object itself: it is not part of the data, so it is neither copied, compared
 * nor snapshotted. A table beside it would cost a search for ten thousand circuits in each cycle.
 */
export function keepOn<Key extends symbol, Found>(
  owner: { [key in Key]?: Found },
  key: Key,
  found: Found,
): void {
  if (Object.hasOwn(owner, key)) Object.assign(owner, { [key]: found });
  else Object.defineProperty(owner, key, { value: found, writable: true });
}
