import { describe, expect, it } from 'vitest';
import { kept, started, stepCommands, type CommandEvent } from './commands.ts';
import { at, CURVE_C, T0, Bench, RULES, setpoints, SEEN } from '../testing/command-bench.ts';
import { targetsOf } from './targets.ts';

const states = (bench: Bench): string[] =>
  bench.reports.map(({ id, state, why, path }) => [id, state, why, path].filter(Boolean).join(' '));

describe('setpoints', () => {
  it('are accepted, worked to, read back and applied', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60, flow_m3_h: 40 } }));
    expect(states(bench)).toEqual(['c1 accepted']);
    expect(bench.targets().circuits.low).toMatchObject({ supply_c: 60, flow_m3_h: 40, follows: 'center' });
    expect(bench.targets().circuits.floor).toMatchObject({ follows: 'curve' });
    bench.tick(1000);
    bench.tick(1000);
    expect(states(bench)).toEqual(['c1 accepted', 'c1 applied']);
    expect(bench.reports[1]?.readback).toEqual({ circuits: { low: { supply_c: 60, flow_m3_h: 40 } } });
  });

  it('are not applied while the loops hold something else', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.tick(1000, { circuits: { low: { supply_c: 59.9 } }, primary: {}, stopped: {} });
    expect(states(bench)).toEqual(['c1 accepted']);
    bench.tick(1000, { circuits: { low: { supply_c: 59.96 } }, primary: {}, stopped: {} });
    expect(states(bench)).toEqual(['c1 accepted', 'c1 applied']);
  });

  it('end with their validity, and the own curve is back', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }, { valid_s: 30 }));
    bench.pass(29);
    expect(bench.targets().circuits.low?.follows).toBe('center');
    bench.pass(1);
    expect(bench.targets().circuits.low).toMatchObject({ supply_c: CURVE_C, follows: 'curve' });
    expect(states(bench).at(-1)).toBe('c1 expired');
  });

  it('are superseded by newer ones, which stand alone', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 }, floor: { supply_c: 40 } }));
    bench.pass(10);
    bench.command(setpoints(2, { low: { supply_c: 61 } }));
    expect(states(bench).slice(-2)).toEqual(['c2 accepted', 'c1 superseded']);
    expect(bench.targets().circuits).toMatchObject({ low: { supply_c: 61 }, floor: { follows: 'curve' } });
  });

  it('limit the primary side', () => {
    const bench = new Bench();
    bench.command({ ...setpoints(1, {}), circuits: undefined, primary: { flow_max_m3_h: 20 } });
    expect(bench.targets().primary).toEqual({ flow_max_m3_h: 20 });
    bench.tick(1000);
    bench.tick(1000);
    expect(bench.reports.at(-1)?.readback).toEqual({ primary: { flow_max_m3_h: 20 } });
  });

  it('leave a shift of the own curve behind when they end unrenewed, for a while', () => {
    const bench = new Bench();
    bench.command(
      setpoints(1, { low: { supply_c: 60 } }, { valid_s: 10, after: { offset_k: -5, for_s: 60 } }),
    );
    bench.pass(10);
    expect(bench.targets().circuits.low?.supply_c).toBeCloseTo(CURVE_C - 5);
    expect(bench.targets().circuits.dhw?.supply_c).toBe(55);
    bench.pass(60);
    expect(bench.targets().circuits.low?.supply_c).toBe(CURVE_C);
  });

  it('of a clock that runs ahead last no longer than they say', () => {
    const bench = new Bench();
    bench.command({ ...setpoints(1, { low: { supply_c: 60 } }, { valid_s: 10 }), at: T0 + 3_600_000 });
    bench.pass(10);
    expect(bench.targets().circuits.low?.follows).toBe('curve');
  });
});

