import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CircuitLearned } from '../../domain/learning/view.ts';
import { NOW } from '../../testing/fake-center.ts';
import { addStation, httpFixture, type Fixture } from '../../testing/http-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await httpFixture();
});
afterEach(() => fixture.close());

const points: [number, number][] = [
  [-30, 70],
  [-15, 62],
  [-5, 55],
  [0, 50],
  [5, 44],
  [15, 32],
];

/** A circuit whose rooms are too cold. */
const learned = (made_at: number): CircuitLearned => ({
  circuit: 'low',
  heat_from: 'meter',
  rooms_measured: true,
  loss: {
    identifiable: true,
    a_kw_k: 41.2,
    a_error_kw_k: 1.4,
    t0_c: 15.8,
    t0_error_k: 0.4,
    base_kw: null,
    days_used: 24,
    days_dropped: 1,
    residual_kw: 22,
  },
  time_constant: { identifiable: false, why: 'no_excitation', days_used: 24 },
  proposal: {
    made_at,
    kind: 'six_points',
    curve: { points },
    now: points.map(([outdoor_c, supply_c]): [number, number] => [outdoor_c, supply_c - 3]),
    proposed: points,
    error_k: 1.1,
    room_c: 16.9,
    target_c: 18,
    days_used: 14,
  },
  no_proposal: null,
  days: [
    {
      at: NOW,
      day: 20_000,
      outdoor_c: -3,
      heat_kw: 900,
      room_c: undefined,
      evening: undefined,
      used: true,
    },
  ],
});

const URL = '/api/v1/stations/dongshan-3/learning';
const apply = (made_at: number, circuit = 'low') =>
  fixture.ask({ method: 'POST', url: `${URL}/${circuit}/apply`, payload: { made_at } });

describe('what was learned', () => {
  it('is shown with its errors, and what cannot be said with its reason', async () => {
    addStation(fixture);
    fixture.center.learned.set('dongshan-3', [learned(NOW)]);
    const answer = await fixture.ask({ method: 'GET', url: URL });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      id: 'dongshan-3',
      circuits: [
        {
          loss: { identifiable: true, a_kw_k: 41.2, a_error_kw_k: 1.4 },
          time_constant: { identifiable: false, why: 'no_excitation' },
          proposal: { made_at: NOW, kind: 'six_points' },
          days: [{ at: NOW, outdoor_c: -3, heat_kw: 900, room_c: null, used: true }],
        },
      ],
    });
    const unknown = await fixture.ask({ method: 'GET', url: '/api/v1/stations/nobody/learning' });
    expect(unknown.statusCode).toBe(404);
  });
});

describe('a proposed curve', () => {
  it('is taken by a person alone, through the ordinary settings, and told in the audit log', async () => {
    addStation(fixture);
    fixture.center.learned.set('dongshan-3', [learned(NOW)]);
    const before = fixture.registry.station('dongshan-3')?.config;
    const answer = await apply(NOW);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ circuits: [{ id: 'low', curve: { points } }] });
    const after = fixture.registry.station('dongshan-3')?.config;
    expect(after?.limits_rev).toBe((before?.limits_rev ?? 0) + 1);
    expect(after?.circuits[0]).toMatchObject({ kind: 'radiators', design: { supply_c: 75 } });
    expect(fixture.center.settled).toEqual(['dongshan-3']);
    const audit = await fixture.ask({ method: 'GET', url: '/api/v1/stations/dongshan-3/audit' });
    expect(JSON.stringify(audit.json())).toContain('-15,62');
  });

  it('is refused when it is another one than was looked at, or none', async () => {
    addStation(fixture);
    fixture.center.learned.set('dongshan-3', [learned(NOW)]);
    expect((await apply(NOW - 86_400_000)).json()).toMatchObject({ status: 409, code: 'proposal_changed' });
    fixture.center.learned.set('dongshan-3', [{ ...learned(NOW), proposal: null, no_proposal: 'settled' }]);
    expect((await apply(NOW)).statusCode).toBe(409);
    expect((await apply(NOW, 'high')).statusCode).toBe(404);
    expect(fixture.registry.station('dongshan-3')?.config.circuits[0]?.curve).toBeUndefined();
  });
});

describe('the load to come', () => {
  it('is shown for the network, also while there is none', async () => {
    const none = await fixture.ask({ method: 'GET', url: '/api/v1/network/load-forecast' });
    expect(none.json()).toMatchObject({ why: 'no_forecast', weather: null, hours: [] });
    const wrong = await fixture.ask({ method: 'GET', url: '/api/v1/network/load-forecast?hours=100' });
    expect(wrong.statusCode).toBe(400);
  });

  it('is shown for a station', async () => {
    addStation(fixture);
    const hours = [{ at: NOW, outdoor_c: -2, load_kw: 950, error_kw: 30 }];
    const load = { why: null, hours, now_kw: 940, basis: 'learned' as const, hours_seen: 300 };
    fixture.center.loads.set('dongshan-3', load);
    const url = '/api/v1/stations/dongshan-3/load-forecast?hours=24';
    expect((await fixture.ask({ method: 'GET', url })).json()).toMatchObject({ id: 'dongshan-3', ...load });
  });

  it('says where the weather comes from', async () => {
    const answer = await fixture.ask({ method: 'GET', url: '/api/v1/network/weather' });
    expect(answer.json()).toMatchObject({ provider: 'none', state: 'off' });
  });
});
