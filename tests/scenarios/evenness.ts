/** How even a network is: relative warmth of its circuits, and rooms beside their target. */
import type { CenterState } from '@heat-center/controller/domain/center.ts';
import type { Circuit } from '@heat-center/simulators/plant/circuit-design.ts';
import type { CircuitState } from '@heat-center/simulators/plant/circuit-state.ts';
import { halfRange, looksAtRooms, ROOM_FIGURES, type RoomOff } from './rooms-off.ts';
import type { Figure, Look, RecordedCourse, Recorder } from './run.ts';

const EXPONENT: Readonly<Record<string, number>> = { radiators: 0.3, floor: 0.1 };
const OUTDOOR_H = 6;
const EVERY_H = 0.25;

/** r of a circuit, °C: against the equation of central quality regulation at the circuit's design. */
function relativeOf(circuit: Circuit, own: CircuitState, outdoor_c: number): number {
  const { kind, room_c, supply_c, return_c, outdoor_c: coldest_c } = circuit.design;
  const load = (room_c - outdoor_c) / (room_c - coldest_c);
  const excess_k = ((supply_c + return_c) / 2 - room_c) * load ** (1 / (1 + (EXPONENT[kind] ?? 0.3)));
  return ((own.sensed_c + own.sensed_return_c) / 2 - room_c) / excess_k;
}

interface Moment {
  readonly at_h: number;
  /** Standard deviation of relative warmth by area, from what the sensors show. */
  readonly spread: number;
  /** The same as the center sees it, with what it asked for counted in. */
  readonly seen: number | undefined;
  /** Least relative warmth of all. */
  readonly least: number;
  /** Greatest correction by balance, K. */
  readonly shift_k: number | undefined;
  /** Half of the range in which 95 of 100 circuits' rooms lie, K: "±". */
  readonly rooms_k: number;
  /** Mean of the rooms over their target, K. */
  readonly mean_k: number;
  /** Furthest from the target of all, K. */
  readonly worst_k: number;
  /** Circuit by circuit. */
  readonly rooms: readonly RoomOff[];
}

export const SPREAD = 'spread of relative warmth';
export const SEEN = 'the same as the center sees it';
export const ROOMS = 'rooms, ± (95 of 100), K';

function greatestShift(center: CenterState | undefined): number | undefined {
  if (!center) return undefined;
  let most_k = 0;
  for (const { circuits } of center.network.balance.stations.values())
    for (const { shift_k } of circuits.values()) most_k = Math.max(most_k, Math.abs(shift_k));
  return most_k;
}

export interface EvennessOptions {
  /** When the center begins to mend, h since the start of the scenario; hours in figures count from there. */
  readonly begins_h: number;
  /** Without a target nothing is said of rooms, °C. */
  readonly target_c?: number;
}

export class EvennessRecorder implements Recorder {
  readonly #options: EvennessOptions;
  readonly #moments: Moment[] = [];
  #outdoor: { readonly at_h: number; readonly value_c: number } | undefined;

  constructor(options: EvennessOptions) {
    this.#options = options;
  }