describe('refusals', () => {
  const valid = setpoints(1, { low: { supply_c: 60 } });
  it.each([
    [
      'above its limit',
      { ...valid, circuits: { low: { supply_c: 91 } } },
      'c1 refused out_of_range circuits.low.supply_c',
    ],
    [
      'one bad circuit spoils all',
      { ...valid, circuits: { low: { supply_c: 60 }, floor: { supply_c: 80 } } },
      'c1 refused out_of_range circuits.floor.supply_c',
    ],
    [
      'an unknown circuit',
      { ...valid, circuits: { attic: { supply_c: 60 } } },
      'c1 refused not_accepted circuits.attic',
    ],
    [
      'a setpoint that is not accepted',
      { ...valid, circuits: { dhw: { flow_m3_h: 3 } } },
      'c1 refused not_accepted circuits.dhw.flow_m3_h',
    ],
    [
      'a setpoint that nobody knows',
      { ...valid, circuits: { low: { supply_f: 140 } } },
      'c1 refused not_accepted circuits.low.supply_f',
    ],
    ['nothing at all', { ...valid, circuits: {} }, 'c1 refused not_accepted circuits'],
    [
      'a shift without measure',
      { ...valid, after: { offset_k: -50, for_s: 60 } },
      'c1 refused out_of_range after.offset_k',
    ],
    ['a lease for a week', { ...valid, valid_s: 604_800 }, 'c1 refused out_of_range valid_s'],
    ['too old', { ...valid, at: T0 - 601_000 }, 'c1 refused stale'],
    ['an older epoch', { ...valid, epoch: 6 }, 'c1 refused wrong_epoch'],
    [
      'text for a number',
      { ...valid, circuits: { low: { supply_c: '60' } } },
      'c1 refused not_accepted circuits.low.supply_c',
    ],
    ['an unknown kind', { ...valid, kind: 'dance' }, 'c1 refused not_accepted kind'],
  ])('%s', (_name, command, expected) => {
    const bench = new Bench();
    const before = bench.targets();
    bench.command(command);
    expect(states(bench)).toEqual([expected]);
    expect(bench.targets()).toEqual(before);
  });

  it('what has no id is dropped without a word', () => {
    const bench = new Bench();
    bench.bytes(new TextEncoder().encode('{"v":1'));
    bench.command({ v: 1, kind: 'release' });
    expect(bench.reports).toEqual([]);
  });

  it('replayed: a pair at or below the last one obeyed', () => {
    const bench = new Bench();
    bench.command(setpoints(5, { low: { supply_c: 60 } }));
    bench.pass(10);
    bench.command({ ...setpoints(5, { low: { supply_c: 70 } }), id: 'other' });
    bench.command(setpoints(4, { low: { supply_c: 70 } }));
    expect(states(bench).slice(-2)).toEqual(['other refused replayed', 'c4 refused replayed']);
    expect(bench.targets().circuits.low?.supply_c).toBe(60);
  });

  it('wrong_epoch says the epoch of the station', () => {
    const bench = new Bench();
    bench.command({ ...setpoints(1, { low: { supply_c: 60 } }), epoch: 3 });
    expect(bench.reports[0]).toMatchObject({ state: 'refused', why: 'wrong_epoch', epoch: 7 });
  });

  it('too_often: setpoints five seconds apart at least', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.pass(4);
    bench.command(setpoints(2, { low: { supply_c: 61 } }));
    bench.pass(1);
    bench.command(setpoints(3, { low: { supply_c: 62 } }));
    expect(states(bench).filter((text) => !text.includes('applied'))).toEqual([
      'c1 accepted',
      'c2 refused too_often',
      'c3 accepted',
      'c1 superseded',
    ]);
  });

  it('local_mode, and a switch to local ends what was in force', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.step({ type: 'mode', now: bench.now, mode: 'manual' });
    expect(bench.reports.at(-1)).toMatchObject({ id: 'c1', state: 'cancelled', why: 'local_mode' });
    expect(bench.targets().circuits.low?.follows).toBe('hand');
    bench.command(setpoints(2, { low: { supply_c: 60 } }));
    expect(states(bench).at(-1)).toBe('c2 refused local_mode');
  });

  it('nothing is obeyed before the first heartbeat, nor what was issued before it', () => {
    const fresh = new Bench({ heartbeat: false });
    fresh.command(setpoints(1, { low: { supply_c: 60 } }));
    expect(states(fresh)).toEqual(['c1 refused stale heartbeat']);
    const bench = new Bench();
    bench.command({ ...setpoints(1, { low: { supply_c: 60 } }), at: T0 - 1 });
    expect(states(bench)).toEqual(['c1 refused stale']);
  });
});

