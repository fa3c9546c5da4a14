/**
 * Test fixture: a center of its own for looking at the dashboard, without MQTT, control or a database.
 * `node test/fake-center.ts [stations] [port]`; GET /fake/drop cuts the feeds and refuses new ones,
 * /fake/heal takes them again, /fake/trouble shows an epoch conflict and a lagging history, /fake/viewer and the like
 * change who is signed in.
 */
import { ROLES } from '@heat-center/api/access.ts';
import type { Role } from '@heat-center/api/access.ts';
import { wishBody } from '@heat-center/api/commands.ts';
import type { CommandState, CommandView, WishBody } from '@heat-center/api/commands.ts';
import type { CenterView, LiveChanges } from '@heat-center/api/live.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { fakePeople, fakeSession } from './fake-people.ts';
import { fakePoints, fakeStation, fakeValue } from './fake-stations.ts';

/** What it serves; another build of the dashboard by HEAT_CENTER_DIST. */
const DIST = new URL(process.env['HEAT_CENTER_DIST'] ?? '../dist/', import.meta.url);
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};
const STEPS: readonly CommandState[] = ['sent', 'accepted', 'applied', 'achieved'];

class FakeCenter {
  readonly stations = new Map<string, StationView>();
  readonly commands = new Map<string, CommandView[]>();
  readonly feeds = new Map<WebSocket, number>();
  readonly server: Server;
  center: CenterView = {
    name: 'Yangquan Heat',
    zone: 'Asia/Shanghai',
    epoch: 1_795_305_600,
    version: '0.1.0',
    epoch_conflicts: [],
    history_behind_s: 0,
    troubles: [],
  };
  down = false;
  signedIn = true;
  role: Role = 'administrator';
  private readonly timer: NodeJS.Timeout;

  constructor(count: number, periodMs: number) {
    for (let index = 0; index < count; index += 1) {
      const view = fakeStation(index, Date.now());
      this.stations.set(view.id, view);
    }
    this.server = createServer((request, response) => void this.answer(request, response));
    const sockets = new WebSocketServer({ noServer: true });
    this.server.on('upgrade', (request, socket, head) => {
      if (this.down) socket.destroy();
      else sockets.handleUpgrade(request, socket, head, (ws) => this.join(ws));
    });
    this.timer = setInterval(() => this.beat(), periodMs);
  }

  close(): void {
    clearInterval(this.timer);
    for (const ws of this.feeds.keys()) ws.terminate();
    this.server.close();
    this.server.closeAllConnections();
  }

  private join(ws: WebSocket): void {
    this.feeds.set(ws, 0);
    ws.on('close', () => this.feeds.delete(ws));
    const stations = Object.fromEntries(this.stations);
    ws.send(JSON.stringify({ type: 'snapshot', n: 0, at: Date.now(), center: this.center, stations }));
  }

  send(change: Partial<LiveChanges>): void {
    for (const [ws, n] of this.feeds) {
      this.feeds.set(ws, n + 1);
      ws.send(
        JSON.stringify({ type: 'changes', n: n + 1, at: Date.now(), stations: {}, commands: {}, ...change }),
      );
    }
  }

  /** A quarter of the live stations speak at each beat. */
  private turn = 0;
  beat(): void {
    this.turn += 1;
    const at = Date.now();
    const stations: LiveChanges['stations'] = {};
    for (const [index, view] of [...this.stations.values()].entries()) {
      if (index % 4 !== this.turn % 4 || ['offline', 'silent', 'stale'].includes(view.state)) continue;
      const points = fakePoints(view, index, at);
      this.stations.set(view.id, { ...view, points, heard_at: at });
      stations[view.id] = { points, heard_at: at };
    }
    this.send({ stations });
  }

