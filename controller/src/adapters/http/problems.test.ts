import { problem } from '@heat-center/api/common.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addStation, httpFixture, type Fixture } from '../../testing/http-fixture.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
  addStation(http);
});
afterEach(async () => {
  await http.close();
});

const json = { 'content-type': 'application/json' } as const;
const wish = { kind: 'setpoints', circuit: 'low', supply_c: 58 } as const;

describe('problem details', () => {
  it('answer an address that does not exist', async () => {
    for (const url of ['/api/v1/nothing', '/api', '/health/nothing', '/metrics/nothing']) {
      const answer = await http.ask({ url });
      expect(answer.statusCode, url).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(problem.parse(answer.json())).toMatchObject({
        type: 'urn:heat-center:error:not_found',
        code: 'not_found',
      });
    }
    expect((await http.ask({ method: 'DELETE', url: '/nothing' })).json().code).toBe('not_found');
  });

  it('take an empty body for none, whatever type it claims', async () => {
    const answer = await http.ask({ method: 'DELETE', url: '/api/v1/stations/nowhere', headers: json });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('answer what is not JSON, too large or of another type', async () => {
    const post = (payload: string, headers: Record<string, string> = json) =>
      http.ask({ method: 'POST', url: '/api/v1/stations', payload, headers });
    expect(problem.parse((await post('{')).json())).toMatchObject({ status: 400, code: 'invalid_request' });
    expect((await post(JSON.stringify({ id: 'x'.repeat(70_000) }))).json()).toMatchObject({
      status: 413,
      code: 'too_large',
    });
    expect((await post('<id/>', { 'content-type': 'text/xml' })).json()).toMatchObject({
      status: 415,
      code: 'invalid_request',
    });
  });

  it('name each field that is wrong', async () => {
    const answer = await http.ask({
      method: 'POST',
      url: '/api/v1/stations/dongshan-3/commands',
      payload: { ...wish, supply_c: 'hot', hold_s: 1 },
    });
    const { code, errors, remedy } = problem.parse(answer.json());
    expect(code).toBe('invalid_request');
    expect(errors?.map(({ path }) => path)).toEqual(['supply_c', 'hold_s']);
    expect(remedy).not.toBe('');
  });

  it('say which limits a wish broke', async () => {
    http.center.refuses = new HeatError('out_of_range', 'supply_c must be 30 to 85.', { min: 30, max: 85 });
    const answer = await http.ask({
      method: 'POST',
      url: '/api/v1/stations/dongshan-3/commands',
      payload: wish,
    });
    expect(answer.statusCode).toBe(422);
    expect(problem.parse(answer.json())).toMatchObject({
      code: 'out_of_range',
      detail: 'supply_c must be 30 to 85.',
      limits: { min: 30, max: 85 },
    });
  });

  it('tell nothing of what broke inside but the request by its id', async () => {
    http.history.fails = new Error('secret path /var/lib/x');
    const answer = await http.ask({
      url: '/api/v1/stations/dongshan-3/history?points=outdoor_c&from=1&to=2',
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe('internal');
    expect(answer.body).not.toContain('secret');
    expect(answer.json().detail).toMatch(/[0-9a-f-]{36}/);
  });

  it('ask for a sign-in where nobody is', async () => {
    const answer = await http.app.inject({ url: '/api/v1/stations' });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(problem.parse(answer.json()).remedy).toContain('pnpm heat link');
  });
});

describe('headers', () => {
  it('hold a policy without unsafe sources, also on errors', async () => {
    for (const url of ['/', '/api/v1/stations', '/api/docs/', '/nothing.js']) {
      const { headers } = await http.ask({ url });
      const policy = String(headers['content-security-policy']);
      expect(policy, url).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
    }
  });
});
