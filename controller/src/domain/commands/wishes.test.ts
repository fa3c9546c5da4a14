import { describe, expect, it } from 'vitest';
import { checkWish, stationView } from '../center-view.ts';
import type { Wish } from '../inputs.ts';
import { DHW, Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, type Points } from '../testing.ts';

const HOUR = 3600;

const wish = (changes: Partial<Extract<Wish, { kind: 'setpoints' }>> = {}): Wish => ({
  id: 'w1',
  kind: 'setpoints',
  by: 'li',
  reason: 'cold flats',
  circuit: 'low',
  setpoints: { supply_c: 60 },
  hold_s: HOUR,
  ...changes,
});

const check = (driver: Driver, asked: Wish) =>
  checkWish(driver.center, { station: STATION, wish: asked, now: driver.now });

/** The station works at once to what it is told. */
function obeying(driver: Driver): (now: number) => Points {
  return () => {
    const supply_c = driver.last('setpoints').circuits?.low?.supply_c ?? 57.6;
    return { ...HEALTHY, 'circuits.low.supply_c': supply_c, 'circuits.low.supply_set_c': supply_c };
  };
}

describe('what may be wished', () => {
  it.each([
    ['above the limit', wish({ setpoints: { supply_c: 80.1 } }), 'out_of_range'],
    ['below the limit', wish({ setpoints: { supply_c: 29.9 } }), 'out_of_range'],
    ['not a number', wish({ setpoints: { supply_c: Number.NaN } }), 'out_of_range'],
    ['too much flow', wish({ setpoints: { flow_m3_h: 91 } }), 'out_of_range'],
    ['too short', wish({ hold_s: 59 }), 'out_of_range'],
    ['too long', wish({ hold_s: 7 * 24 * HOUR + 1 }), 'out_of_range'],
    ['what the circuit does not take', wish({ setpoints: { dp_kpa: 50 } }), 'not_accepted'],
    ['nothing', wish({ setpoints: {} }), 'invalid_request'],
    ['an unknown circuit', wish({ circuit: 'attic' }), 'not_found'],
    [
      'hot water below its hygiene minimum',
      wish({ circuit: 'tap', setpoints: { supply_c: 54 } }),
      'out_of_range',
    ],
    [
      'the end of an unknown command',
      { id: 'x', kind: 'cancel', by: 'li', reason: '', cancels: 'nothing' },
      'not_found',
    ],
  ] as const)('refuses %s', (_what, asked, code) => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] })).up();
    expect(check(driver, asked)?.code).toBe(code);
  });

  it('names the limits that it refuses by', () => {
    const error = check(new Driver().up(), wish({ setpoints: { supply_c: 90 } }));
    expect(error?.detail).toEqual({ circuit: 'low', name: 'supply_c', value: 90, min: 30, max: 80 });
  });

  it('refuses stations that are observed, local, or lack limits', () => {
    expect(check(new Driver(stationConfig({ control: 'observe' })), wish())?.code).toBe('observe_only');
    const local = new Driver().up();
    local.status('manual');
    expect(check(local, wish())?.code).toBe('local_mode');
    const { limits: _limits, ...bare } = LOW;
    expect(check(new Driver(stationConfig({ circuits: [bare] })), wish())?.code).toBe('limits_missing');
  });

  it('allows ten wishes a minute for a circuit', () => {
    const driver = new Driver().up();
    for (let n = 0; n < 10; n += 1) {
      expect(check(driver, wish({ id: `w${n}` }))).toBeUndefined();
      driver.wish(wish({ id: `w${n}` }));
    }
    expect(check(driver, wish({ id: 'w10' }))?.code).toBe('too_often');
    driver.now += 60_000;
    expect(check(driver, wish({ id: 'w10' }))).toBeUndefined();
  });

  it('does not count wishes that were refused, nor those for another circuit', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] })).up();
    for (let n = 0; n < 10; n += 1) driver.wish(wish({ id: `w${n}`, setpoints: { supply_c: 90 } }));
    expect(check(driver, wish({ id: 'w10' }))).toBeUndefined();
    for (let n = 0; n < 10; n += 1) driver.wish(wish({ id: `v${n}`, circuit: 'tap' }));
    expect(check(driver, wish({ id: 'w10' }))).toBeUndefined();
  });

  it('takes limits and times to the last', () => {
    const driver = new Driver().up();
    for (const supply_c of [30, 80]) expect(check(driver, wish({ setpoints: { supply_c } }))).toBeUndefined();
    for (const hold_s of [60, 7 * 24 * HOUR]) expect(check(driver, wish({ hold_s }))).toBeUndefined();
  });
});

