import { describe, expect, it } from 'vitest';
import type { CommandState } from '../effects.ts';
import { T0 } from '../testing.ts';
import {
  CENTER,
  changedRecords,
  commandId,
  createLedger,
  enter,
  expire,
  move,
  noteSent,
  type Ledger,
  type NewRecord,
} from './ledger.ts';

const wish = (id: string, changes: Partial<NewRecord> = {}): NewRecord => ({
  id,
  kind: 'setpoints',
  by: 'li',
  at: T0,
  ends_at: T0 + 3_600_000,
  state: 'pending',
  asked: { supply_c: 58 },
  ...changes,
});

const through = (states: readonly CommandState[]): Ledger =>
  states.reduce(
    (ledger, state, index) => move(ledger, ['w'], { state, at: T0 + index }),
    enter(createLedger(7), wish('w')),
  );

const stateOf = (ledger: Ledger, id = 'w') => ledger.records.find((record) => record.id === id)?.state;

describe('ledger', () => {
  it('names commands by epoch, number and station, within what the wire takes', () => {
    expect(commandId(7, 12, 'dongshan-3')).toBe('c-7-12-dongshan-3');
    expect(commandId(1_795_305_600, 99_999_999, 'x'.repeat(63))).toHaveLength(64);
  });

  it('follows a command step by step', () => {
    const ledger = through(['sent', 'accepted', 'applied', 'achieved']);
    expect(ledger.records[0]?.steps.map(({ state }) => state)).toEqual([
      'pending',
      'sent',
      'accepted',
      'applied',
      'achieved',
    ]);
  });

  it('takes reports in any order and repeated', () => {
    const ledger = through(['sent', 'applied', 'accepted', 'applied']);
    expect(ledger.records[0]?.steps.map(({ state }) => state)).toEqual(['pending', 'sent', 'applied']);
  });

  it('does not move what is final', () => {
    const refused = through(['sent', 'refused']);
    expect(move(refused, ['w'], { state: 'applied', at: T0 })).toBe(refused);
    expect(stateOf(refused)).toBe('refused');
  });

  it('ends a hold in its time, and not before', () => {
    const ledger = through(['sent', 'achieved']);
    expect(expire(ledger, T0 + 3_599_999)).toBe(ledger);
    expect(stateOf(expire(ledger, T0 + 3_600_000))).toBe('expired');
  });

  it('gives up an order that could not be sent within a minute', () => {
    const ledger = enter(createLedger(7), wish('w', { kind: 'operate' }));
    expect(stateOf(expire(ledger, T0 + 59_999))).toBe('pending');
    expect(stateOf(expire(ledger, T0 + 60_000))).toBe('expired');
  });

  it('leaves a release that was applied as it is', () => {
    const release = enter(createLedger(7), wish('w', { kind: 'release', ends_at: T0 + 60_000 }));
    const applied = move(release, ['w'], { state: 'applied', at: T0 });
    expect(stateOf(expire(applied, T0 + 10_000_000))).toBe('applied');
  });

  it('keeps at most 50 records, and open wishes among any number of the own commands', () => {
    let ledger = enter(createLedger(7), wish('open'));
    for (let n = 0; n < 200; n += 1) {
      ledger = enter(ledger, wish(`c${n}`, { by: CENTER, state: 'superseded' }));
      ledger = enter(ledger, wish(`w${n}`, { state: 'superseded' }));
    }
    expect(ledger.records).toHaveLength(50);
    expect(stateOf(ledger, 'open')).toBe('pending');
    expect(ledger.records.at(-1)?.id).toBe('w199');
  });

  it('gives up the oldest open order before any open wish for setpoints', () => {
    let ledger = enter(createLedger(7), wish('w0'));
    ledger = enter(ledger, wish('order', { kind: 'operate' }));
    for (let n = 1; n < 40; n += 1) ledger = enter(ledger, wish(`w${n}`));
    expect(stateOf(ledger, 'order')).toBeUndefined();
    expect(stateOf(ledger, 'w0')).toBe('pending');
    ledger = enter(ledger, wish('w40'));
    expect(stateOf(ledger, 'w0')).toBeUndefined();
    expect(stateOf(ledger, 'w1')).toBe('pending');
  });

  it('enters an id once', () => {
    const ledger = through(['sent']);
    expect(enter(ledger, wish('w', { by: 'zhang' }))).toBe(ledger);
  });

  it('notes where what was read back differs, once, and only for the state that is reached', () => {
    const ledger = through(['sent', 'accepted']);
    const differs = move(ledger, ['w'], { state: 'accepted', at: T0, path: 'circuits.low.supply_c' });
    expect(differs.records[0]).toMatchObject({ state: 'accepted', path: 'circuits.low.supply_c' });
    expect(differs.records[0]?.steps).toHaveLength(3);
    for (const again of [
      { state: 'accepted', at: T0, path: 'circuits.low.supply_c' },
      { state: 'accepted', at: T0 },
      { state: 'sent', at: T0, path: 'circuits.low.flow_m3_h' },
    ] as const)
      expect(move(differs, ['w'], again)).toBe(differs);
  });

  it('forgets what was sent for orders that are over, and for setpoints', () => {
    let ledger = enter(createLedger(7), wish('w', { kind: 'operate' }));
    ledger = noteSent(ledger, { id: 'c-7-1', seq: 1, kind: 'operate', at: T0, records: ['w'] });
    ledger = enter(ledger, wish('lease', { by: CENTER }));
    ledger = noteSent(ledger, { id: 'c-7-2', seq: 2, kind: 'setpoints', at: T0, records: ['lease'] });
    ledger = enter(ledger, wish('s', { kind: 'select' }));
    ledger = noteSent(ledger, { id: 'c-7-3', seq: 3, kind: 'select', at: T0, records: ['s'] });
    ledger = move(ledger, ['w'], { state: 'refused', at: T0 });
    for (let seq = 4; seq < 30; seq += 1) {
      ledger = noteSent(ledger, { id: `c-7-${seq}`, seq, kind: 'fallback', at: T0, records: [] });
    }
    expect(ledger.sent.map(({ id }) => id).slice(0, 2)).toEqual(['c-7-3', 'c-7-14']);
  });

  it('keeps what was sent for an order as long as the order holds', () => {
    let ledger = enter(createLedger(7), wish('w', { kind: 'operate' }));
    ledger = noteSent(ledger, { id: 'c-7-1', seq: 1, kind: 'operate', at: T0, records: ['w'] });
    for (let seq = 2; seq < 60; seq += 1) {
      ledger = noteSent(ledger, { id: `c-7-${seq}`, seq, kind: 'setpoints', at: T0, records: [] });
    }
    expect(ledger.sent[0]?.id).toBe('c-7-1');
    expect(ledger.sent.length).toBeLessThanOrEqual(17);
    expect(ledger.seq).toBe(59);
  });

  it('tells each record that is new or moved, once', () => {
    const before = enter(through(['sent']), wish('still'));
    const after = enter(move(before, ['w'], { state: 'accepted', at: T0 }), wish('x'));
    const told = changedRecords('s', before, after);
    expect(told.map((effect) => (effect.kind === 'command' ? effect.command.id : ''))).toEqual(['w', 'x']);
    expect(changedRecords('s', after, after)).toEqual([]);
  });
});
