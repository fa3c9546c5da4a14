/** Free space on the disk of the data folder, and how long it will last. */
import { statfs } from 'node:fs/promises';

export interface DiskState {
  readonly free_bytes: number;
  /** Hours until the floor is reached if the disk goes on filling as it has lately; undefined when it does not fill. */
  readonly hours_left: number | undefined;
  /** Too little is left, or too little time: a person should act. */
  readonly low: boolean;
}

interface Sample {
  /** Monotonic, ms. */
  readonly at: number;
  readonly free_bytes: number;
}

const HOUR_MS = 3_600_000;
/** A forecast from less than this says nothing. */
const SHORTEST_MS = 10_000;
/** Only what lasted this long is a course and not a burst, for example a fill-in after an outage. */
const COURSE_MS = 600_000;
const WARN_HOURS = 48;
/** Free space below this many times the floor is low, however slowly it shrinks. */
const WARN_FLOORS = 2;
const MOST_SAMPLES = 128;
/** About three hours are looked back at. */
const LONGEST_MS = 3 * HOUR_MS;

/** The course of the free space: fine at first, then ever coarser, so that few samples span hours. */
export class DiskForecast {
  readonly #floorBytes: number;
  #samples: Sample[] = [];
  #every_ms = 0;

  /** Below `floorBytes` nothing is acknowledged any more. */
  constructor(floorBytes: number) {
    this.#floorBytes = floorBytes;
  }

  /** Takes the free space at a monotonic time in ms. */
  add(at: number, free_bytes: number): DiskState {
    const last = this.#samples.at(-1);
    const [previous] = this.#samples.slice(-2, -1);
    // The newest always counts; between the kept ones lies at least the present distance.
    if (last && previous && last.at - previous.at < this.#every_ms) this.#samples.pop();
    this.#samples.push({ at, free_bytes });
    while ((this.#samples[0]?.at ?? at) < at - LONGEST_MS) this.#samples.shift();
    if (this.#samples.length > MOST_SAMPLES) this.#thin();
    return this.#judge(at, free_bytes);
  }

  #thin(): void {
    const [first, second] = this.#samples;
    if (first && second) this.#every_ms = 2 * (second.at - first.at);
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index === this.#samples.length - 1);
  }

  #judge(at: number, free_bytes: number): DiskState {
    const [first] = this.#samples;
    const span_ms = first ? at - first.at : 0;
    const lost = first ? first.free_bytes - free_bytes : 0;
    const known = span_ms >= SHORTEST_MS && lost > 0;
    const left = Math.max(0, free_bytes - this.#floorBytes);
    const hours_left = known ? (left * span_ms) / lost / HOUR_MS : undefined;
    const soon = span_ms >= COURSE_MS && hours_left !== undefined && hours_left < WARN_HOURS;
    return { free_bytes, hours_left, low: soon || free_bytes < WARN_FLOORS * this.#floorBytes };
  }
}

/** For metrics; a disk that does not fill lasts for ever. */
export function diskFigures(state: DiskState | undefined): Record<string, number> {
  if (!state) return {};
  const { free_bytes, hours_left = Infinity, low } = state;
  return { disk_free_bytes: free_bytes, disk_hours_left: hours_left, disk_low: low ? 1 : 0 };
}

export interface DiskWatch {
  /** As last looked at; undefined before the first look, and where the system does not say. */
  state(): DiskState | undefined;
  close(): void;
}

const EVERY_MS = 2000;

export function watchDisk({ dir, floorBytes }: { dir: string; floorBytes: number }): DiskWatch {
  const forecast = new DiskForecast(floorBytes);
  let state: DiskState | undefined;
  const look = async (): Promise<void> => {
    try {
      const { bavail, bsize } = await statfs(dir);
      state = forecast.add(performance.now(), bavail * bsize);
    } catch {
      state = undefined;
    }
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  return { state: () => state, close: () => clearInterval(timer) };
}