describe('a wish for setpoints', () => {
  it('is approached by the ramp, followed to the end, and ends by itself', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    expect(driver.record('w1')?.state).toBe('pending');
    const points = obeying(driver);
    driver.run(20, points);
    expect(driver.record('w1')?.state).toBe('sent');
    driver.confirm(driver.last('setpoints'));
    expect(driver.record('w1')?.state).toBe('applied');
    driver.run(300, points);
    expect(driver.last('setpoints').circuits?.low?.supply_c).toBe(60);
    expect(driver.record('w1')).toMatchObject({ state: 'achieved', by: 'li', circuit: 'low' });
    expect(driver.record('w1')?.steps.map(({ state }) => state)).toEqual([
      'pending',
      'sent',
      'accepted',
      'applied',
      'achieved',
    ]);
    driver.run(HOUR, points);
    expect(driver.record('w1')?.state).toBe('expired');
    expect(driver.last('setpoints')).toMatchObject({ circuits: { low: { supply_c: 57.6 } } });
    expect(driver.last('setpoints').reason).toBe('weather curve, design flow');
  });

  it('works without an outdoor sensor, when an operator needs it', () => {
    const driver = new Driver().up();
    const blind = { ...HEALTHY, outdoor_c: null };
    driver.run(HOUR, blind);
    driver.wish(wish({ setpoints: { supply_c: 58 } }));
    const sent = sentIn(driver.run(10 * 60, blind), 'setpoints');
    expect(sent.at(-1)?.circuits?.low?.supply_c).toBe(58);
    expect(stationView(driver.center, STATION)?.decisions[0]?.decisions[0]?.reason.code).toBe('wish');
  });

  it('gives way to a newer one for the same circuit', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    driver.wish(wish({ id: 'w2', setpoints: { supply_c: 52 } }));
    expect(driver.record('w1')?.state).toBe('superseded');
    driver.run(10 * 60, obeying(driver));
    expect(driver.last('setpoints').circuits?.low?.supply_c).toBe(52);
  });

  it('ends when it is cancelled, and the curve takes over through the ramp', () => {
    const driver = new Driver().up();
    driver.wish(wish({ setpoints: { supply_c: 70 } }));
    const points = obeying(driver);
    driver.run(20 * 60, points);
    driver.wish({ id: 'x', kind: 'cancel', cancels: 'w1' });
    expect(driver.record('w1')?.state).toBe('cancelled');
    expect(driver.record('x')?.state).toBe('achieved');
    const sent = sentIn(driver.run(15 * 60, points), 'setpoints');
    expect(driver.sent('cancel')).toHaveLength(0);
    expect(sent[0]?.circuits?.low?.supply_c).toBeGreaterThan(69);
    expect(sent.at(-1)?.circuits?.low?.supply_c).toBe(57.6);
  });

  it('can be ended in every mode, and the lease of the center by nobody', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    driver.status('local');
    const cancels = (id: string): Wish => ({ id: 'x', kind: 'cancel', by: 'li', reason: '', cancels: id });
    expect(check(driver, cancels('w1'))).toBeUndefined();
    expect(check(driver, cancels(driver.last('setpoints').id))?.code).toBe('not_found');
  });

  it('is refused with its record when the station refuses it for good', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    driver.run(20, obeying(driver));
    const path = 'circuits.low.supply_c';
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'interlock', path });
    expect(driver.record('w1')).toMatchObject({ state: 'refused', why: 'interlock', path });
    expect(stationView(driver.center, STATION)?.wishes.size).toBe(0);
  });

  it('survives a refusal of the moment', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    driver.run(20, obeying(driver));
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'stale' });
    expect(driver.record('w1')?.state).toBe('sent');
    expect(stationView(driver.center, STATION)?.wishes.size).toBe(1);
  });

  it('goes on after a restart of the center', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    const points = obeying(driver);
    driver.run(120, points);
    driver.apply({ kind: 'start', at: driver.now, epoch: 8, commit: 'test', node: '24' });
    driver.run(300, points);
    expect(driver.last('setpoints')).toMatchObject({ epoch: 8, circuits: { low: { supply_c: 60 } } });
  });

  it('ends with its circuit, and when control is switched off', () => {
    for (const change of [{ control: 'observe' as const }, { circuits: [DHW] }]) {
      const driver = new Driver().up();
      driver.wish(wish());
      driver.apply({ kind: 'settings', at: driver.now, station: stationConfig(change) });
      expect(driver.record('w1')?.state).toBe('cancelled');
    }
  });
});