  look(seen: Look): void {
    const { outdoor_c } = seen;
    const at_h = seen.at_h - this.#options.begins_h;
    const passed_h = this.#outdoor ? at_h - this.#outdoor.at_h : 0;
    const decay = Math.exp(-passed_h / OUTDOOR_H);
    const value_c = outdoor_c + ((this.#outdoor?.value_c ?? outdoor_c) - outdoor_c) * decay;
    this.#outdoor = { at_h, value_c };
    const last_h = this.#moments.at(-1)?.at_h ?? -Infinity;
    if (at_h >= -EVERY_H && at_h - last_h >= EVERY_H - 1e-6)
      this.#moments.push(this.#moment(seen, { at_h, outdoor_c: value_c }));
  }

  #moment({ stations, center }: Look, now: { readonly at_h: number; readonly outdoor_c: number }): Moment {
    const target_c = this.#options.target_c ?? 0;
    let [area, sum, squares, least] = [0, 0, 0, Infinity];
    const rooms = looksAtRooms(stations, { center, target_c });
    for (const { plant, design } of stations) {
      if (design.primary_only) continue;
      for (const circuit of plant.circuits) {
        const own = plant.state.circuits[circuit.design.id];
        if (!own || !circuit.heating) continue;
        const relative = relativeOf(circuit, own, now.outdoor_c);
        const { heated_area_m2 } = circuit.design;
        area += heated_area_m2;
        sum += heated_area_m2 * relative;
        squares += heated_area_m2 * relative ** 2;
        least = Math.min(least, relative);
      }
    }
    return {
      at_h: now.at_h,
      spread: Math.sqrt(Math.max(squares / area - (sum / area) ** 2, 0)),
      seen: center?.network.balance.spread,
      least,
      shift_k: greatestShift(center),
      rooms_k: halfRange(rooms),
      mean_k: rooms.reduce((total, { off_k }) => total + off_k, 0) / rooms.length,
      worst_k: Math.max(...rooms.map(({ off_k }) => Math.abs(off_k))),
      rooms,
    };
  }

  figures(): readonly Figure[] {
    const last_h = this.#moments.at(-1)?.at_h ?? 0;
    const hours = [0, 6, 12, 24, 48, 96, 168].filter((hour) => hour <= last_h + 0.3);
    const at = (hour: number): Moment | undefined =>
      this.#moments.find(({ at_h }) => at_h >= hour - 0.01) ?? this.#moments.at(-1);
    const line = (words: string, digits: number, of: (moment: Moment) => number | undefined): Figure[] =>
      hours.map((hour) => {
        const moment = at(hour);
        return { words: atHour(words, hour), digits, value: moment && of(moment) };
      });
    return [
      ...line(SPREAD, 3, ({ spread }) => spread),
      ...line(SEEN, 3, ({ seen }) => seen),
      ...line('least relative warmth', 2, ({ least }) => least),
      ...line('greatest correction by balance, K', 2, ({ shift_k }) => shift_k),
      ...(this.#options.target_c === undefined
        ? []
        : [
            ...line(ROOMS, 2, ({ rooms_k }) => rooms_k),
            ...line('rooms over their target, mean, K', 2, ({ mean_k }) => mean_k),
            ...line('rooms off their target, the worst, K', 2, ({ worst_k }) => worst_k),
            ...ROOM_FIGURES.flatMap(({ words, digits, of }) => line(words, digits, ({ rooms }) => of(rooms))),
          ]),
    ];
  }

  courses(): readonly RecordedCourse[] {
    const course = (title: string, unit: string, of: (moment: Moment) => number): RecordedCourse => ({
      title,
      unit,
      values: this.#moments.map((moment) => [moment.at_h, of(moment)] as const),
    });
    return [
      course('Spread of relative warmth', '', ({ spread }) => spread),
      course('Least relative warmth', '', ({ least }) => least),
      ...(this.#options.target_c === undefined
        ? []
        : [course('Half of the range of the rooms, 95 of 100', 'K', ({ rooms_k }) => rooms_k)]),
    ];
  }
}

const atHour = (words: string, hour: number): string => `${words}, hour ${hour}`;

/** Figures outside of [words, hour, least, most], in words; hours that were not run are not judged. */
export function beyond(
  figures: readonly Figure[],
  promises: readonly (readonly [words: string, hour: number, least: number, most: number])[],
): string[] {
  return promises.flatMap(([words, hour, least, most]) => {
    const figure = figures.find((one) => one.words === atHour(words, hour));
    if (!figure || (figure.value !== undefined && figure.value >= least && figure.value <= most)) return [];
    return [`${figure.words} is ${figure.value}, promised ${least} to ${most}`];
  });
}
