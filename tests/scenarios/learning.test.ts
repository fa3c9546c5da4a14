/** What is learned of buildings of the plant, which knows no formula of learning: the errors that are told hold the truth. */
import { pastOf } from '@heat-center/controller/domain/learning/testing.ts';
import { lossLine, timeConstant } from '@heat-center/controller/domain/learning/estimate.ts';
import type { Hour } from '@heat-center/controller/domain/learning/hour.ts';
import { recordOf } from '@heat-center/controller/domain/learning/view.ts';
import { buildingOf, settledBuilding, stepBuilding } from '@heat-center/simulators/plant/building.ts';
import { randomFrom, uniform } from '@heat-center/simulators/plant/random.ts';
import { TAIYUAN, weatherAt, weatherCourse } from '@heat-center/simulators/plant/weather.ts';
import { describe, expect, it } from 'vitest';
import { START } from './run.ts';

const HOUR_MS = 3_600_000;
const STEP_S = 300;
const DAYS = 24;
const RADIATOR_EXPONENT = 1.3;
/** Hours of the night without heat. */
const OFF = { from: 22, to: 5 };

interface Case {
  readonly tau_h: number;
  readonly off: boolean;
  readonly seed: number;
  readonly rooms: boolean;
}

/** Hours of a block of flats as a station would tell them; the site's clock is the sun's. */
function* hoursOf({ tau_h, off, seed, rooms }: Case): Generator<Hour> {
  const course = weatherCourse(TAIYUAN, randomFrom(`learning ${seed}`));
  const random = randomFrom(`rooms ${seed}`);
  const building = buildingOf({ ...BLOCK, time_constant_h: tau_h });
  const emitter_kw_k = 900 / 30 ** RADIATOR_EXPONENT;
  let filtered_c = weatherAt(course, START / 1000).outdoor_c;
  const state = settledBuilding(building, 19, filtered_c);
  for (let index = 0; index < DAYS * 24; index += 1) {
    const hour = index % 24;
    const isOff = off && (hour >= OFF.from || hour < OFF.to);
    let [heat_kw, outdoor_c, room_c, water_c] = [0, 0, 0, 0];
    const steps = 3600 / STEP_S;
    for (let step = 0; step < steps; step += 1) {
      const weather = weatherAt(course, START / 1000 + index * 3600 + step * STEP_S);
      filtered_c += ((weather.outdoor_c - filtered_c) * STEP_S) / (6 * 3600);
      const share = Math.max(0, (20 - filtered_c) / 30);
      const curve_c = 20 + 30 * share ** (1 / RADIATOR_EXPONENT);
      const given_kw = isOff ? 0 : emitter_kw_k * Math.max(0, curve_c - state.air_c) ** RADIATOR_EXPONENT;
      const { outdoor_c: out_c, sun } = weather;
      stepBuilding(building, state, { heat_kw: given_kw, outdoor_c: out_c, sun, hour, dt_s: STEP_S });
      heat_kw += given_kw / steps;
      outdoor_c += out_c / steps;
      room_c += state.air_c / steps;
      water_c += (isOff ? state.air_c : curve_c) / steps;
    }
    const felt_c = room_c + 0.6 * (uniform(random) - 0.5);
    const at = START + (index + 1) * HOUR_MS;
    // The hours of the tests are told in the zone of the site.
    const local = at + 8 * HOUR_MS;
    yield { at: local, outdoor_c, heat_kw, water_c, room_c: rooms ? felt_c : undefined };
  }
}

const BLOCK = {
  heated_area_m2: 20_000,
  heat_index_w_m2: 45,
  room_c: 18,
  outdoor_c: -12,
  internal_w_m2: 3,
  solar_w_m2: 6,
};
/** Heat loss at design over its difference of temperatures, kW/K. */
const A_KW_K = 900 / 30;

function learned(one: Case) {
  const record = recordOf(pastOf(hoursOf(one)));
  const line = lossLine(record);
  return { one, line, tau: timeConstant(record, line) };
}

const CASES = [60, 100, 150].flatMap((tau_h) =>
  [false, true].flatMap((off) => [1, 2, 3].map((seed) => ({ tau_h, off, seed, rooms: true }))),
);

describe('what is learned of the plant', () => {
  const all = CASES.map(learned);

  it('holds the heat loss within two standard errors in most cases', () => {
    const off = all.flatMap(({ line }) =>
      line.identifiable ? [(line.a_kw_k - A_KW_K) / line.a_error_kw_k] : [],
    );
    expect(off.length).toBeGreaterThanOrEqual(13);
    expect(off.filter((one) => Math.abs(one) < 2).length).toBeGreaterThanOrEqual(0.85 * off.length);
  });

  it('holds the time constant within two standard errors, where the heat is shut off at night', () => {
    const off = all.flatMap(({ one, tau }) =>
      one.off && tau.identifiable ? [(tau.tau_h - one.tau_h) / tau.error_h] : [],
    );
    expect(off.length).toBeGreaterThanOrEqual(7);
    expect(off.filter((one) => Math.abs(one) < 2).length).toBeGreaterThanOrEqual(0.85 * off.length);
  });

  it.each([false, true])('says nothing without rooms; nights off: %s', (off) => {
    const { line, tau } = learned({ tau_h: 100, off, seed: 1, rooms: false });
    expect(line).toMatchObject({ identifiable: false, why: 'no_rooms' });
    expect(tau).toMatchObject({ identifiable: false, why: 'no_rooms' });
  });
});
