/** Limits of time, looked at for all connections at once: a timer for each message would cost more than the message. */
import type { Shared } from './shared.ts';

/** @returns a function that stops it */
export function startSweep(shared: Shared): () => void {
  const everyMs = shared.limits.sweepEveryMs;
  let last = shared.now();
  const timer = setInterval(() => {
    const now = shared.now();
    // After a standstill of the process its sockets are read first: the silence was ours.
    const late = now - last > 4 * everyMs;
    last = now;
    if (late) return;
    for (const sockets of [shared.greetings, shared.connections]) {
      for (const socket of sockets) {
        const reason = socket.overdue(now);
        if (reason) socket.close(reason);
      }
    }
  }, everyMs);
  return () => clearInterval(timer);
}
