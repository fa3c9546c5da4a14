/** Rooms beside their target circuit by circuit: which are off, and whether the room correction has any way left. */
import type { CenterState } from '@heat-center/controller/domain/center.ts';
import { MOST_K } from '@heat-center/controller/domain/control/rooms.ts';
import type { VirtualStation } from './station.ts';

export interface RoomOff {
  readonly off_k: number;
  readonly time_constant_h: number;
  readonly kind: string;
  /** Correction by rooms, K; undefined without a center or without rooms that tell. */
  readonly shift_k: number | undefined;
}

/** The slowest tenth of buildings of 50 to 100 h, h. */
const SLOW_FROM_H = 95;
const FAR_K = 0.5;
/** A correction so near to its bound is at it, K. */
const AT_BOUND_K = 0.05;

/** Every heating circuit that a center could lead. */
export function looksAtRooms(
  stations: readonly VirtualStation[],
  { center, target_c }: { readonly center: CenterState | undefined; readonly target_c: number },
): RoomOff[] {
  return stations.flatMap(({ id, plant, design }) => {
    if (design.primary_only) return [];
    const led = center?.stations.get(id)?.state.circuits;
    return plant.circuits.flatMap((circuit): RoomOff[] => {
      const own = plant.state.circuits[circuit.design.id];
      if (!own || !circuit.heating) return [];
      const { kind, time_constant_h } = circuit.design;
      const shift_k = led?.find((one) => one.circuit === circuit.design.id)?.rooms?.shift_k;
      return [{ off_k: own.building.air_c - target_c, time_constant_h, kind, shift_k }];
    });
  });
}

const share = (values: readonly number[], of: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(Math.floor(of * values.length), values.length - 1)] ??
  NaN;

/** Half of the range in which 95 of 100 lie, K: "±". */
export function halfRange(rooms: readonly RoomOff[]): number {
  const offs = rooms.map(({ off_k }) => off_k);
  return (share(offs, 0.975) - share(offs, 0.025)) / 2;
}

const isFar = ({ off_k }: RoomOff): boolean => Math.abs(off_k) > FAR_K;
const isBound = ({ shift_k }: RoomOff): boolean =>
  shift_k !== undefined && Math.abs(shift_k) >= MOST_K - AT_BOUND_K;
const part = (rooms: readonly RoomOff[], is: (room: RoomOff) => boolean): number =>
  (100 * rooms.filter(is).length) / rooms.length;

interface RoomFigure {
  readonly words: string;
  readonly digits: number;
  readonly of: (rooms: readonly RoomOff[]) => number | undefined;
}

export const ROOM_FIGURES: readonly RoomFigure[] = [
  {
    words: 'rooms, ± (95 of 100), buildings of 95 to 100 h, K',
    digits: 2,
    of: (rooms) => {
      const slow = rooms.filter(({ time_constant_h }) => time_constant_h >= SLOW_FROM_H);
      return slow.length === 0 ? undefined : halfRange(slow);
    },
  },
  { words: 'circuits off their target by more than 0.5 K, %', digits: 1, of: (rooms) => part(rooms, isFar) },
  {
    words: 'these with the room correction at its bound, %',
    digits: 1,
    of: (rooms) =>
      rooms.every(({ shift_k }) => shift_k === undefined)
        ? undefined
        : part(rooms, (room) => isFar(room) && isBound(room)),
  },
];
