/** What the center learned of a station, and putting a proposed curve into force. */
import { stationLearning, stationLoadForecast } from '@heat-center/api/learning.ts';
import { stationDetail } from '@heat-center/api/stations.ts';
import { call } from '../api.ts';

const path = (id: string): string => `/api/v1/stations/${encodeURIComponent(id)}/learning`;

export const learningApi = {
  learning: (id: string, signal?: AbortSignal) => call({ path: path(id), answer: stationLearning, signal }),
  load: (id: string, hours: number, signal?: AbortSignal) =>
    call({
      path: `/api/v1/stations/${encodeURIComponent(id)}/load-forecast?hours=${hours}`,
      answer: stationLoadForecast,
      signal,
    }),
  apply: (id: string, circuit: string, made_at: number) =>
    call({
      method: 'POST',
      path: `${path(id)}/${encodeURIComponent(circuit)}/apply`,
      body: { made_at },
      answer: stationDetail,
    }),
};
