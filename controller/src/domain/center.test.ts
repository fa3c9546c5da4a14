import { commandSchema } from '@heat-center/contract/messages.ts';
import { describe, expect, it } from 'vitest';
import { checkWish, epochConflicts, stationView } from './center-view.ts';
import { applyInput, createCenter } from './center.ts';
import type { Wish } from './inputs.ts';
import { DHW, Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, T0 } from './testing.ts';

const MINUTE = 60;

describe('lease', () => {
  it('sends nothing before the first live sample, then fallback and setpoints', () => {
    const driver = new Driver();
    driver.status('remote', 'online', 2);
    driver.run(60);
    expect(driver.sent('setpoints')).toHaveLength(0);
    driver.now += 1000;
    driver.telemetry(HEALTHY, { historical: true });
    expect(driver.effects.filter(({ kind }) => kind === 'send')).toHaveLength(0);
    driver.now += 1000;
    driver.telemetry(HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(1);
    expect(driver.last('setpoints')).toMatchObject({
      id: `c-7-2-${STATION}`,
      epoch: 7,
      seq: 2,
      valid_s: 600,
      limits_rev: 3,
      reason: 'weather curve, design flow',
      circuits: { low: { supply_c: 57.6, flow_m3_h: 54.9 } },
    });
  });

  it('waits for a live sample after every connect', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: true });
    expect(sentIn(driver.run(15 * MINUTE), 'setpoints')).toHaveLength(0);
    expect(sentIn(driver.run(20, HEALTHY), 'setpoints').length).toBeGreaterThan(0);
  });

  it('sends the fallback again in a new session while it was not read back', () => {
    const driver = new Driver();
    driver.status('remote', 'online', 2);
    driver.run(20, HEALTHY);
    const before = driver.sent('fallback').length;
    driver.now += 5000;
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: true });
    driver.telemetry(HEALTHY);
    expect(driver.sent('fallback').length).toBe(before + 1);
  });

  it('counts on above its numbers when a station is removed and registered again', () => {
    const driver = new Driver().up();
    driver.run(15 * MINUTE, HEALTHY);
    const sent = (): { seq: number; id: string }[] =>
      driver.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.command] : []));
    const highest = Math.max(...sent().map(({ seq }) => seq));
    driver.now += 5000;
    driver.apply({ kind: 'removed', at: driver.now, station: STATION });
    driver.apply({ kind: 'settings', at: driver.now, station: driver.config });
    driver.up();
    const ids = sent().map(({ id }) => id);
    expect(Math.max(...sent().map(({ seq }) => seq))).toBeGreaterThan(highest);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps its pace when a station connects again and again', () => {
    const driver = new Driver().up();
    for (let n = 0; n < 20; n += 1) {
      driver.now += 2000;
      driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: true });
      driver.telemetry(HEALTHY);
    }
    const times = driver.sent('setpoints').map(({ at }) => at);
    expect(times.length).toBeGreaterThan(3);
    expect(times.slice(1).filter((at, index) => at - (times[index] ?? 0) < 10_000)).toEqual([]);
  });

  it('lets the station lead where it says that it does not follow', () => {
    const driver = new Driver().up({ ...HEALTHY, 'circuits.low.supply_set_c': 40 });
    driver.run(60, { ...HEALTHY, 'circuits.low.supply_set_c': 45, 'circuits.low.follows': 2 });
    expect(stationView(driver.center, STATION)?.decisions[0]?.decisions[0]?.value).toBeCloseTo(45, 0);
  });

  it('sends what the contract describes', () => {
    const driver = new Driver().up();
    const sent = driver.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.command] : []));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((command) => !commandSchema.safeParse(command).success)).toEqual([]);
  });

  it('renews at half its validity while nothing changes', () => {
    const driver = new Driver().up();
    driver.confirm(driver.last('setpoints'));
    const sent = sentIn(driver.run(20 * MINUTE, HEALTHY), 'setpoints');
    expect(sent).toHaveLength(4);
  });

  it('tells a station at most once in 10 s, whatever happens', () => {
    const driver = new Driver().up();
    driver.run(5 * MINUTE, (now) => ({ ...HEALTHY, outdoor_c: Math.sin(now / 7000) * 30 }));
    for (let n = 0; n < 8; n += 1) {
      driver.now += 500;
      const id = `w${n}`;
      driver.wish({ id, kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 50 + n }, hold_s: 600 });
      driver.tick();
    }
    driver.run(60, HEALTHY);
    const times = driver.sent('setpoints').map(({ at }) => at);
    expect(times.length).toBeGreaterThan(5);
    for (const [index, at] of times.entries()) {
      expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
    }
  });

  it.each([
    [
      'observed',
      (driver: Driver) =>
        driver.apply({ kind: 'settings', at: driver.now, station: stationConfig({ control: 'observe' }) }),
    ],
    ['in local mode', (driver: Driver) => driver.status('local')],
    ['in manual mode', (driver: Driver) => driver.status('manual')],
    ['offline', (driver: Driver) => driver.status('remote', 'offline')],
    [
      'disconnected',
      (driver: Driver) =>
        driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: false }),
    ],
  ])('sends nothing to a station that is %s', (_what, change) => {
    const driver = new Driver().up();
    driver.now += 1000;
    change(driver);
    const isGone = driver.center.stations.get(STATION)?.image.online === false;
    const effects = driver.run(15 * MINUTE, isGone ? undefined : HEALTHY);
    expect(effects.filter(({ kind }) => kind === 'send')).toHaveLength(0);
  });

  it('computes and shows what it would send to a station that is only observed', () => {
    const driver = new Driver(stationConfig({ control: 'observe' }));
    driver.run(30, HEALTHY);
    const decided = stationView(driver.center, STATION)?.decisions[0]?.decisions[0];
    expect(decided).toMatchObject({ name: 'supply_c', value: 57.6, reason: { code: 'weather_curve' } });
  });

  it('leads all circuits with one command', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] })).up();
    expect(driver.last('setpoints').circuits).toMatchObject({ low: {}, tap: { supply_c: 58 } });
  });

  it('holds for 30 min without an outdoor sensor, then lets the lease end', () => {
    const driver = new Driver().up();
    const blind = { ...HEALTHY, outdoor_c: null };
    const held = sentIn(driver.run(29 * MINUTE, blind), 'setpoints');
    expect(held.at(-1)).toMatchObject({ circuits: { low: { supply_c: 57.6 } }, reason: 'held, design flow' });
    driver.run(2 * MINUTE, blind);
    expect(sentIn(driver.run(30 * MINUTE, blind), 'setpoints')).toHaveLength(0);
    const decided = stationView(driver.center, STATION)?.decisions[0]?.decisions[0];
    expect(decided).toMatchObject({ value: undefined, reason: { code: 'no_input' } });
  });

  it('starts the ramp at the setpoint in force, and again after local mode', () => {
    const driver = new Driver().up({ ...HEALTHY, 'circuits.low.supply_set_c': 40 });
    expect(driver.sent('setpoints')[0]?.circuits?.low?.supply_c).toBeCloseTo(40, 0);
    driver.status('local');
    const byHand = { ...HEALTHY, 'circuits.low.supply_set_c': 70 };
    driver.run(5 * MINUTE, byHand);
    driver.status('remote');
    const sent = sentIn(driver.run(60, byHand), 'setpoints');
    expect(Math.abs((sent[0]?.circuits?.low?.supply_c ?? 0) - 70)).toBeLessThanOrEqual(0.2);
    expect(sent.at(-1)?.circuits?.low?.supply_c).toBeLessThan(69.6);
  });

  it('waits a minute after a refusal', () => {
    const driver = new Driver().up();
    const at = driver.now;
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'too_often' });
    const sent = sentIn(driver.run(3 * MINUTE, HEALTHY), 'setpoints');
    expect(sent[0]?.at).toBeGreaterThanOrEqual(at + 50_000);
    expect(sent).toHaveLength(1);
  });
});

