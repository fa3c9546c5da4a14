import { stationDetail } from '@heat-center/api/stations.ts';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addStation, httpFixture, STATION, type Fixture } from '../../testing/http-fixture.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(async () => {
  await http.close();
});

const register = (payload: object) => http.ask({ method: 'POST', url: '/api/v1/stations', payload });

describe('registering', () => {
  it('answers once with credentials that the broker takes, and tells the center', async () => {
    const answer = await register(STATION);
    expect(answer.statusCode).toBe(201);
    const { id, mqtt } = SCHEMAS.registerStation.response[201].parse(answer.json());
    expect(id).toBe('dongshan-3');
    expect(mqtt.username).toBe('dongshan-3');
    expect(Buffer.from(mqtt.password, 'base64url')).toHaveLength(32);
    expect(http.registry.authenticate(mqtt.username, mqtt.password)).toMatchObject({ kind: 'station' });
    expect(http.center.settled).toEqual(['dongshan-3']);
  });

  it('needs the id only', async () => {
    expect((await register({ id: 'a' })).statusCode).toBe(201);
    const detail = stationDetail.parse((await http.ask({ url: '/api/v1/stations/a' })).json());
    expect(detail).toMatchObject({
      name: { en: 'a' },
      control: 'observe',
      every_s: { default: 60, meter: 900 },
      state: 'silent',
      limits_rev: 1,
    });
  });

  it('refuses control without limits, a taken id and a bad shape, each with its code', async () => {
    const bare = await register({ id: 'a', control: 'on', circuits: [{ id: 'low' }] });
    expect([bare.statusCode, bare.json().code]).toEqual([422, 'limits_missing']);
    expect(http.registry.stations()).toEqual([]);
    await register({ id: 'a' });
    const again = await register({ id: 'a' });
    expect([again.statusCode, again.json().code]).toEqual([409, 'already_exists']);
    const bad = await register({ id: 'A B', priority: 'low' });
    expect(bad.statusCode).toBe(400);
    expect(bad.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'id' }, { path: 'priority' }],
    });
  });

  it('leaves nothing behind when the center cannot take the settings', async () => {
    http.center.unwritable = new HeatError('not_ready', 'The center cannot write to its disk.');
    expect((await register(STATION)).statusCode).toBe(503);
    expect(http.registry.station('dongshan-3')).toBeUndefined();
  });
});