describe('the same id again', () => {
  it('repeats the last report and does nothing', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.tick(1000);
    bench.tick(1000);
    bench.command({ ...setpoints(1, { low: { supply_c: 70 } }), seq: 9 });
    expect(states(bench)).toEqual(['c1 accepted', 'c1 accepted', 'c1 applied', 'c1 applied']);
    expect(bench.reports[3]).toEqual(bench.reports[2]);
    expect(bench.targets().circuits.low?.supply_c).toBe(60);
  });

  it('also over a restart', () => {
    const bench = new Bench();
    bench.command({ ...setpoints(1, {}), kind: 'release' });
    const [, applied] = bench.reports;
    bench.restart();
    bench.command({ ...setpoints(1, {}), kind: 'release' });
    expect(bench.reports).toEqual([applied]);
  });
});

describe('silence', () => {
  it('of three periods: the station takes over; three heartbeats and a new command bring it back', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.silence(15);
    expect(bench.targets().circuits.low?.follows).toBe('center');
    bench.silence(1);
    expect(bench.targets().circuits.low?.follows).toBe('curve');
    expect(states(bench).at(-1)).toBe('c1 expired');
    bench.heartbeat();
    bench.silence(5);
    bench.heartbeat();
    bench.command(setpoints(2, { low: { supply_c: 61 } }));
    expect(states(bench).at(-1)).toBe('c2 refused stale heartbeat');
    bench.silence(5);
    bench.heartbeat();
    expect(bench.targets().circuits.low?.follows).toBe('curve');
    bench.command(setpoints(3, { low: { supply_c: 62 } }, { at: bench.now.wall_ms }));
    expect(bench.targets().circuits.low).toMatchObject({ supply_c: 62, follows: 'center' });
  });

  it('what was issued before it ended is not obeyed after it, however long it is valid', () => {
    const bench = new Bench();
    const delayed = setpoints(1, { low: { supply_c: 60 } }, { valid_s: 3600 });
    bench.silence(16);
    for (const _ of [1, 2, 3]) {
      bench.heartbeat();
      bench.silence(5);
    }
    bench.command(delayed);
    expect(states(bench)).toEqual(['c1 refused stale']);
    bench.command(setpoints(2, { low: { supply_c: 60 } }, { at: bench.now.wall_ms }));
    expect(bench.targets().circuits.low?.follows).toBe('center');
  });

  it('heartbeats that were held up and come at once are one in the row', () => {
    const bench = new Bench();
    bench.silence(60);
    for (const late_ms of [15_000, 10_000, 5000, 0]) bench.heartbeat({ at: bench.now.wall_ms - late_ms });
    bench.command(setpoints(1, { low: { supply_c: 60 } }, { at: bench.now.wall_ms }));
    expect(states(bench)).toEqual(['c1 refused stale heartbeat']);
  });

  it('a center that starts again with an earlier clock is heard', () => {
    const bench = new Bench();
    bench.silence(16);
    bench.pass(20);
    const epoch = 8;
    const back_ms = 3_600_000;
    for (const _ of [1, 2, 3, 4]) {
      bench.silence(5);
      bench.heartbeat({ epoch, at: bench.now.wall_ms - back_ms });
    }
    bench.command(setpoints(1, { low: { supply_c: 60 } }, { epoch, at: bench.now.wall_ms - back_ms }));
    expect(bench.targets().circuits.low?.follows).toBe('center');
    bench.command(
      setpoints(2, { low: { supply_c: 61 } }, { epoch, at: bench.now.wall_ms - back_ms - 601_000 }),
    );
    expect(states(bench).at(-1)).toBe('c2 refused stale');
  });

  it('a repeated heartbeat or one of an older epoch counts for nothing', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    const { wall_ms } = bench.now;
    for (let second = 0; second < 16; second += 1) {
      bench.silence(1);
      bench.heartbeat({ at: wall_ms });
      bench.heartbeat({ epoch: 2 });
    }
    expect(bench.targets().circuits.low?.follows).toBe('curve');
  });

  it('no heartbeat can ask for an endless period', () => {
    const bench = new Bench();
    bench.heartbeat({ at: bench.now.wall_ms + 1, every_s: 1e9 });
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.silence(181);
    expect(bench.targets().circuits.low?.follows).toBe('curve');
  });
});

