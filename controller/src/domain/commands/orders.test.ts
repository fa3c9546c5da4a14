import { describe, expect, it } from 'vitest';
import { checkWish } from '../center-view.ts';
import type { Wish } from '../inputs.ts';
import { Driver, HEALTHY, LOW, stationConfig, STATION, type Points } from '../testing.ts';

const STOP = { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 600, by: 'li', reason: '' };
const WARM: Points = { ...HEALTHY, outdoor_c: 8 };
const RUNS: Points = { ...HEALTHY, 'circuits.low.pumps.a.running': 1 };

type Actuation = Extract<Wish, { kind: 'select' | 'operate' }>;
const select = (changes: Partial<Actuation> = {}): Actuation => ({
  ...STOP,
  id: 's',
  kind: 'select',
  ...changes,
});
const operate = (changes: Partial<Actuation> = {}): Actuation => ({
  ...STOP,
  id: 'o',
  kind: 'operate',
  ...changes,
});
const code = (driver: Driver, wish: Wish) =>
  checkWish(driver.center, { station: STATION, wish, now: driver.now })?.code;

/** Selected, and the selection has gone out. */
function selected(): Driver {
  const driver = new Driver().up(WARM);
  driver.wish(select());
  return driver;
}

describe('an order', () => {
  it('is for the station or for a circuit that it has', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, { ...LOW, id: 'high' }] }));
    driver.up({ ...WARM, 'circuits.high.return_c': 41 });
    expect(code(driver, select({ target: 'makeup.pumps.a' }))).toBeUndefined();
    expect(code(driver, select({ target: 'circuits.high.pumps.a' }))).toBeUndefined();
    expect(code(driver, select({ target: 'circuits.attic.pumps.a' }))).toBe('not_found');
  });

  it('holds a minute to seven days', () => {
    const driver = new Driver().up(WARM);
    const week_s = 7 * 24 * 3600;
    expect([59, 60, week_s, week_s + 1].map((hold_s) => code(driver, select({ hold_s })))).toEqual([
      'out_of_range',
      undefined,
      undefined,
      'out_of_range',
    ]);
  });

  it.each([
    ['another target', { target: 'circuits.low.pumps.b' }],
    ['another action', { action: 'start' }],
    ['another selection', { select_id: 'other' }],
  ])('needs a selection of its own: %s', (_what, other) => {
    const driver = selected();
    expect(code(driver, operate({ select_id: 's' }))).toBeUndefined();
    expect(code(driver, operate(other))).toBe('not_selected');
  });

  it('needs a selection that reached the station, was not ended, and is no order itself', () => {
    const away = new Driver().up(WARM);
    away.apply({ kind: 'session', at: away.now, station: STATION, connected: true });
    away.wish(select());
    expect(code(away, operate())).toBe('not_selected');

    const refused = selected();
    refused.report(refused.last('select'), { state: 'refused', why: 'interlock' });
    expect(code(refused, operate())).toBe('not_selected');

    const ordered = selected();
    ordered.wish(operate());
    ordered.now += 31_000;
    expect(code(ordered, operate({ id: 'again' }))).toBe('not_selected');
  });

  it('follows its selection within 30 s', () => {
    const driver = selected();
    driver.now += 30_000;
    expect(code(driver, operate())).toBeUndefined();
    driver.now += 1;
    expect(code(driver, operate())).toBe('not_selected');
  });

  it('has a selection expire after 30 s, however long the order is to hold', () => {
    const driver = selected();
    driver.run(25, WARM);
    expect(driver.record('s')?.state).toBe('sent');
    driver.run(5, WARM);
    expect(driver.record('s')?.state).toBe('expired');
  });

  it('is dropped when it is ended before it was sent', () => {
    const driver = new Driver().up(WARM);
    driver.status('remote', 'offline');
    driver.wish(select());
    driver.wish({ id: 'x', kind: 'cancel', cancels: 's' });
    expect(driver.record('s')?.state).toBe('cancelled');
    driver.up(WARM);
    expect(driver.sent('select')).toHaveLength(0);
    expect(driver.sent('cancel')).toHaveLength(0);
  });
});

describe('the last pump in frost', () => {
  it('may be started, and stopped where it is known to be warm', () => {
    const driver = new Driver().up(RUNS);
    expect(code(driver, select())).toBe('interlock');
    expect(code(driver, select({ action: 'start' }))).toBeUndefined();
    expect(code(new Driver().up({ ...RUNS, outdoor_c: 8 }), select())).toBeUndefined();
  });

  it.each<[string, Points]>([
    ['stands still', { 'circuits.low.pumps.b.running': 0 }],
    ['is of another circuit', { 'circuits.high.pumps.b.running': 1 }],
    ['only says its speed', { 'circuits.low.pumps.b.pct': 1 }],
  ])('is not relieved by another that %s', (_what, points) => {
    expect(code(new Driver().up({ ...RUNS, ...points }), select())).toBe('interlock');
  });

  it('keeps no valve from being closed', () => {
    const driver = new Driver().up(RUNS);
    expect(code(driver, select({ target: 'circuits.low.valve' }))).toBeUndefined();
  });
});
