import { describe, expect, it } from 'vitest';
import { applySample, createImage } from './image.ts';
import { NEW_NETWORK, type NetworkState } from './network/network.ts';
import { ownOutdoor, ownOutdoorFitness, takeOutdoor } from './outdoor.ts';
import { createStationState, type StationCase, type StationState } from './state.ts';
import { stationConfig, T0, telemetry, type Points } from './testing.ts';

const HOUR = 3_600_000;
/** Measured the same an hour ago, and the filter not yet there. */
const FILTER = { value_c: 4, raw_c: -3, at: T0 - HOUR };

interface Given {
  readonly points?: Points;
  readonly state?: Partial<StationState>;
  readonly network?: Partial<NetworkState>;
  readonly time_constant_h?: number;
}

function given({ points = {}, state = {}, network = {}, time_constant_h }: Given): StationCase {
  const config = stationConfig({ outdoor_time_constant_h: time_constant_h });
  const image = createImage();
  for (const sample of telemetry(T0, points).samples)
    applySample(image, sample, { arrived: T0, every_s: config.every_s });
  return {
    // A state is moved on in place.
    state: structuredClone({ ...createStationState(T0, { epoch: 1, seq: 0 }), ...state }),
    image,
    config,
    network: { ...NEW_NETWORK, ...network },
    now: T0,
  };
}

function outdoorOf(station: StationCase): Pick<StationState, 'outdoor' | 'outdoor_origin'> {
  takeOutdoor(station, station.image.points.place('outdoor_c'));
  const { outdoor, outdoor_origin } = station.state;
  return { outdoor, outdoor_origin };
}

const MEDIAN = { at: T0, median_c: 2, filter: { value_c: 1, raw_c: 2, at: T0 }, sensors: 5 };
const FORECAST = { issued_at: T0, source: 'test', hours: [[T0, 3]] as const };

describe('the own sensor', () => {
  it('counts while it is fit and nobody doubts it', () => {
    expect(ownOutdoor(given({ points: { outdoor_c: -3 } }))).toBe(-3);
    const doubted = given({ points: { outdoor_c: -3 }, state: { network: { outdoor_doubted: true } } });
    expect(ownOutdoorFitness(doubted)).toBe('doubted');
    expect(ownOutdoor(doubted)).toBeUndefined();
  });

  it('that is bad or missing is called so, whether doubted or not', () => {
    const state = { network: { outdoor_doubted: true } };
    expect(ownOutdoorFitness(given({ state }))).toBe('missing');
    expect(ownOutdoor(given({}))).toBeUndefined();
    expect(ownOutdoorFitness(given({ points: { outdoor_c: null }, state }))).toBe('bad');
  });
});

describe('the outdoor temperature that leads', () => {
  it('is the low-pass of the own sensor with the time that is set, else six hours', () => {
    const at = (time_constant_h?: number) =>
      outdoorOf(
        given({
          points: { outdoor_c: -3 },
          state: { outdoor: FILTER },
          ...(time_constant_h && { time_constant_h }),
        }),
      );
    expect(at().outdoor_origin).toEqual({ from: 'own' });
    expect(at().outdoor?.value_c).toBeCloseTo(-3 + 7 * Math.exp(-1 / 6), 9);
    expect(at(12).outdoor?.value_c).toBeCloseTo(-3 + 7 * Math.exp(-1 / 12), 9);
  });

  it('goes on from where it is when the network stands in', () => {
    const { outdoor, outdoor_origin } = outdoorOf(
      given({
        state: { outdoor: { ...FILTER, raw_c: 2 } },
        network: { outdoor: MEDIAN, forecast: FORECAST },
      }),
    );
    expect(outdoor_origin).toEqual({ from: 'network', outdoor_c: 2, why: 'missing' });
    expect(outdoor?.value_c).toBeCloseTo(2 + 2 * Math.exp(-1 / 6), 9);
  });

  it('begins where the filter of the network stands, with a forecast at once', () => {
    const begun = outdoorOf(given({ network: { outdoor: MEDIAN } }));
    expect(begun.outdoor?.value_c).toBe(1);
    const forecast = outdoorOf(given({ network: { forecast: FORECAST } }));
    expect(forecast.outdoor?.value_c).toBe(3);
    expect(forecast.outdoor_origin).toEqual({ from: 'forecast', outdoor_c: 3, why: 'missing' });
    const old = { ...MEDIAN, at: T0 - 30_001 };
    const aged = outdoorOf(given({ network: { outdoor: old, forecast: FORECAST } }));
    expect(aged.outdoor?.value_c).toBe(3);
  });

  it('waits while there is none', () => {
    expect(outdoorOf(given({ state: { outdoor: FILTER } }))).toEqual({
      outdoor: FILTER,
      outdoor_origin: undefined,
    });
  });
});