describe('restart', () => {
  it('keeps the pair, ends leases and says so', () => {
    const bench = new Bench();
    bench.command(setpoints(7, { low: { supply_c: 60 } }));
    bench.restart();
    expect(states(bench)).toEqual(['c7 expired']);
    expect(bench.targets().circuits.low?.follows).toBe('curve');
    bench.heartbeat();
    bench.command({ ...setpoints(7, { low: { supply_c: 70 } }), id: 'again' });
    expect(states(bench).at(-1)).toBe('again refused replayed');
  });

  it('keeps the fallback and reads it back afterwards', () => {
    const bench = new Bench();
    bench.command(fallback());
    bench.restart();
    expect(bench.targets().circuits.low?.supply_c).toBe(50);
    bench.tick(1000);
    expect(bench.reports.at(-1)).toMatchObject({ id: 'c1', state: 'applied', readback: { limits_rev: 4 } });
  });
});

const FLAT = [-30, -15, -5, 0, 5, 15].map((outdoor_c) => [outdoor_c, 50]);
function fallback(change: object = {}): Record<string, unknown> {
  const { circuits: _, ...head } = setpoints(1, {});
  const low = { curve: FLAT, limits: { supply_min_c: 40, supply_max_c: 70 }, ...change };
  return { ...head, kind: 'fallback', limits_rev: 4, circuits: { low } };
}

describe('fallback', () => {
  it('replaces curve and limits, and narrows what is accepted', () => {
    const bench = new Bench();
    bench.command(fallback());
    bench.tick(1000);
    expect(states(bench)).toEqual(['c1 accepted', 'c1 applied']);
    expect(bench.reports[1]?.readback).toMatchObject({ limits_rev: 4, circuits: { low: { curve: FLAT } } });
    expect(bench.targets().circuits.low?.supply_c).toBe(50);
    bench.command(setpoints(2, { low: { supply_c: 71 } }));
    expect(states(bench).at(-1)).toBe('c2 refused out_of_range circuits.low.supply_c');
  });

  it.each([
    ['a curve that goes back', { curve: [...FLAT.slice(0, 5), [5, 40]] }, 'circuits.low.curve.5'],
    ['a curve above the equipment', { curve: [[-40, 95], ...FLAT.slice(1)] }, 'circuits.low.curve.0'],
    [
      'limits above the equipment',
      { limits: { supply_min_c: 40, supply_max_c: 120 } },
      'circuits.low.limits.supply_max_c',
    ],
    [
      'limits upside down',
      { limits: { supply_min_c: 70, supply_max_c: 60 } },
      'circuits.low.limits.supply_min_c',
    ],
  ])('%s is refused', (_name, change, path) => {
    const bench = new Bench();
    bench.command(fallback(change));
    expect(states(bench)).toEqual([`c1 refused out_of_range ${path}`]);
  });

  it('a lease above new limits is held to them at once', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 80 } }));
    bench.command({ ...fallback(), id: 'f', seq: 2 });
    expect(bench.targets().circuits.low?.supply_c).toBe(70);
  });
});

const stop = (seq: number, kind: 'select' | 'operate', more: object = {}): Record<string, unknown> => {
  const { circuits: _, ...head } = setpoints(seq, {});
  return { ...head, kind, target: 'circuits.low.pumps.a', action: 'stop', hold_s: 60, ...more };
};