  private progress(station: string, command: CommandView, ways: readonly CommandState[]): void {
    const [state, ...rest] = ways;
    if (!state) return;
    const next = { ...command, state, steps: [...command.steps, { state, at: Date.now() }] };
    const list = (this.commands.get(station) ?? []).filter(({ id }) => id !== next.id);
    this.commands.set(station, [next, ...list]);
    this.send({ commands: { [station]: [next] } });
    setTimeout(() => this.progress(station, next, rest), 400).unref();
  }

  private wish(station: string, body: WishBody) {
    const at = Date.now();
    if (body.kind === 'cancel') {
      const known = (this.commands.get(station) ?? []).find(({ id }) => id === body.cancels);
      if (!known) return problem(404, 'not_found');
      const state = 'cancelled' as const;
      const ended: CommandView = { ...known, state, steps: [...known.steps, { state, at }] };
      this.commands.set(station, [ended]);
      this.send({ commands: { [station]: [ended] } });
      return { status: 202, json: { id: known.id, state: 'pending' } };
    }
    if (body.kind === 'release') return problem(400, 'invalid_request');
    if (body.kind !== 'setpoints') return this.actuate(station, body);
    const { kind, circuit, supply_c, flow_m3_h, hold_s, reason } = body;
    if ((supply_c ?? 50) > 85) return problem(422, 'out_of_range', { min: 30, max: 85 });
    const asked: CommandView['asked'] = supply_c === undefined ? { flow_m3_h: flow_m3_h ?? 0 } : { supply_c };
    const id = `c${at}`;
    const steps: CommandView['steps'] = [{ state: 'pending', at }];
    const times = { at, ends_at: at + hold_s * 1000 };
    this.progress(
      station,
      { id, kind, circuit, by: 'admin', ...times, state: 'pending', reason, asked, steps },
      STEPS,
    );
    return { status: 202, json: { id, state: 'pending' } };
  }

  /** Selected for 30 s, then operated; a station in frost protection would refuse. */
  private actuate(station: string, body: Extract<WishBody, { kind: 'select' | 'operate' }>) {
    const at = Date.now();
    const { kind, target, action, hold_s, reason } = body;
    const id = `${kind}-${at}`;
    const ends_at = at + (kind === 'select' ? 30_000 : hold_s * 1000);
    const steps: CommandView['steps'] = [{ state: 'pending', at }];
    const asked = { target, action, hold_s };
    this.progress(
      station,
      { id, kind, circuit: null, by: 'li.wei', at, ends_at, state: 'pending', reason, asked, steps },
      STEPS.slice(0, kind === 'select' ? 2 : 3),
    );
    return { status: 202, json: { id, state: 'pending' } };
  }

  private history(view: StationView, query: URLSearchParams) {
    const index = [...this.stations.keys()].indexOf(view.id);
    const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
    const shown = Math.min(Number(query.get('max_points')), Math.floor((to - from) / 10_000));
    const step = (to - from) / shown;
    const series = (query.get('points') ?? '').split(',').map((point) => {
      const points = Array.from({ length: shown }, (_, i) => Math.round(from + i * step)).flatMap((at, i) => {
        const value = fakeValue({ view, index, at }, point);
        const gap = i > shown * 0.4 && i < shown * 0.45;
        if (gap || value === undefined) return [];
        const number = typeof value === 'number' ? value : Number(value === true);
        return [[at, number, i % 97 === 50 ? 'bad' : 'good']];
      });
      return { point, unit: '', total: Math.floor((to - from) / 10_000), points };
    });
    return { status: 200, json: { series, source: 'embedded', behind_s: this.center.history_behind_s } };
  }