describe('a registered station', () => {
  const url = '/api/v1/stations/dongshan-3';
  beforeEach(() => {
    addStation(http);
  });

  it('is listed with values, words for states, setpoints and reasons', async () => {
    http.center.measure('dongshan-3', {
      'primary.supply_c': 98.4,
      'circuits.low.supply_c': 55.1,
      'circuits.low.supply_set_c': 55,
      'circuits.low.follows': 0,
      'circuits.low.pumps.a.running': 1,
    });
    http.center.decide('dongshan-3', {
      circuit: 'low',
      at: http.center.now,
      decisions: [
        {
          name: 'supply_c',
          value: 55,
          wanted: 57.6,
          reason: { code: 'return_limit', params: { max: 55, return_c: 47, limit_c: 45 } },
          trace: [
            {
              reason: { code: 'weather_curve', params: { outdoor_c: 0 } },
              binding: false,
              overridden: false,
            },
            {
              reason: { code: 'return_limit', params: { max: 55 } },
              max: 55,
              binding: true,
              overridden: false,
            },
          ],
        },
      ],
    });
    const { stations } = SCHEMAS.listStations.response[200].parse(
      (await http.ask({ url: '/api/v1/stations' })).json(),
    );
    expect(stations[0]).toMatchObject({
      state: 'good',
      deviation_k: 0.1,
      points: {
        'primary.supply_c': [http.center.now, 98.4, 'good'],
        'circuits.low.follows': [http.center.now, 'center', 'good'],
        'circuits.low.pumps.a.running': [http.center.now, true, 'good'],
      },
      setpoints: { low: [{ name: 'supply_c', value: 55, wanted: 57.6, reason: { code: 'return_limit' } }] },
    });
  });

  it('is read with what engineers look for', async () => {
    const detail = stationDetail.parse((await http.ask({ url })).json());
    expect(detail).toMatchObject({
      counters: { out_of_range: 2 },
      unknown_points: [{ point: 'primary.suply_c', count: 4 }],
      gaps: [{ boot: 'b1', from_seq: 3, to_seq: 9 }],
    });
    const missing = await http.ask({ url: '/api/v1/stations/nowhere' });
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'not_found']);
  });

  it('is changed in what is given; new limits are a new revision', async () => {
    const change = async (payload: object) => {
      const answer = await http.ask({ method: 'PATCH', url, payload });
      expect(answer.statusCode).toBe(200);
      return stationDetail.parse(answer.json());
    };
    expect(await change({ priority: 'hospital', every_s: { default: 10 } })).toMatchObject({
      name: { en: 'Dongshan 3' },
      priority: 'hospital',
      every_s: { default: 10, meter: 900 },
      limits_rev: 1,
    });
    const [low] = STATION.circuits;
    const circuits = [{ ...low, limits: { supply_min_c: 30, supply_max_c: 80 } }];
    expect(await change({ circuits })).toMatchObject({ limits_rev: 2, control: 'on' });
    expect(await change({ circuits })).toMatchObject({ limits_rev: 2 });
    expect(http.center.settled).toEqual(['dongshan-3', 'dongshan-3', 'dongshan-3']);
    const refused = await http.ask({ method: 'PATCH', url, payload: { circuits: [{ id: 'low' }] } });
    expect(refused.json()).toMatchObject({ status: 422, code: 'limits_missing' });
  });

  it('says who changed what and when', async () => {
    await http.ask({ method: 'PATCH', url, payload: { priority: 'school' } });
    const { entries } = SCHEMAS.stationAudit.response[200].parse(
      (await http.ask({ url: `${url}/audit` })).json(),
    );
    expect(entries.map(({ action, by }) => [action, by])).toEqual([
      ['change', 'automation'],
      ['add', 'test'],
    ]);
    expect(JSON.parse(entries[0]?.before ?? '')).toMatchObject({ priority: 'ordinary' });
    expect(JSON.parse(entries[0]?.after ?? '')).toMatchObject({ priority: 'school' });
  });

  it('gets another secret, and the old connection ends', async () => {
    const { mqtt } = (await http.ask({ method: 'POST', url: `${url}/secret` })).json();
    expect(http.registry.authenticate('dongshan-3', mqtt.password)).toBeDefined();
    expect(http.center.disconnected).toEqual(['dongshan-3']);
    expect((await http.ask({ method: 'POST', url: '/api/v1/stations/nowhere/secret' })).statusCode).toBe(404);
  });

  it('is removed with its login, and gateways lose it', async () => {
    http.registry.addLogin(
      { id: 'gateway-1', kind: 'gateway', stations: ['dongshan-3'] },
      { by: 'x', at: 0 },
    );
    expect((await http.ask({ method: 'DELETE', url })).statusCode).toBe(204);
    expect(http.registry.stations()).toEqual([]);
    expect(http.registry.credential('gateway-1')?.stations).toEqual([]);
    expect(http.center.settled).toEqual(['dongshan-3']);
    expect(http.center.disconnected).toEqual(['dongshan-3', 'gateway-1']);
    expect((await http.ask({ method: 'DELETE', url })).statusCode).toBe(404);
  });
});

describe('logins', () => {
  const add = (payload: object) => http.ask({ method: 'POST', url: '/api/v1/logins', payload });

  it('let a gateway speak for registered stations and a reader for none', async () => {
    addStation(http);
    const { id, mqtt } = SCHEMAS.addGateway.response[201].parse(
      (await add({ id: 'gateway-1', kind: 'gateway', stations: ['dongshan-3'] })).json(),
    );
    expect(http.registry.authenticate(id, mqtt.password)).toEqual({
      id: 'gateway-1',
      kind: 'gateway',
      stations: ['dongshan-3'],
    });
    expect((await add({ id: 'gateway-2', kind: 'gateway', stations: ['nowhere'] })).statusCode).toBe(404);
    expect((await add({ id: 'reader-1', kind: 'reader', stations: ['dongshan-3'] })).statusCode).toBe(400);
    expect((await add({ id: 'dongshan-3', kind: 'reader' })).statusCode).toBe(409);
    expect((await add({ id: 'heat-center', kind: 'reader' })).statusCode).toBe(409);
  });

  it('are revoked, but a station is not removed that way', async () => {
    addStation(http);
    await add({ id: 'reader-1', kind: 'reader' });
    const remove = (id: string) => http.ask({ method: 'DELETE', url: `/api/v1/logins/${id}` });
    expect((await remove('reader-1')).statusCode).toBe(204);
    expect(http.center.disconnected).toEqual(['reader-1']);
    expect((await remove('reader-1')).statusCode).toBe(404);
    expect((await remove('dongshan-3')).statusCode).toBe(404);
    expect(http.registry.credential('dongshan-3')).toBeDefined();
  });
});
