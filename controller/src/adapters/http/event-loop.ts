/**
 * How long the event loop was held up. The delay alone also tells of other programs on the machine; the processor time
 * of this thread between two looks tells what the center itself did without a pause.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const LOOK_EVERY_MS = 20;
/** Longer than this is a stall: telemetry, heartbeats and screens wait behind it. */
const STALL_S = 0.2;

export interface EventLoopFigures {
  /** Greatest delay since the last reading, s. */
  readonly event_loop_delay_max_seconds: number;
  /** Most processor time of the thread between two looks (20 ms apart) since the last reading, s. */
  readonly event_loop_busy_max_seconds: number;
  /** How often since the start the thread worked for more than 0.2 s without a pause. */
  readonly event_loop_stalls: number;
}

export interface EventLoopWatch {
  read(): EventLoopFigures;
  close(): void;
}

export function watchEventLoop(): EventLoopWatch {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  let busyMax_s = 0;
  let stalls = 0;
  let last = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    const busy_s = (user + system) / 1e6;
    busyMax_s = Math.max(busyMax_s, busy_s);
    if (busy_s > STALL_S) stalls += 1;
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    read() {
      const figures = {
        event_loop_delay_max_seconds: delays.max / 1e9,
        event_loop_busy_max_seconds: busyMax_s,
        event_loop_stalls: stalls,
      };
      delays.reset();
      busyMax_s = 0;
      return figures;
    },
    close() {
      clearInterval(timer);
      delays.disable();
    },
  };
}