  private route(method: string, url: URL, text: string) {
    const [, , , name, id = '', part] = url.pathname.split('/');
    if (name === 'session') {
      if (id === 'password') return { status: 204, json: null };
      if (method === 'POST' || method === 'DELETE') this.signedIn = method === 'POST';
      if (method === 'DELETE') return { status: 204, json: null };
      return this.signedIn
        ? { status: 200, json: fakeSession(this.role) }
        : problem(401, 'not_authenticated');
    }
    const people = fakePeople({ method, name: name ?? '', text, query: url.searchParams });
    if (people) return people;
    if (name === 'center') {
      this.center = { ...this.center, epoch_conflicts: [] };
      this.send({ center: this.center });
      return { status: 200, json: { epoch: this.center.epoch + 1 } };
    }
    if (name === 'rejected') {
      const excerpt = '{"v":1,"seq":42,"primary":{"supply_c":98.4,"return_c":51.2}}';
      const one = { at: Date.now() - 90_000, station: 'binhe-1', code: 'no_time', excerpt };
      return {
        status: 200,
        json: { rejected: [one, { ...one, code: 'not_json', excerpt: 'hello', at: one.at - 5000 }] },
      };
    }
    const view = this.stations.get(id);
    if (!view) return problem(404, 'not_found');
    if (part === 'history') return this.history(view, url.searchParams);
    if (part === 'commands' && method === 'POST') return this.wish(id, wishBody.parse(JSON.parse(text)));
    const more = {
      commands: this.commands.get(id) ?? [],
      limits_rev: 3,
      counters: { unknown_point: 4, late: 1 },
      unknown_points: [{ point: 'circuits.low.suply_c', count: 4, last_at: Date.now() - 4000 }],
      gaps: [{ boot: '9f1c77ab20d4e6f1', from_seq: 210, to_seq: 214, at: Date.now() - 7_200_000 }],
    };
    return { status: 200, json: { ...view, ...more } };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    response.setHeader('content-security-policy', "default-src 'self'");
    if (url.pathname.startsWith('/api/')) {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { status, json } = this.route(request.method ?? 'GET', url, text);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(json === null ? '' : JSON.stringify(json));
      return;
    }
    if (url.pathname.startsWith('/fake/')) {
      this.command(url.pathname.slice(6));
      response.end('ok');
      return;
    }
    const file = url.pathname.includes('.') ? url.pathname.slice(1) : 'index.html';
    const bytes = await readFile(new URL(file, DIST)).catch(() => null);
    response.writeHead(bytes ? 200 : 404, {
      'content-type': TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain',
    });
    response.end(bytes);
  }

  private command(word: string): void {
    this.down = word === 'drop';
    if (this.down) for (const ws of this.feeds.keys()) ws.terminate();
    this.role = ROLES.find((role) => role === word) ?? this.role;
    if (word !== 'trouble') return;
    const epoch_conflicts = [{ station: 'binhe-1', epoch: 1_795_400_000 }];
    const since = Date.now() - 240_000;
    const troubles: CenterView['troubles'] = [
      { code: 'disk_low', since, params: { free_mib: 1740, hours_left: 9.4 } },
      {
        code: 'history_stopped',
        since,
        params: { detail: 'connect ECONNREFUSED 127.0.0.1:8086', behind_s: 240 },
      },
    ];
    this.center = { ...this.center, epoch_conflicts, history_behind_s: 240, troubles };
    this.send({ center: this.center });
  }
}

function problem(status: number, code: string, limits?: { min: number; max: number }) {
  return { status, json: { type: 'about:blank', title: code, status, code, detail: '', remedy: '', limits } };
}

export interface RunningFake {
  readonly port: number;
  readonly center: FakeCenter;
}

export async function startFakeCenter(options: {
  count: number;
  port: number;
  periodMs: number;
}): Promise<RunningFake> {
  const center = new FakeCenter(options.count, options.periodMs);
  await new Promise<void>((resolve) => center.server.listen(options.port, '127.0.0.1', resolve));
  const address = center.server.address();
  return { center, port: typeof address === 'object' && address ? address.port : 0 };
}

if (import.meta.main) {
  const [count = '24', port = '8090'] = process.argv.slice(2);
  const running = await startFakeCenter({ count: Number(count), port: Number(port), periodMs: 250 });
  console.log(`http://127.0.0.1:${running.port}/`);
}
