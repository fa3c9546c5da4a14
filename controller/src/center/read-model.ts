/** What API and feed may see of the running state. */
import { stationView } from '../domain/center-view.ts';
import { type CenterState } from '../domain/center.ts';
import type { StationReadModel } from '../center-port.ts';

export const createReadModel = (center: CenterState): StationReadModel => ({
  image: (station) => center.stations.get(station)?.image,
  decisions: (station) => center.stations.get(station)?.state.circuits ?? [],
  commands: (station) => stationView(center, station)?.commands ?? [],
});
