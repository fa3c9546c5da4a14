/** Rows of 12 points as real stations give them: slow drift, noise of about one digit, sensor resolution. */
import type { Sample } from '@heat-center/contract/decode.ts';
import { POINTS, type PointDefinition } from '@heat-center/contract/points.ts';
import { telemetryEncoder } from '../../domain/telemetry/encode.ts';
import type { HistoryTelemetry } from '../../ports.ts';

interface Walk {
  readonly point: string;
  readonly definition: PointDefinition;
  /** The last digit that the sensor deserves. */
  readonly digit: number;
  value: number;
}

const WALKED = [
  ...POINTS.filter(({ part }) => part === 'station'),
  ...POINTS.filter(({ part }) => part === 'circuit').slice(0, 12),
];

export interface TypicalStations {
  /** One sample of each station; `step` counts from 0. */
  next(step: number): HistoryTelemetry[];
}

/** Stations that sample each `period_ms` from `start` on (ms UTC). The same arguments give the same samples. */
export function typicalStations(count: number, start: number, period_ms: number): TypicalStations {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const begin = ({ behaves, unit }: PointDefinition): number => {
    if (behaves === 'state') return 0;
    if (behaves === 'counter') return random() * 1e6;
    return (unit === '°C' ? 55 : unit === 'kPa' ? 400 : 70) + random() * 20;
  };
  const step = (walk: Walk): number => {
    const { definition, digit } = walk;
    if (definition.behaves === 'state') return walk.value;
    const counter = definition.behaves === 'counter';
    // Setpoints move now and then, counters only rise.
    if (counter) walk.value += random() * 20 * digit;
    else if (definition.pattern.includes('_set_')) walk.value += random() < 0.01 ? digit : 0;
    else walk.value += (random() - 0.5) * digit;
    const noise = counter || definition.pattern.includes('_set_') ? 0 : (random() - 0.5) * 2 * digit;
    return Number((walk.value + noise).toFixed(definition.decimals));
  };
  const stations = Array.from({ length: count }, () =>
    WALKED.map((definition): Walk => ({
      point: definition.pattern.replace('*', 'low'),
      definition,
      digit: 10 ** -definition.decimals,
      value: begin(definition),
    })),
  );
  const encode = telemetryEncoder();
  const sampleOf = (walks: readonly Walk[], station: number, index: number): Sample => ({
    at: start + index * period_ms + (station % 1000) + Math.floor(random() * 5),
    boot: `9f1c77ab20d4e6${station}`,
    seq: index + 1,
    historical: false,
    simulated: false,
    faults: [],
    readings: walks.map((walk) => ({
      point: walk.point,
      definition: walk.definition,
      value: step(walk),
      quality: 'good',
    })),
  });
  return {
    next: (index) =>
      stations.map((walks, station) => {
        const sample = sampleOf(walks, station, index);
        const telemetry = { boot: sample.boot ?? '', samples: [sample], refused: [], unknown: [] };
        return { station: `station-${station}`, body: encode(telemetry).slice() };
      }),
  };
}
