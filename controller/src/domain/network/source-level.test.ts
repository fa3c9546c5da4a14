import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takenAt, type Claim } from './share.ts';
import {
  NO_LEVEL,
  RECOVERY_EVERY_MS,
  RECOVERY_STEP,
  stepLevel,
  type LevelInput,
  type LevelState,
} from './source-level.ts';

const T0 = 1_795_305_600_000;
const MIN = 60_000;
const CLAIMS: readonly Claim[] = [
  { design_kw: 1000, want: 1.05, floor: 0.4, priority: false },
  { design_kw: 2000, want: 0.9, floor: 0.4, priority: false },
  { design_kw: 500, want: 1, floor: 0.6, priority: true },
];
const NORMAL = 0.96;

type Given = Partial<Pick<LevelInput, 'isShort' | 'limit_kw' | 'total_kw' | 'other_kw' | 'read_at'>>;

/** Minutes of an ideal network: what is given out is taken at once, and read each minute. */
function run(minutes: number, given: (minute: number) => Given, from: LevelState = NO_LEVEL) {
  const states: LevelState[] = [];
  let state = from;
  for (let minute = 0; minute < minutes; minute += 1) {
    const now = T0 + minute * MIN;
    const ideal_kw = takenAt(CLAIMS, state.level ?? Infinity, NORMAL);
    const { total_kw = ideal_kw, ...changed } = given(minute);
    const total = { total_kw, most_kw: total_kw, read_at: now };
    const plain = { isShort: false, limit_kw: undefined, other_kw: 0 };
    state = stepLevel(state, {
      now,
      passed_ms: MIN,
      claims: CLAIMS,
      normal: NORMAL,
      ...plain,
      ...total,
      ...changed,
    });
    states.push(state);
  }
  return states;
}

const last = (states: readonly LevelState[]): LevelState => states.at(-1) ?? NO_LEVEL;

describe('the level over time', () => {
  it('falls at once, and stays while nothing changes', () => {
    const states = run(120, () => ({ isShort: true, limit_kw: 2700 }));
    const [first] = states;
    expect(first?.phase).toBe('short');
    expect(takenAt(CLAIMS, first?.level ?? 0, NORMAL)).toBeCloseTo(2700 * 0.98, 0);
    expect(last(states).level).toBeCloseTo(first?.level ?? 0, 2);
    expect(last(states).since).toBe(T0);
  });

  it('loses no time below the floors once there is more than they take', () => {
    // For ten minutes not even the floors are to be had.
    const states = run(12, (minute) => ({ isShort: true, limit_kw: minute < 10 ? 900 : 2700 }));
    expect(states[9]).toMatchObject({ reachable: false, level: 0 });
    expect(states[10]?.reachable).toBe(true);
    expect(states[10]?.level).toBeGreaterThanOrEqual(0.4);
    expect(states[10]?.level).toBeLessThan(0.4 + 1.1 * RECOVERY_STEP);
  });

  it('is none while there is enough for all, though the limit is in force', () => {
    expect(last(run(5, () => ({ isShort: true, limit_kw: 9000 })))).toMatchObject({
      phase: 'short',
      level: undefined,
    });
  });

  it('comes back in steps once the limit is over', () => {
    const short = last(run(30, () => ({ isShort: true, limit_kw: 2700 })));
    const back = run(240, () => ({}), short);
    expect(back[0]?.phase).toBe('recovering');
    expect(last(back).phase).toBe('normal');
    expect(last(back).level).toBeUndefined();
    const levels = back.flatMap(({ level }) => (level === undefined ? [] : [level]));
    const steps = levels.slice(1).map((level, nth) => level - (levels[nth] ?? level));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(RECOVERY_STEP * NORMAL + 1e-9);
    expect(steps.filter((step) => step > 0).length).toBeLessThanOrEqual(
      (levels.length * MIN) / RECOVERY_EVERY_MS + 1,
    );
  });

  it('waits with a step while the source gives all that it has', () => {
    const short = last(run(30, () => ({ isShort: true, limit_kw: 2700 })));
    const stuck = run(90, () => ({ limit_kw: 2900, total_kw: 2890 }), short);
    expect(last(stuck).level).toBeLessThanOrEqual(short.level ?? 0);
  });

  it('takes no step on what the source gave before the last one, or before the limit was over', () => {
    const short = last(run(30, () => ({ isShort: true, limit_kw: 2700 })));
    const level = short.level ?? 0;
    const unread = run(120, () => ({ limit_kw: 9000, read_at: T0 + 10 * MIN }), short);
    expect(last(unread).level).toBe(level);
    const once = run(120, () => ({ limit_kw: 9000, read_at: T0 + 11 * MIN }), short);
    expect(last(once).level).toBeCloseTo(level + RECOVERY_STEP * NORMAL, 9);
    // Where nothing measures the source, time alone decides.
    const blind = run(120, () => ({ limit_kw: 9000, read_at: undefined }), short);
    expect(last(blind).level ?? Infinity).toBeGreaterThan(level + 4 * RECOVERY_STEP * NORMAL);
  });

  it('goes up only as far as the source has room for what emitters take at first', () => {
    const short = last(run(30, () => ({ isShort: true, limit_kw: 2700 })));
    const [total_kw, limit_kw] = [2900, 3000];
    const [first] = run(23, () => ({ limit_kw, total_kw }), short).slice(-1);
    const more_kw = takenAt(CLAIMS, first?.level ?? 0, NORMAL) - takenAt(CLAIMS, short.level ?? 0, NORMAL);
    expect(more_kw).toBeGreaterThan(0);
    expect(total_kw + 1.5 * more_kw).toBeCloseTo(0.985 * limit_kw, 0);
    // What is left is worth no command.
    const full = run(60, () => ({ limit_kw, total_kw: 2940 }), short);
    expect(last(full).level).toBe(short.level);
  });

  it('gives out less when the limit is passed all the same, by a tenth at most', () => {
    const states = run(600, () => ({ isShort: true, limit_kw: 2700, total_kw: 2900 }));
    expect(last(states).over).toBeCloseTo(-0.1, 9);
    expect(last(states).level ?? 1).toBeLessThan((states[0]?.level ?? 0) - 0.05);
  });
});

