import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyAnswer } from '@heat-center/api/history.ts';
import { commandView } from '@heat-center/api/commands.ts';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRecord } from '../../domain/effects.ts';
import { addStation, httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { NOW } from '../../testing/fake-center.ts';
import { describeApi } from './openapi.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
  addStation(http);
});
afterEach(async () => {
  await http.close();
});

const STATION_URL = '/api/v1/stations/dongshan-3';

describe('wishes', () => {
  const url = `${STATION_URL}/commands`;
  const send = (payload: object) => http.ask({ method: 'POST', url, payload });

  it('go to the center under the name of whoever asked', async () => {
    const answer = await send({ kind: 'setpoints', circuit: 'low', supply_c: 58, reason: 'complaint' });
    expect(answer.statusCode).toBe(202);
    const { id } = SCHEMAS.sendCommand.response[202].parse(answer.json());
    expect(http.center.wishes).toEqual([
      {
        station: 'dongshan-3',
        wish: {
          id,
          by: 'automation',
          reason: 'complaint',
          kind: 'setpoints',
          circuit: 'low',
          setpoints: { supply_c: 58 },
          hold_s: 14_400,
        },
      },
    ]);
  });

  it('of every kind arrive whole', async () => {
    const target = { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 600 };
    await send({ kind: 'cancel', cancels: 'abc' });
    await send({ kind: 'release' });
    await send({ kind: 'select', ...target });
    await send({ kind: 'operate', ...target, select_id: 'def' });
    expect(http.center.wishes.map(({ wish }) => wish)).toMatchObject([
      { kind: 'cancel', cancels: 'abc' },
      { kind: 'release' },
      { kind: 'select', ...target },
      { kind: 'operate', ...target, select_id: 'def' },
    ]);
  });

  it('without a setpoint or for a station that is not there are refused', async () => {
    expect((await send({ kind: 'setpoints', circuit: 'low' })).statusCode).toBe(400);
    const elsewhere = await http.ask({
      method: 'POST',
      url: '/api/v1/stations/nowhere/commands',
      payload: { kind: 'release' },
    });
    expect(elsewhere.statusCode).toBe(404);
    expect(http.center.wishes).toEqual([]);
  });

  it('are followed by their id', async () => {
    const record: CommandRecord = {
      id: 'c1',
      kind: 'setpoints',
      circuit: 'low',
      by: 'automation',
      at: NOW,
      ends_at: NOW + 1,
      state: 'refused',
      why: 'local_mode',
      asked: { supply_c: 58 },
      steps: [{ state: 'pending', at: NOW }],
    };
    http.center.command('dongshan-3', record);
    const one = await http.ask({ url: `${url}/c1` });
    expect(commandView.parse(one.json())).toEqual(record);
    const all = SCHEMAS.listCommands.response[200].parse((await http.ask({ url })).json());
    expect(all.commands).toHaveLength(1);
    expect((await http.ask({ url: `${url}/c2` })).statusCode).toBe(404);
  });
});

describe('history', () => {
  const ask = (query: string) => http.ask({ url: `${STATION_URL}/history?${query}` });

  it('answers in the order of the question, with units, and nothing for points it does not know', async () => {
    http.history.series.set('outdoor_c', { point: 'outdoor_c', total: 900, points: [[NOW, -3.1, 'good']] });
    http.history.lagging = { behind_s: 7, bytes: 100 };
    const answer = await ask(`points=primary.suply_c,outdoor_c&from=${NOW - 1000}&to=${NOW}&max_points=40`);
    expect(historyAnswer.parse(answer.json())).toEqual({
      series: [
        { point: 'primary.suply_c', unit: '', total: 0, points: [] },
        { point: 'outdoor_c', unit: '°C', total: 900, points: [[NOW, -3.1, 'good']] },
      ],
      source: 'embedded',
      behind_s: 7,
    });
    expect(http.history.queries).toEqual([
      { station: 'dongshan-3', points: ['outdoor_c'], from: NOW - 1000, to: NOW, maxPoints: 40 },
    ]);
  });

  it('takes ISO 8601 with an offset', async () => {
    const from = encodeURIComponent('2026-11-22T08:00:00+08:00');
    await ask(`points=outdoor_c&from=${from}&to=2026-11-22T01:00:00Z`);
    expect(http.history.queries[0]).toMatchObject({
      from: Date.UTC(2026, 10, 22, 0),
      to: Date.UTC(2026, 10, 22, 1),
    });
  });

  it('refuses spans that end before they begin, and questions without sense', async () => {
    for (const query of [
      `points=outdoor_c&from=${NOW}&to=${NOW}`,
      `points=outdoor_c&from=yesterday&to=${NOW}`,
      `points=outdoor_c&from=1`,
      `points=&from=1&to=2`,
      `points=outdoor_c&from=1&to=2&max_points=1`,
    ]) {
      const answer = await ask(query);
      expect([answer.statusCode, answer.json().code], query).toEqual([400, 'invalid_request']);
    }
    expect(http.history.queries).toEqual([]);
  });

  it('counts, and tells the setpoints of the past', async () => {
    const count = await http.ask({ url: `${STATION_URL}/history/count` });
    expect(SCHEMAS.historyCount.response[200].parse(count.json())).toMatchObject({ samples: 2, readings: 9 });
    const stored = {
      at: NOW,
      circuit: 'low',
      name: 'supply_c',
      value: 55,
      wanted: 57,
      reason: 'ramp',
      trace: '[]',
    };
    http.history.stored.push(stored);
    const answer = await http.ask({ url: `${STATION_URL}/setpoints?from=1&to=2` });
    expect(SCHEMAS.setpointHistory.response[200].parse(answer.json())).toEqual({ setpoints: [stored] });
  });
});

