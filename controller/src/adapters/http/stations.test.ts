import { stationDetail } from '@heat-center/api/stations.ts';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFixture, STATION, type Fixture } from '../../testing/http-fixture.ts';

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