describe('a recovery, whatever the limits', () => {
  it('never falls, nor passes the limit of its time', () => {
    const limits = fc.array(fc.double({ min: 1500, max: 4000, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(limits, fc.double({ min: 1500, max: 2900, noNaN: true }), (rising, short_kw) => {
        const course = rising.toSorted((one, two) => one - two).map((kw) => Math.max(kw, short_kw));
        const short = last(run(20, () => ({ isShort: true, limit_kw: short_kw })));
        const limitAt = (minute: number): number => course[Math.floor(minute / 60)] ?? course.at(-1) ?? 0;
        const states = run(course.length * 60, (minute) => ({ limit_kw: limitAt(minute) }), short);
        let before = 0;
        for (const [minute, { level }] of states.entries()) {
          const is = level ?? Infinity;
          expect(is).toBeGreaterThanOrEqual(before - 1e-9);
          before = is;
          const floors_kw = takenAt(CLAIMS, 0, NORMAL);
          expect(takenAt(CLAIMS, is, NORMAL)).toBeLessThanOrEqual(
            Math.max(limitAt(minute), floors_kw) + 1e-6,
          );
        }
      }),
    );
  });
});

/** What a network takes where pipes and emitters that get warmer take half as much again for a quarter of an hour. */
function warming() {
  let [settled_kw, taken_kw] = [0, 0];
  return (level: number | undefined): number => {
    const goes_kw = takenAt(CLAIMS, level ?? Infinity, NORMAL);
    settled_kw = settled_kw === 0 ? goes_kw : settled_kw + (goes_kw - settled_kw) * (1 - Math.exp(-1 / 8));
    taken_kw = goes_kw + 0.5 * Math.max(0, goes_kw - settled_kw);
    return taken_kw;
  };
}

describe('a recovery behind a meter that is read each quarter of an hour', () => {
  it('never brings the source above its limit, though what rises takes more at first', () => {
    const capacity = fc.double({ min: 2800, max: 4200, noNaN: true });
    fc.assert(
      fc.property(
        capacity,
        fc.nat(14),
        fc.double({ min: 2000, max: 2700, noNaN: true }),
        (kw, late, short_kw) => {
          const taken = warming();
          let state = last(run(30, () => ({ isShort: true, limit_kw: short_kw })));
          let [read_at, read_kw] = [T0, taken(state.level)];
          const began = state.level ?? 0;
          for (let minute = 1; minute <= 600; minute += 1) {
            const now = T0 + minute * MIN;
            const total_kw = taken(state.level);
            expect(total_kw).toBeLessThanOrEqual(kw);
            if (minute % 15 === late) [read_at, read_kw] = [now, total_kw];
            const meter = { total_kw: read_kw, most_kw: read_kw, read_at };
            const all = { now, passed_ms: MIN, isShort: false, limit_kw: kw, other_kw: 0 };
            state = stepLevel(state, { ...all, ...meter, claims: CLAIMS, normal: NORMAL });
          }
          expect(state.level ?? Infinity).toBeGreaterThan(began);
          // Where there is enough for all, all have it in the end.
          const isEnough = kw > 1.2 * takenAt(CLAIMS, Infinity, NORMAL);
          expect(isEnough ? state.phase : 'normal').toBe('normal');
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });
});