describe('select before operate', () => {
  it('stops a pump after the identical select, reads it back, and ends by itself', () => {
    const bench = new Bench();
    bench.command(stop(1, 'select'));
    bench.command(stop(2, 'operate', { select_id: 'c1' }));
    expect(bench.targets().circuits.low?.stopped).toEqual(['a']);
    bench.tick(1000);
    bench.tick(1000);
    bench.pass(58);
    expect(bench.targets().circuits.low?.stopped).toEqual([]);
    expect(states(bench)).toEqual(['c1 accepted', 'c2 accepted', 'c1 applied', 'c2 applied', 'c2 expired']);
  });

  it.each([
    ['without a select', [stop(2, 'operate')]],
    ['another target', [stop(1, 'select'), stop(2, 'operate', { target: 'circuits.low.pumps.b' })]],
    ['another duration', [stop(1, 'select'), stop(2, 'operate', { hold_s: 61 })]],
    ['another select', [stop(1, 'select'), stop(2, 'operate', { select_id: 'x' })]],
  ])('refuses an operate %s', (_name, commands) => {
    const bench = new Bench();
    for (const command of commands) bench.command(command);
    expect(states(bench).at(-1)).toBe('c2 refused not_selected');
    expect(bench.targets().circuits.low?.stopped).toEqual([]);
  });

  it('refuses an operate 30 s after its select', () => {
    const bench = new Bench();
    bench.command(stop(1, 'select'));
    bench.pass(30);
    bench.command(stop(2, 'operate'));
    expect(states(bench)).toEqual(['c1 accepted', 'c1 expired', 'c2 refused not_selected']);
  });

  it('frost refuses a stop and ends one that is in force', () => {
    const bench = new Bench();
    bench.command(stop(1, 'select'));
    bench.command(stop(2, 'operate'));
    bench.frost = ['low'];
    expect(bench.targets().circuits.low?.stopped).toEqual([]);
    bench.tick(1000);
    expect(bench.reports.at(-1)).toMatchObject({ id: 'c2', state: 'cancelled', why: 'interlock' });
    bench.command(stop(3, 'select'));
    expect(states(bench).at(-1)).toBe('c3 refused interlock circuits.low.pumps.a');
  });

  it.each([
    ['an unknown pump', { target: 'circuits.low.pumps.z' }, 'not_accepted target'],
    ['an action that it lacks', { action: 'explode' }, 'not_accepted action'],
    ['a stop for a day', { hold_s: 86_400 }, 'out_of_range hold_s'],
  ])('%s is refused', (_name, more, why) => {
    const bench = new Bench();
    bench.command(stop(1, 'select', more));
    expect(states(bench)).toEqual([`c1 refused ${why}`]);
  });
});

describe('cancel and release', () => {
  it('cancel ends a command by its id', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }));
    bench.command({ ...setpoints(2, {}), kind: 'cancel', cancels: 'c1' });
    expect(states(bench).slice(1)).toEqual(['c2 accepted', 'c1 cancelled', 'c2 applied']);
    expect(bench.targets().circuits.low?.follows).toBe('curve');
    bench.command({ ...setpoints(3, {}), kind: 'cancel', cancels: 'nobody' });
    expect(states(bench).at(-1)).toBe('c3 refused not_accepted cancels');
  });

  it('release returns to the own curve without a shift', () => {
    const bench = new Bench();
    bench.command(setpoints(1, { low: { supply_c: 60 } }, { after: { offset_k: -5, for_s: 60 } }));
    bench.command({ ...setpoints(2, {}), kind: 'release' });
    expect(states(bench).slice(1)).toEqual(['c2 accepted', 'c1 superseded', 'c2 applied']);
    expect(bench.targets().circuits.low).toMatchObject({ supply_c: CURVE_C, follows: 'curve' });
  });
});

it('leaves the state it was given as it was', () => {
  const { state } = started(undefined, 'remote', at(0));
  const before = structuredClone(state);
  const event: CommandEvent = {
    type: 'heartbeat',
    now: at(5000),
    heartbeat: { v: 1, epoch: 7, at: T0, every_s: 5 },
  };
  const after = stepCommands(RULES, state, event).state;
  expect(state).toEqual(before);
  expect(kept(after).last).toBeUndefined();
  expect(targetsOf(RULES, after, SEEN).circuits.low?.follows).toBe('curve');
});
