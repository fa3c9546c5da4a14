/** Frames out of a trace of Chromium: which tasks of the page's main thread fall between two of them. */

export interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** µs. */
  readonly ts: number;
  readonly dur?: number;
  /** CPU time, µs. */
  readonly tdur?: number;
}

export interface Frame {
  /** To the next frame, ms. */
  readonly interval_ms: number;
  /** Time that the main thread's tasks took until the next frame, waiting for a core included, ms. */
  readonly work_ms: number;
  /** The same without waiting for a core, ms. */
  readonly cpu_ms: number;
  /** Tasks of more than 50 ms. */
  readonly longTasks: number;
}

const LONG_US = 50_000;

/** Frames begin where the page's animation frame is called; needs a page that asks for each. */
export function framesOf(events: readonly TraceEvent[]): Frame[] {
  const calls = events.filter(({ name }) => name === 'FireAnimationFrame');
  const [first] = calls;
  if (!first) throw new Error('the trace holds no animation frame');
  const mine = events.filter(({ pid, tid }) => pid === first.pid && tid === first.tid);
  const tasks = mine.filter(({ name }) => name === 'RunTask').toSorted((a, b) => a.ts - b.ts);
  // A frame belongs to the task that makes it; several callbacks in one task are one frame.
  const starts = tasks.filter(({ ts, dur = 0 }) =>
    calls.some((call) => call.pid === first.pid && call.ts >= ts && call.ts <= ts + dur),
  );
  let next = 0;
  return starts.slice(0, -1).map(({ ts }, index) => {
    const end = starts[index + 1]?.ts ?? ts;
    while ((tasks[next]?.ts ?? Infinity) < ts) next += 1;
    let work = 0;
    let cpu = 0;
    let longTasks = 0;
    for (; (tasks[next]?.ts ?? Infinity) < end; next += 1) {
      const { dur = 0, tdur = dur } = tasks[next] ?? {};
      work += dur;
      cpu += tdur;
      if (dur > LONG_US) longTasks += 1;
    }
    return { interval_ms: (end - ts) / 1000, work_ms: work / 1000, cpu_ms: cpu / 1000, longTasks };
  });
}
