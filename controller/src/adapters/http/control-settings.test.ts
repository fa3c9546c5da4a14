/** Settings of control over the API: taken as they are, or refused with the reason. */
import { stationDetail } from '@heat-center/api/stations.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecord } from '../registry/stored.ts';
import { addStation, httpFixture, STATION, type Fixture } from '../../testing/http-fixture.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
  addStation(http);
});
afterEach(async () => {
  await http.close();
});

const URL = `/api/v1/stations/${STATION.id}`;
const [LOW] = STATION.circuits;
const change = (payload: object) => http.ask({ method: 'PATCH', url: URL, payload });
const withCircuit = (settings: object) => change({ circuits: [{ ...LOW, ...settings }] });

const POINTS = [
  [-30, 75],
  [-15, 60],
  [-5, 50],
  [0, 45],
  [5, 40],
  [15, 28],
];
const SCHEDULE = {
  comfort: [{ days: [1, 2, 3, 4, 5], from: '05:30', to: '22:30' }],
  night: { kind: 'off', limit_c: -5 },
  boost: { supply_k: 5, for_s: 3600 },
  start: 'optimised',
  holidays: [{ from: '2027-02-06', to: '2027-02-12' }],
};

describe('settings of control', () => {
  it('are taken, kept by the registry and shown as they were given', async () => {
    const settings = {
      regulation: { mode: 'stepped', stages: [{ below_load: 0.7, ratio: 0.75 }] },
      curve: { points: POINTS, shift_k: 2, internal_gain_k: 3 },
      schedule: SCHEDULE,
      room_feedback: { rooms: ['5-2-301'], target_c: 20 },
    };
    expect((await withCircuit(settings)).statusCode).toBe(200);
    const slide = {
      return_slide: [
        [-10, 55],
        [5, 45],
      ],
      transit_s: 2400,
    };
    expect((await change({ primary_limits: slide, outdoor_time_constant_h: 12 })).statusCode).toBe(200);
    const detail = stationDetail.parse((await http.ask({ url: URL })).json());
    expect(detail.circuits[0]).toMatchObject(settings);
    expect(detail).toMatchObject({ primary_limits: slide, outdoor_time_constant_h: 12 });
    const stored = http.registry.station(STATION.id);
    const read = readRecord(STATION.id, JSON.stringify(stored));
    expect(read.config).toMatchObject({ circuits: [settings], outdoor_time_constant_h: 12 });
  });

  it('make a new revision where they change the curve on site, and only there', async () => {
    const rev = async () => stationDetail.parse((await http.ask({ url: URL })).json()).limits_rev;
    const before = await rev();
    await withCircuit({ schedule: SCHEDULE });
    expect(await rev()).toBe(before);
    await withCircuit({ curve: { shift_k: 2 } });
    expect(await rev()).toBe(before + 1);
  });

  it.each<[string, object]>([
    ['a supply that rises', { curve: { points: POINTS.with(3, [0, 51]) } }],
    ['points out of order', { curve: { points: POINTS.toReversed() } }],
    ['five points', { curve: { points: POINTS.slice(1) } }],
    [
      'stages that rise',
      {
        regulation: {
          mode: 'stepped',
          stages: [
            { below_load: 0.5, ratio: 0.6 },
            { below_load: 0.7, ratio: 0.75 },
          ],
        },
      },
    ],
    [
      'flow regulation of a circuit that takes no flow',
      { accepts: ['supply_c'], regulation: { mode: 'mixed' } },
    ],
    ['pressure for a circuit that takes none', { dp_day: [{ from: '06:00', dp_kpa: 80 }] }],
    [
      'a time that is none',
      { schedule: { ...SCHEDULE, comfort: [{ days: [1], from: '5:30', to: '25:00' }] } },
    ],
    ['a day twice', { schedule: { ...SCHEDULE, comfort: [{ days: [1, 1], from: '05:30', to: '22:00' }] } }],
    [
      'a holiday that ends before it begins',
      { schedule: { ...SCHEDULE, holidays: [{ from: '2027-02-12', to: '2027-02-06' }] } },
    ],
    ['gains beyond the load', { design: { ...LOW.design, outdoor_c: 5 }, curve: { internal_gain_k: 12 } }],
    ['a schedule for hot water', { kind: 'dhw', schedule: SCHEDULE }],
  ])('refuse %s', async (_, settings) => {
    const answer = await withCircuit(settings);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request' });
  });
});