describe('fallback', () => {
  it('is tried again until the revision is read back', () => {
    const driver = new Driver();
    driver.status('remote', 'online', 2);
    driver.run(50, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(1);
    driver.run(30, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(2);
    driver.report(driver.last('fallback'), { state: 'applied', readback: { limits_rev: 3 } });
    expect(driver.record(driver.last('fallback').id)?.state).toBe('applied');
    driver.run(3600, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(2);
  });
});

describe('epoch', () => {
  it('numbers commands anew after a start, above every earlier epoch', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'start', at: driver.now, epoch: 7, commit: 'test', node: '24' });
    expect(driver.center.epoch).toBe(8);
    expect(driver.run(20)).not.toContainEqual(expect.objectContaining({ kind: 'send' }));
    const [first] = sentIn(driver.run(20, HEALTHY), 'setpoints');
    expect(first).toMatchObject({ epoch: 8, seq: 1 });
  });

  it('stops at a station that obeys a newer one, and goes above it when a person confirms', () => {
    const driver = new Driver().up();
    const effects = driver.report(driver.last('setpoints'), {
      state: 'refused',
      why: 'wrong_epoch',
      epoch: 50,
    });
    expect(effects).toContainEqual({ kind: 'epoch_conflict', station: STATION, epoch: 50 });
    expect(epochConflicts(driver.center)).toEqual([{ station: STATION, epoch: 50 }]);
    expect(sentIn(driver.run(15 * MINUTE, HEALTHY), 'setpoints')).toHaveLength(0);
    driver.apply({ kind: 'epoch', at: driver.now, epoch: 50, by: 'li' });
    expect(epochConflicts(driver.center)).toEqual([]);
    expect(sentIn(driver.run(30, HEALTHY), 'setpoints')[0]).toMatchObject({ epoch: 51, seq: 1 });
  });
});

describe('inputs', () => {
  it('beats after every tick', () => {
    const center = createCenter();
    applyInput(center, { kind: 'start', at: T0, epoch: 7, commit: 'test', node: '24' });
    const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
    expect(applyInput(center, { kind: 'tick', at: T0 + 5000, local })).toEqual([
      { kind: 'heartbeat', epoch: 7, at: T0 + 5000 },
    ]);
  });

  it('ignores stations that it does not know', () => {
    const driver = new Driver();
    driver.apply({ kind: 'removed', at: driver.now, station: STATION });
    expect(driver.telemetry(HEALTHY)).toEqual([]);
    expect(stationView(driver.center, STATION)).toBeUndefined();
    const wish: Wish = { id: 'w', kind: 'release', by: 'li', reason: '' };
    const error = checkWish(driver.center, { station: STATION, wish, now: driver.now });
    expect(error?.code).toBe('not_found');
  });

  it('cycles a talkative station every five seconds, and a tick takes what no later sample did', () => {
    const driver = new Driver().up();
    const { cycled_at } = driver.center.stations.get(STATION)?.state ?? {};
    driver.now += 4900;
    driver.telemetry(HEALTHY);
    expect(driver.center.stations.get(STATION)?.state).toMatchObject({ cycled_at, due_at: driver.now + 100 });
    driver.now += 100;
    driver.telemetry(HEALTHY);
    expect(driver.center.stations.get(STATION)?.state.cycled_at).toBe(driver.now);
  });

  it('tells a decision again only when it changed', () => {
    const driver = new Driver().up();
    const decided = driver.run(10 * MINUTE, HEALTHY).filter(({ kind }) => kind === 'decided');
    expect(decided).toHaveLength(0);
  });
});
