import type { CommandView } from '@heat-center/api/commands.ts';
import type { LiveMessage } from '@heat-center/api/live.ts';
import { describe, expect, it } from 'vitest';
import { fakeStation } from '../../test/fake-stations.ts';
import { parseLive } from './parse.ts';
import { CENTER, EMPTY_FEED, mergeCommands, reduceFeed } from './state.ts';
import type { FeedState } from './state.ts';

const AT = 1_795_305_600_000;
const a = fakeStation(0, AT);
const b = fakeStation(1, AT);
const center = {
  name: 'C',
  zone: 'UTC',
  epoch: 1,
  version: '0',
  epoch_conflicts: [],
  history_behind_s: 0,
  troubles: [],
};
const snapshot: LiveMessage = { type: 'snapshot', n: 0, at: AT, center, stations: { [a.id]: a, [b.id]: b } };

function command(state: CommandView['state'], steps: number): CommandView {
  return {
    id: 'c1',
    kind: 'setpoints',
    circuit: 'low',
    by: 'admin',
    at: AT,
    ends_at: AT + 1000,
    state,
    asked: { supply_c: 58 },
    steps: Array.from({ length: steps }, (_, index) => ({ state: 'sent', at: AT + index })),
  };
}

function after(...messages: LiveMessage[]): FeedState {
  let state = EMPTY_FEED;
  for (const message of messages) {
    const next = reduceFeed(state, message);
    if (next === 'gap') throw new Error('unexpected gap');
    state = next;
  }
  return state;
}

const changes = (n: number, rest: object = {}): LiveMessage => ({
  type: 'changes',
  n,
  at: AT + n,
  stations: {},
  commands: {},
  ...rest,
});

describe('the feed', () => {
  it('changes only the station concerned and keeps the identity of the others', () => {
    const before = after(snapshot);
    const next = after(
      snapshot,
      changes(1, { stations: { [a.id]: { state: 'stale', points: { outdoor_c: [AT + 1, -9, 'good'] } } } }),
    );
    expect(next.stations.get(b.id)).toBe(before.stations.get(b.id));
    const changed = next.stations.get(a.id);
    expect(changed?.state).toBe('stale');
    expect(changed?.points['outdoor_c']).toEqual([AT + 1, -9, 'good']);
    expect(changed?.points['primary.supply_c']).toEqual(a.points['primary.supply_c']);
    expect(changed?.name).toEqual(a.name);
  });

  it('replaces the setpoints of a circuit whole and leaves those of other circuits', () => {
    const next = after(snapshot, changes(1, { stations: { [a.id]: { setpoints: { low: [] } } } }));
    expect(next.stations.get(a.id)?.setpoints['low']).toEqual([]);
    expect(next.stations.get(a.id)?.setpoints['high']).toEqual(a.setpoints['high']);
  });

  it('adds and removes stations', () => {
    const c = fakeStation(2, AT);
    const next = after(snapshot, changes(1, { stations: { [b.id]: null, [c.id]: { added: c } } }));
    expect([...next.stations.keys()]).toEqual([a.id, c.id]);
  });

  it('tells a gap, a repeated message and changes before a snapshot', () => {
    expect(reduceFeed(after(snapshot), changes(2))).toBe('gap');
    expect(reduceFeed(after(snapshot, changes(1)), changes(1))).toBe('gap');
    expect(reduceFeed(EMPTY_FEED, changes(1))).toBe('gap');
  });

  it('starts anew with a snapshot but remembers the commands', () => {
    const next = after(snapshot, changes(1, { commands: { [a.id]: [command('sent', 1)] } }), snapshot);
    expect(next.n).toBe(0);
    expect(next.commands.get(a.id)).toHaveLength(1);
  });

  it('never lets an older view of a command replace a newer one', () => {
    const newer = command('applied', 3);
    expect(mergeCommands([newer], [command('sent', 1)])).toEqual([newer]);
    expect(mergeCommands([command('sent', 1)], [newer])).toEqual([newer]);
  });

  it('forgets old renewals of the center, but no wish because of them', () => {
    const wish = command('applied', 3);
    const renewals = Array.from({ length: 200 }, (_, index) => ({
      ...command('sent', 1),
      id: `own-${index}`,
      by: CENTER,
      at: AT + index,
    }));
    const kept = mergeCommands([wish], renewals);
    expect(kept).toHaveLength(21);
    expect(kept).toContain(wish);
    expect(kept[0]?.id).toBe('own-199');
  });
});

describe('reading a message', () => {
  it.each([true, false])('takes snapshot and changes (thorough: %s)', (thorough) => {
    expect(parseLive(JSON.stringify(snapshot), thorough)).toEqual(snapshot);
    expect(parseLive(JSON.stringify(changes(1)), thorough)).toEqual(changes(1));
  });

  it.each(['', 'null', '[]', '{"type":"changes"}', '{"type":"snapshot","n":0}', '{"type":"other","n":1}'])(
    'refuses %s',
    (text) => {
      expect(parseLive(text, false)).toBeNull();
      expect(parseLive(text, true)).toBeNull();
    },
  );
});