describe('the center', () => {
  it('says whether it lives and is ready, to anybody', async () => {
    const ask = (url: string) => http.app.inject({ url });
    expect((await ask('/health/live')).json()).toEqual({ live: true });
    expect((await ask('/health/ready')).json()).toEqual({ ready: true, why: [] });
    http.center.ready = false;
    const answer = await ask('/health/ready');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, why: ['the disk is full'] }]);
  });

  it('gives figures to Prometheus', async () => {
    http.history.lagging = { behind_s: 12, bytes: 0, trouble: 'no token' };
    const { body, headers } = await http.ask({ url: '/metrics' });
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'heat_center_messages{code="not_json"} 3',
      'heat_center_stations 1',
      'heat_center_feed_clients 0',
      'heat_center_history_behind_seconds 12',
      'heat_center_history_in_trouble 1',
      'heat_center_journal_bytes 4096',
      'heat_center_ready 1',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('goes above the epoch that stations obey once a person confirms', async () => {
    http.center.conflicts = [{ station: 'dongshan-3', epoch: 41 }];
    const confirm = () => http.ask({ method: 'POST', url: '/api/v1/center/epoch' });
    expect((await confirm()).json()).toEqual({ epoch: 42 });
    expect((await confirm()).statusCode).toBe(409);
  });

  it('shows what was refused', async () => {
    http.center.rejects.push({ at: NOW, station: 'dongshan-3', code: 'not_json', excerpt: '{"v":' });
    const answer = await http.ask({ url: '/api/v1/rejected' });
    expect(SCHEMAS.rejected.response[200].parse(answer.json()).rejected).toHaveLength(1);
  });
});

describe('the description', () => {
  it('is the same with and without a running center', async () => {
    const served = await http.ask({ url: '/api/openapi.json' });
    expect(served.json()).toEqual(JSON.parse(JSON.stringify(await describeApi())));
  });

  it('names requests, answers and problems of the contract', async () => {
    const { paths } = (await http.ask({ url: '/api/openapi.json' })).json();
    const wish = paths['/api/v1/stations/{id}/commands'].post;
    expect(Object.keys(wish.responses)).toEqual(['202', 'default']);
    expect(wish.responses.default.content).toHaveProperty('application/problem+json');
    expect(paths['/health/live'].get.security).toEqual([]);
    expect(paths).not.toHaveProperty('/{*}');
  });

  it('is a page without anything inline, for those who are signed in', async () => {
    expect((await http.app.inject({ url: '/api/docs/' })).statusCode).toBe(401);
    const page = await http.ask({ url: '/api/docs/' });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style|style=|on\w+=/);
    const script = /src="\.([^"]*bundle\.js)"/.exec(page.body)?.[1];
    expect((await http.ask({ url: `/api/docs${script}` })).statusCode).toBe(200);
    expect((await http.ask({ url: '/api/docs/json' })).json().openapi).toBe('3.1.0');
  });
});

describe('the dashboard', () => {
  it('is announced while it is being built', async () => {
    const { body, headers } = await http.app.inject({ url: '/' });
    expect(body).toContain('http-equiv="refresh"');
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('is one page at every address, with a nonce of its own each time', async () => {
    const dist = await mkdtemp(join(tmpdir(), 'heat-dist-'));
    await mkdir(join(dist, 'assets'));
    await writeFile(join(dist, 'index.html'), '<!doctype html><html><head><title>x</title></head></html>');
    await writeFile(join(dist, 'assets', 'index-Dk3a.js'), 'export {};');
    const built = await httpFixture({ dashboardDist: dist });
    const ask = (url: string) => built.app.inject({ url });
    const nonces = new Set<string>();
    for (const url of ['/', '/stations/dongshan-3', '/index.html', '/overview?sort=age']) {
      const { body, headers } = await ask(url);
      const nonce = /<meta property="csp-nonce" nonce="([^"]+)">/.exec(body)?.[1] ?? '';
      expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
      expect(headers['cache-control']).toBe('no-cache');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
    const asset = await ask('/assets/index-Dk3a.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    for (const url of ['/assets/gone.js', '/../package.json', '/%2e%2e/package.json', '/favicon.ico']) {
      expect((await ask(url)).statusCode, url).toBe(404);
    }
    await built.close();
    await rm(dist, { recursive: true });
  });
});
