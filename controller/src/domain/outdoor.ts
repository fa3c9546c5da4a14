/** The outdoor temperature that a station is led by: its own sensor's, or the best substitute. */
import { fitnessOf, freshSince, type Fitness, type Place } from './points.ts';
import { substituteOutdoor } from './network/network.ts';
import type { Moving } from './moving.ts';
import { moveOutdoor } from './physics/outdoor-filter.ts';
import type { OutdoorOrigin, StationCase, StationState } from './state.ts';

/** What the own sensor is worth: its fitness, or `doubted` where it is fit and disagrees with the network. */
function fitnessOfOwn({ state, image, config, now }: Sensed, sensor: Place): Fitness | 'doubted' {
  const { default: period_s } = config.every_s;
  if (image.points.fit(sensor, freshSince(now, period_s)) === undefined)
    return fitnessOf(image.points.at(sensor), now, period_s);
  return state.network?.outdoor_doubted ? 'doubted' : 'fit';
}

export const ownOutdoorFitness = (given: Sensed): Fitness | 'doubted' =>
  fitnessOfOwn(given, given.image.points.place('outdoor_c'));

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
 * network's filter stands. Without any source the filter waits. Moves the state on in place.
 */
export function takeOutdoor(given: StationCase, sensor: Place): void {
  const { config, network, now } = given;
  const state: Moving<StationState> = given.state;
  const why = fitnessOfOwn(given, sensor);
  const time_constant_s = config.outdoor_time_constant_h && config.outdoor_time_constant_h * 3600;
  if (why === 'fit') {
    const { points } = given.image;
    const measured = { at: points.measuredAt(sensor), outdoor_c: points.latest(sensor) };
    state.outdoor = moveOutdoor(state.outdoor, measured, time_constant_s);
    state.outdoor_origin = OWN;
    return;
  }
  const other = substituteOutdoor(network, now);
  state.outdoor_origin = other && { from: other.from, outdoor_c: other.outdoor_c, why };
  if (!other) return;
  const begun = other.from === 'network' && network.outdoor ? { ...network.outdoor.filter } : undefined;
  state.outdoor = moveOutdoor(state.outdoor ?? begun, other, time_constant_s);
}