describe('orders', () => {
  const stop = { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 600 };
  const warm = { ...HEALTHY, outdoor_c: 8 };

  it('selects, then operates, at once', () => {
    const driver = new Driver().up(warm);
    expect(check(driver, { ...stop, id: 'o', kind: 'operate', by: 'li', reason: '' })?.code).toBe(
      'not_selected',
    );
    driver.wish({ ...stop, id: 's', kind: 'select' });
    expect(driver.last('select')).toMatchObject({ ...stop, valid_s: 30 });
    driver.now += 5000;
    driver.wish({ ...stop, id: 'o', kind: 'operate', select_id: 's' });
    expect(driver.last('operate')).toMatchObject({ ...stop, select_id: driver.last('select').id });
    driver.report(driver.last('operate'), { state: 'applied' });
    driver.run(300, warm);
    expect(driver.record('o')?.state).toBe('applied');
    driver.run(310, warm);
    expect(driver.record('o')?.state).toBe('expired');
  });

  it('lets a selection lapse after 30 s', () => {
    const driver = new Driver().up(warm);
    driver.wish({ ...stop, id: 's', kind: 'select' });
    driver.now += 31_000;
    expect(check(driver, { ...stop, id: 'o', kind: 'operate', by: 'li', reason: '' })?.code).toBe(
      'not_selected',
    );
  });

  it('is cancelled at the station, behind any number of setpoints', () => {
    const driver = new Driver().up(warm);
    driver.wish({ ...stop, id: 's', kind: 'select' });
    driver.wish({ ...stop, id: 'o', kind: 'operate' });
    driver.run(540, (now) => ({ ...warm, outdoor_c: 8 + Math.sin(now / 9000) * 40 }));
    expect(driver.sent('setpoints').length).toBeGreaterThan(16);
    driver.wish({ id: 'x', kind: 'cancel', cancels: 'o' });
    expect(driver.last('cancel').cancels).toBe(driver.last('operate').id);
    driver.report(driver.last('operate'), { state: 'cancelled' });
    expect(driver.record('o')?.state).toBe('cancelled');
  });

  it('does not stop the last pump in frost', () => {
    const driver = new Driver().up({ ...HEALTHY, 'circuits.low.pumps.a.running': 1 });
    const select: Wish = { ...stop, id: 's', kind: 'select', by: 'li', reason: '' };
    expect(check(driver, select)?.code).toBe('interlock');
    driver.run(10, { ...HEALTHY, 'circuits.low.pumps.a.running': 1, 'circuits.low.pumps.b.running': 1 });
    expect(check(driver, select)).toBeUndefined();
  });

  it('waits a minute for a station that is away, then gives up', () => {
    const driver = new Driver().up(warm);
    driver.status('remote', 'offline');
    driver.wish({ ...stop, id: 's', kind: 'select' });
    expect(driver.sent('select')).toHaveLength(0);
    driver.run(60);
    expect(driver.record('s')?.state).toBe('expired');
  });

  it('releases a station to its own curve until the next wish', () => {
    const driver = new Driver().up();
    driver.wish(wish());
    driver.wish({ id: 'r', kind: 'release' });
    expect(driver.sent('release')).toHaveLength(1);
    expect(driver.record('w1')?.state).toBe('cancelled');
    driver.report(driver.last('release'), { state: 'applied' });
    expect(sentIn(driver.run(HOUR, HEALTHY), 'setpoints')).toHaveLength(0);
    expect(driver.record('r')?.state).toBe('applied');
    driver.wish(wish({ id: 'w2' }));
    expect(sentIn(driver.run(20, HEALTHY), 'setpoints').length).toBeGreaterThan(0);
  });

  it('enters what was allowed when asked and is not any more as refused', () => {
    const driver = new Driver().up();
    driver.status('local');
    driver.wish(wish());
    expect(driver.record('w1')).toMatchObject({ state: 'refused', why: 'local_mode' });
  });
});
