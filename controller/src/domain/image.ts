/** The process image: the latest value of each point of a station, with what it is worth. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { Mode } from '@heat-center/contract/messages.ts';
import type { Quality } from '@heat-center/contract/quality.ts';

export interface PointValue {
  /** Time of measurement, ms UTC. */
  readonly at: number;
  /** Unit of the catalogue; the code of a state; null when unusable. */
  readonly value: number | null;
  readonly quality: Quality;
  readonly why?: ErrorCode | undefined;
  /** Time of arrival, ms UTC. */
  readonly arrived: number;
  /** It arrived in time and was not marked historical; all else is never used for control. */
  readonly live: boolean;
}

export interface StationImage {
  readonly points: Map<string, PointValue>;
  /** Undefined until the station said or showed anything. */
  online: boolean | undefined;
  mode: Mode;
  /** When the last status or live telemetry arrived, ms UTC. */
  heard_at: number | undefined;
  /** Revision of the fallback curve and limits that the station says it keeps. */
  station_limits_rev: number | undefined;
  faults: readonly string[];
  /** `clock_ahead` or `late` while the station's times of measurement are not credible. */
  clock_suspect: 'clock_ahead' | 'late' | undefined;
}
