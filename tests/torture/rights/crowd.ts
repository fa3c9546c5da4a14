/** Everybody who asks the center at random, and those who take rights away from them meanwhile. */
import { once } from 'node:events';
import { ACTIONS, ROLES, type Action, type Role } from '@heat-center/api/access.ts';
import { ROUTES, type Route } from '@heat-center/api/routes.ts';
import { uniform, type Random } from '@heat-center/simulators/plant/random.ts';
import { WebSocket } from 'ws';
import type { CenterProcess } from '../../support/center.ts';
import { ASKED, declared, urlOf, type Holder, type Person, World } from './world.ts';

export interface Figures {
  asked: number;
  ended: number;
  /** What was answered otherwise than declared. */
  readonly wrong: string[];
  feedsEnded: number;
  slowestEnd_ms: number;
}

interface OpenFeed {
  readonly socket: WebSocket;
  readonly holder: Holder;
}

const FEED_ENDS_WITHIN_MS = 5000;
const USERS = '/api/v1/users';

export class Crowd {
  readonly world = new World();
  readonly figures: Figures = { asked: 0, ended: 0, wrong: [], feedsEnded: 0, slowestEnd_ms: 0 };
  readonly #random: Random;
  #center: CenterProcess;
  #feeds: OpenFeed[] = [];
  #names = 0;

  constructor(center: CenterProcess, random: Random) {
    this.#center = center;
    this.#random = random;
  }

