/** Ports: one that was asked for must be had, a default moves to the next free one. */
import { HeatError } from '@heat-center/contract/errors.ts';

/** How far a default port moves before it gives up. */
const MOVES = 50;

const isTaken = (error: unknown): boolean =>
  (error instanceof HeatError && error.code === 'port_in_use') ||
  (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');

export interface PortWish {
  /** What was asked for; undefined takes the default or the next free one. */
  readonly asked: number | undefined;
  readonly fallback: number;
  /** Environment variable that sets it. */
  readonly variable: string;
  /** Told when the default was taken and another port stands in for it. */
  readonly onMoved: (from: number, to: number) => void;
}

/** Calls `listen` with ports until one is free. Throws `port_in_use` that names the variable. */
export async function onFreePort<T>(wish: PortWish, listen: (port: number) => Promise<T>): Promise<T> {
  const { asked, fallback, variable } = wish;
  for (let move = 0; ; move += 1) {
    const port = asked ?? fallback + move;
    try {
      const listening = await listen(port);
      if (move > 0) wish.onMoved(fallback, port);
      return listening;
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (asked !== undefined || move === MOVES) {
        throw new HeatError('port_in_use', `Port ${port} is taken; ${variable} sets another one.`, { port });
      }
    }
  }
}
