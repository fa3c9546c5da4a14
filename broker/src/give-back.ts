/**
 * Gives the memory of bytes that nobody reads any more back at once. Sockets are read in chunks of 64 KiB, and
 * strangers bring more of them than the garbage collector is in a hurry to look for.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  // Memory of Node's pool holds others' bytes too.
  const isOwn = byteLength > 0 && buffer.byteLength === byteLength;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