  /** Goes on with a center that was started again on the same folder: its ports are others. */
  moveTo(center: CenterProcess): void {
    for (const { socket } of this.#feeds) socket.terminate();
    this.#feeds = [];
    this.#center = center;
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(uniform(this.#random) * list.length)];
  }

  #chance(part: number): boolean {
    return uniform(this.#random) < part;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}-${this.#names}`;
  }

  async addPerson(): Promise<void> {
    const role = this.#pick(ROLES) ?? 'viewer';
    const person: Person = { id: this.#name('p'), role, disabled: false, password: '' };
    const body = { id: person.id, role };
    person.password = (await this.#center.call<{ password: string }>('POST', USERS, body)).password;
    this.world.people.set(person.id, person);
    await this.signIn(person);
  }

  async signInAgain(): Promise<void> {
    const person = this.#pick([...this.world.people.values()]);
    if (person) await this.signIn(person);
  }

  /** Signs in from an address of its own; a disabled person must be refused. */
  async signIn(person: Person): Promise<void> {
    const { url } = this.#center;
    this.#names += 1;
    const response = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': this.#address() },
      body: JSON.stringify({ user: person.id, password: person.password }),
    });
    const expected = person.disabled ? 401 : 200;
    this.#expect(response.status, expected, `${person.id} signs in`);
    if (response.status !== 200) return;
    const [cookie = ''] = (response.headers.getSetCookie()[0] ?? '').split(';');
    await this.#openFeed(this.world.signedIn(person, cookie, url));
  }

  async addToken(): Promise<void> {
    const role = this.#pick(ROLES) ?? 'viewer';
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
    const actions = Object.keys(ACTIONS) as Action[];
    const scope = this.#chance(0.5) ? actions.filter(() => this.#chance(0.4)) : [];
    const body = { name: this.#name('t'), role, ...(scope.length > 0 ? { scope } : {}) };
    const { id, token } = await this.#center.call<{ id: string; token: string }>(
      'POST',
      '/api/v1/tokens',
      body,
    );
    await this.#openFeed(this.world.given(id, token, { role, scope: scope.length > 0 ? scope : null }));
  }

  /** Takes something away from somebody; from its answer on it must be gone. */
  async takeAway(): Promise<void> {
    const person = this.#pick([...this.world.people.values()]);
    if (!person) return;
    const path = `${USERS}/${person.id}`;
    const change = async (body: object): Promise<void> => {
      await this.#center.call('PATCH', path, body);
    };
    await this.#ending(person.id, async () => {
      const what = uniform(this.#random);
      if (what < 0.3) {
        const role: Role = this.#pick(ROLES.filter((other) => other !== person.role)) ?? 'viewer';
        await change({ role });
        person.role = role;
      } else if (what < 0.55) {
        await change({ disabled: true });
        person.disabled = true;
      } else if (what < 0.75) {
        person.password = `another password ${this.#name('w')}`;
        await change({ password: person.password });
      } else {
        await this.#center.call('DELETE', path);
        this.world.people.delete(person.id);
      }
    });
  }

  async revokeToken(): Promise<void> {
    const token = this.#pick(this.world.holders.filter(({ stands, kind }) => stands && kind === 'token'));
    if (!token) return;
    await this.#ending(token.of, () => this.#center.call('DELETE', `/api/v1/tokens/${token.of}`));
  }

  async enable(): Promise<void> {
    const person = this.#pick([...this.world.people.values()].filter(({ disabled }) => disabled));
    if (!person) return;
    await this.#center.call('PATCH', `${USERS}/${person.id}`, { disabled: false });
    person.disabled = false;
  }

  /** Somebody asks for something; what comes back must be what is declared. */
  async ask(holder = this.#pick(this.world.holders), name = this.#pick(ASKED)): Promise<void> {
    if (!holder || !name) return;
    const route: Route = ROUTES[name];
    const expected = declared(route, holder);
    const status = await this.#statusOf(route, holder);
    const refused = status === 401 || status === 403 ? status : undefined;
    this.#expect(refused, expected, `${name} by ${holder.what} (${holder.stands ? 'stands' : 'ended'})`);
  }

  /** Asks of everybody at once, once each. */
  async askAll(): Promise<void> {
    for (const holder of this.world.holders) await this.ask(holder, 'listStations');
  }

  async #statusOf(route: Route, { headers }: Holder): Promise<number> {
    this.figures.asked += 1;
    const response = await fetch(this.#center.url + urlOf(route), {
      method: route.method,
      headers: { ...headers, ...this.#originOf(headers), 'x-forwarded-for': this.#address() },
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The page's address is the center's of now. */
  #originOf(headers: Holder['headers']): Record<string, string> {
    return headers.origin === undefined ? {} : { origin: this.#center.url };
  }

  /** Others ask while it ends; afterwards nobody of those it ended gets in, and their feeds are closed in time. */
  async #ending(of: string, end: () => Promise<unknown>): Promise<void> {
    const feeds = this.#feeds.filter(({ holder }) => holder.of === of && holder.stands);
    const closed = feeds.map(({ socket }) => once(socket, 'close'));
    const standing = this.world.holders.filter((holder) => holder.of === of && holder.stands);
    const meanwhile = standing.map((holder) => this.#statusOf(ROUTES.listStations, holder));
    await end();
    const since = performance.now();
    this.figures.ended += 1;
    for (const holder of this.world.end(of)) await this.ask(holder, 'listStations');
    await Promise.all(meanwhile);
    for (const closing of closed) {
      const late = new Promise((resolve) => {
        setTimeout(resolve, FEED_ENDS_WITHIN_MS, 'late').unref();
      });
      if ((await Promise.race([closing, late])) === 'late') {
        this.figures.wrong.push(`a feed of ${of} stayed open`);
      }
      this.figures.feedsEnded += 1;
      this.figures.slowestEnd_ms = Math.max(this.figures.slowestEnd_ms, performance.now() - since);
    }
    this.#feeds = this.#feeds.filter(({ holder }) => holder.stands);
    const lost = this.#feeds.filter(({ socket }) => socket.readyState !== WebSocket.OPEN);
    for (const { holder } of lost) this.figures.wrong.push(`the feed of ${holder.what} was closed`);
    this.world.forget(50);
  }

  async #openFeed(holder: Holder): Promise<void> {
    const url = `${this.#center.url.replace('http', 'ws')}/api/v1/live`;
    const headers = { ...holder.headers, 'x-forwarded-for': this.#address() };
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => undefined);
    const answer = await Promise.race([
      once(socket, 'message').then(() => undefined),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => Number(statusCode)),
    ]);
    this.#expect(answer, declared(ROUTES.live, holder), `feed of ${holder.what}`);
    if (answer === undefined) this.#feeds.push({ socket, holder });
  }

  /** The brake on guessing counts by address; here it must not decide. */
  #address(): string {
    const part = (): number => Math.floor(uniform(this.#random) * 256);
    return `10.${part()}.${part()}.${part()}`;
  }

  #expect(answer: unknown, expected: unknown, what: string): void {
    if (answer !== expected) this.figures.wrong.push(`${what}: ${String(answer)}, not ${String(expected)}`);
  }
}
