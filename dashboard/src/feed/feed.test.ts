import type { LiveMessage } from '@heat-center/api/live.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeStation } from '../../test/fake-stations.ts';
import { APPLY_MS, backoffMs, createFeed, SILENCE_MS } from './feed.ts';
import type { SocketEvents } from './feed.ts';
import { parseLive } from './parse.ts';

const AT = 1_795_305_600_000;
const view = fakeStation(0, AT);
const center = {
  name: 'C',
  zone: 'UTC',
  epoch: 1,
  version: '0',
  epoch_conflicts: [],
  history_behind_s: 0,
  troubles: [],
};
const snapshot: LiveMessage = { type: 'snapshot', n: 0, at: AT, center, stations: { [view.id]: view } };
const changes = (n: number): LiveMessage => ({ type: 'changes', n, at: AT + n, stations: {}, commands: {} });

function setUp() {
  const sockets: (SocketEvents & { closed: boolean })[] = [];
  let lost = 0;
  let told = 0;
  const feed = createFeed({
    open: (events) => {
      const socket = { ...events, closed: false };
      sockets.push(socket);
      return () => {
        socket.closed = true;
      };
    },
    parse: (text) => parseLive(text, true),
    onTime: () => undefined,
    onLost: () => {
      lost += 1;
    },
    random: () => 0,
  });
  feed.subscribe(() => {
    told += 1;
  });
  feed.start();
  const say = (message: LiveMessage | string) =>
    sockets.at(-1)?.message(typeof message === 'string' ? message : JSON.stringify(message));
  return { feed, sockets, say, lost: () => lost, told: () => told };
}

describe('the connection', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: AT });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is live from the first snapshot and tells its listeners a few times a second at most', () => {
    const { feed, say, told } = setUp();
    say(snapshot);
    vi.advanceTimersByTime(APPLY_MS);
    expect(feed.connection().phase).toBe('live');
    const before = told();
    for (let n = 1; n <= 20; n += 1) {
      say(changes(n));
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(APPLY_MS);
    expect(feed.state().n).toBe(20);
    expect(told() - before).toBeLessThanOrEqual(5);
    feed.stop();
  });

  it('is lost after 15 s of silence, says since when, and connects again', () => {
    const { feed, sockets, say, lost } = setUp();
    say(snapshot);
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(feed.connection().phase).toBe('live');
    vi.advanceTimersByTime(1);
    expect(feed.connection()).toEqual({ phase: 'lost', since: AT + SILENCE_MS });
    expect(sockets[0]?.closed).toBe(true);
    expect(lost()).toBe(1);
    vi.advanceTimersByTime(backoffMs(0, 0));
    expect(sockets).toHaveLength(2);
    expect(feed.state().stations.size).toBe(1);
    say(snapshot);
    vi.advanceTimersByTime(APPLY_MS);
    expect(feed.connection().phase).toBe('live');
    feed.stop();
  });

  it.each(['a gap', 'nonsense', 'a closed socket'])('connects again after %s', (what) => {
    const { feed, sockets, say } = setUp();
    say(snapshot);
    vi.advanceTimersByTime(APPLY_MS);
    if (what === 'a gap') say(changes(2));
    if (what === 'nonsense') say('nonsense');
    if (what === 'a closed socket') sockets[0]?.close();
    vi.advanceTimersByTime(APPLY_MS);
    expect(feed.connection().phase).toBe('lost');
    vi.advanceTimersByTime(1000);
    expect(sockets).toHaveLength(2);
    feed.stop();
  });

  it('waits longer after each failure, at most 30 s, never twice the same for two pages', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoffMs(attempt, 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect(backoffMs(3, 0)).toBe(4000);
  });

  it('does not hear a socket that it gave up', () => {
    const { feed, sockets, say } = setUp();
    say(snapshot);
    vi.advanceTimersByTime(SILENCE_MS);
    sockets[0]?.message(JSON.stringify(snapshot));
    vi.advanceTimersByTime(APPLY_MS);
    expect(feed.connection().phase).toBe('lost');
    feed.stop();
  });
});
