/** The outdoor temperature that a station is led by: its own sensor's, or the best substitute. */
import { fitnessOf, type Fitness, type PointValue } from './image.ts';
import { substituteOutdoor } from './network/network.ts';
import { stepOutdoor } from './physics/outdoor-filter.ts';
import type { OutdoorOrigin, StationCase, StationState } from './state.ts';

/** What the own sensor is worth: its fitness, or `doubted` where it is fit and disagrees with the network. */
function fitnessOfOwn({ state, config, now }: Omit<Sensed, 'image'>, sensor: PointValue | undefined) {
  const fitness = fitnessOf(sensor, now, config.every_s.default);
  return fitness === 'fit' && state.network?.outdoor_doubted ? 'doubted' : fitness;
}

export const ownOutdoorFitness = (given: Sensed): Fitness | 'doubted' =>
  fitnessOfOwn(given, given.image.points.get('outdoor_c'));

const OWN: OutdoorOrigin = { from: 'own' };

type Sensed = Pick<StationCase, 'state' | 'image' | 'config' | 'now'>;

/** The own sensor's value while nothing speaks against it, °C. Protections trust nothing else. */
export function ownOutdoor(given: Sensed): number | undefined {
  if (ownOutdoorFitness(given) !== 'fit') return undefined;
  return given.image.points.get('outdoor_c')?.value ?? undefined;
}

/**
 * Feeds the low-pass from the own sensor, else from the network's median, else from the forecast. The filter goes
 * on from where it is, so a change of the source is felt over hours; a station that knew nothing begins where the
 * network's filter stands. Without any source the filter waits.
 */
export function takeOutdoor(
  given: Omit<StationCase, 'image'>,
  sensor: PointValue | undefined,
): Pick<StationState, 'outdoor' | 'outdoor_origin'> {
  const { state, config, network, now } = given;
  const why = fitnessOfOwn(given, sensor);
  const own = why === 'fit' ? sensor : undefined;
  const time_constant_s = config.outdoor_time_constant_h && config.outdoor_time_constant_h * 3600;
  if (own?.value != null) {
    const outdoor = stepOutdoor(state.outdoor, { at: own.at, outdoor_c: own.value }, time_constant_s);
    return { outdoor, outdoor_origin: OWN };
  }
  const other = substituteOutdoor(network, now);
  if (!other) return { outdoor: state.outdoor, outdoor_origin: undefined };
  const { from, at, outdoor_c } = other;
  const filter = state.outdoor ?? (from === 'network' ? network.outdoor?.filter : undefined);
  const outdoor = stepOutdoor(filter, { at, outdoor_c }, time_constant_s);
  return { outdoor, outdoor_origin: { from, outdoor_c, why } };
}
