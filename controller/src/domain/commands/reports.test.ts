import { describe, expect, it } from 'vitest';
import { epochConflicts, stationView } from '../center-view.ts';
import { Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, type Points } from '../testing.ts';

describe('reports', () => {
  it('is applied only when read back within half the resolution', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    const near = { low: { supply_c: 57.64, flow_m3_h: 54.9 } };
    driver.report(command, {
      state: 'applied',
      readback: { circuits: { low: { supply_c: 55, flow_m3_h: 54.9 } } },
    });
    expect(driver.record(command.id)).toMatchObject({ state: 'accepted', path: 'circuits.low.supply_c' });
    driver.report(command, { state: 'applied' });
    expect(driver.record(command.id)?.state).toBe('accepted');
    driver.report(command, { state: 'applied', readback: { circuits: near } });
    expect(driver.record(command.id)?.state).toBe('applied');
  });

  it('is applied only when the limits of the primary side were read back too', () => {
    const limited = stationConfig({
      primary_limits: { power_max_kw: 1200 },
      primary_accepts: ['power_max_kw'],
    });
    const driver = new Driver(limited).up();
    const command = driver.last('setpoints');
    expect(command.primary).toEqual({ power_max_kw: 1200 });
    driver.confirm(command);
    expect(driver.record(command.id)).toMatchObject({ state: 'accepted', path: 'primary.power_max_kw' });
    const readback = { circuits: { ...command.circuits }, primary: { power_max_kw: 1200 } };
    driver.report(command, { state: 'applied', readback });
    expect(driver.record(command.id)).toMatchObject({
      state: 'applied',
      asked: { 'primary.power_max_kw': 1200 },
    });
  });

  it('changes nothing when it is repeated, out of order, or about an unknown command', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    driver.confirm(command);
    const record = driver.record(command.id);
    driver.confirm(command);
    driver.report({ ...command, id: 'c-6-900' }, { state: 'refused', why: 'interlock' });
    expect(driver.record(command.id)).toBe(record);
  });

  it('supersedes the lease before when a new one is sent', () => {
    const driver = new Driver().up();
    const first = driver.last('setpoints');
    driver.confirm(first);
    driver.run(300, HEALTHY);
    expect(driver.last('setpoints').id).not.toBe(first.id);
    expect(driver.record(first.id)?.state).toBe('superseded');
    driver.report(first, { state: 'superseded' });
    expect(driver.record(first.id)?.state).toBe('superseded');
  });

  it('tells setpoints again when the station says that the lease is over', () => {
    const driver = new Driver().up();
    driver.report(driver.last('setpoints'), { state: 'expired' });
    expect(sentIn(driver.run(70, HEALTHY), 'setpoints')).toHaveLength(1);
  });

  it('asks a station again soon that still counts heartbeats after a silence', () => {
    const driver = new Driver().up();
    const points = { ...HEALTHY, 'circuits.low.follows': 1 };
    for (let n = 0; n < 6; n += 1) {
      driver.report(driver.last('setpoints'), { state: 'refused', why: 'stale', path: 'heartbeat' });
      expect(sentIn(driver.run(15, points), 'setpoints').length).toBeGreaterThan(0);
    }
  });

  it('does not press a fallback on a station that takes none', () => {
    const driver = new Driver();
    driver.status('remote', 'online', 0);
    driver.run(10, HEALTHY);
    driver.report(driver.last('fallback'), { state: 'refused', why: 'not_accepted' });
    driver.run(2 * 3600, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(1);
  });
});

describe('a lease', () => {
  it('goes on when an older command of it is over or superseded', () => {
    const driver = new Driver().up();
    const first = driver.last('setpoints');
    driver.run(300, HEALTHY);
    const second = driver.last('setpoints');
    expect(second.id).not.toBe(first.id);
    driver.report(first, { state: 'expired' });
    driver.report(first, { state: 'refused', why: 'stale' });
    driver.report(second, { state: 'superseded' });
    expect(sentIn(driver.run(200, HEALTHY), 'setpoints')).toHaveLength(0);
  });

  it('is tried again after a minute where the refusal has nothing to do with heartbeats', () => {
    const driver = new Driver().up();
    driver.report(driver.last('setpoints'), {
      state: 'refused',
      why: 'stale',
      path: 'circuits.low.supply_c',
    });
    expect(sentIn(driver.run(45, HEALTHY), 'setpoints')).toHaveLength(0);
    expect(sentIn(driver.run(30, HEALTHY), 'setpoints')).toHaveLength(1);
  });
});

describe('a refusal of the epoch', () => {
  it('by a station that obeys a higher one is told once, and nothing is sent to it', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    const refused = { state: 'refused', why: 'wrong_epoch', epoch: 9 } as const;
    expect(driver.report(command, refused)).toContainEqual({
      kind: 'epoch_conflict',
      station: STATION,
      epoch: 9,
    });
    expect(driver.record(command.id)).toMatchObject({ state: 'refused', why: 'wrong_epoch' });
    expect(driver.report(command, refused).map(({ kind }) => kind)).not.toContain('epoch_conflict');
    expect(epochConflicts(driver.center)).toEqual([{ station: STATION, epoch: 9 }]);
    expect(sentIn(driver.run(1200, HEALTHY), 'setpoints')).toHaveLength(0);
  });

  it('that is not higher is a refusal of the moment', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    driver.report(command, { state: 'refused', why: 'wrong_epoch' });
    expect(driver.record(command.id)).toMatchObject({ state: 'refused', why: 'wrong_epoch' });
    expect(epochConflicts(driver.center)).toEqual([]);
    expect(sentIn(driver.run(70, HEALTHY), 'setpoints')).toHaveLength(1);
  });

  it('is no conflict where a station refuses for something else and names another epoch', () => {
    const driver = new Driver().up();
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'stale', epoch: 9 });
    expect(epochConflicts(driver.center)).toEqual([]);
  });
});

describe('wishes of several circuits', () => {
  const HIGH = { ...LOW, id: 'high' };
  const points: Points = { ...HEALTHY, 'circuits.high.supply_c': 57, 'circuits.high.return_c': 41 };
  const wished = (): Driver => {
    const driver = new Driver(stationConfig({ circuits: [LOW, HIGH] })).up(points);
    for (const circuit of ['low', 'high'])
      driver.wish({ id: circuit, kind: 'setpoints', circuit, setpoints: { supply_c: 60 }, hold_s: 3600 });
    driver.run(20, points);
    return driver;
  };
  const inForce = (driver: Driver) => [...(stationView(driver.center, STATION)?.wishes.keys() ?? [])];

  it.each([
    ['the circuit that the path names', 'circuits.low.supply_c', ['high']],
    ['all where no circuit is named', 'primary.power_max_kw', []],
    ['all where there is no path', undefined, []],
  ])('end with a lasting refusal: %s', (_what, path, left) => {
    const driver = wished();
    expect(inForce(driver)).toEqual(['low', 'high']);
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'out_of_range', ...(path && { path }) });
    expect(inForce(driver)).toEqual(left);
  });

  it('do not end with the refusal of an older command that did not carry them', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, HIGH] })).up(points);
    const before = driver.last('setpoints');
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 60 }, hold_s: 3600 });
    driver.report(before, { state: 'refused', why: 'out_of_range', path: 'circuits.low.supply_c' });
    expect(inForce(driver)).toEqual(['low']);
  });
});

describe('what is read back', () => {
  it('may be off by half of the last shown digit, and must name the circuit', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    driver.report(command, { state: 'applied', readback: { circuits: {} } });
    expect(driver.record(command.id)).toMatchObject({ state: 'accepted', path: 'circuits.low.supply_c' });
    const off = { low: { supply_c: 57.65, flow_m3_h: 54.9 } };
    driver.report(command, { state: 'applied', readback: { circuits: off } });
    expect(driver.record(command.id)?.state).toBe('applied');
  });

  it('of the primary side may lack it', () => {
    const limits = { primary_limits: { power_max_kw: 1200 }, primary_accepts: ['power_max_kw'] as const };
    const driver = new Driver(stationConfig({ ...limits, circuits: [] })).up();
    const command = driver.last('setpoints');
    expect(command).not.toHaveProperty('circuits');
    driver.report(command, { state: 'applied' });
    expect(driver.record(command.id)).toMatchObject({ state: 'accepted', path: 'primary.power_max_kw' });
  });
});

describe('a fallback', () => {
  const unkept = (): Driver => {
    const driver = new Driver();
    driver.status('remote', 'online', 2);
    driver.run(10, HEALTHY);
    return driver;
  };

  it('is entered by its revision and outlives the setpoints sent after it', () => {
    const driver = unkept();
    driver.run(20, HEALTHY);
    expect(driver.record(driver.last('fallback').id)).toMatchObject({
      kind: 'fallback',
      by: 'center',
      asked: { limits_rev: 3 },
      state: 'sent',
    });
    expect(driver.sent('setpoints').length).toBeGreaterThan(0);
  });

  it('is done when the station says that it keeps this revision', () => {
    const driver = unkept();
    const command = driver.last('fallback');
    driver.report(command, { state: 'applied' });
    driver.report(command, { state: 'applied', readback: { limits_rev: 2 } });
    expect(driver.record(command.id)?.state).toBe('sent');
    driver.report(command, { state: 'applied', readback: { limits_rev: 3 } });
    expect(driver.record(command.id)?.state).toBe('applied');
    driver.run(600, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(1);
  });

  it('is sent again after 1, 2 and 4 min without an answer', () => {
    const driver = unkept();
    driver.run(450, HEALTHY);
    const [first = 0, ...again] = driver.sent('fallback').map(({ at }) => at);
    expect(again.map((at) => (at - first) / 60_000)).toEqual([1, 3, 7]);
  });

  it('is sent again after a refusal of the moment, whatever becomes of the setpoints', () => {
    const driver = unkept();
    driver.report(driver.last('fallback'), { state: 'refused', why: 'stale' });
    driver.report(driver.last('setpoints'), { state: 'refused', why: 'not_accepted' });
    driver.run(70, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(2);
  });

  it('is not sent where no circuit has a curve', () => {
    const { design: _design, ...undesigned } = LOW;
    const driver = new Driver(stationConfig({ circuits: [undesigned] }));
    driver.status('remote', 'online', 2);
    driver.run(60, HEALTHY);
    expect(driver.sent('fallback')).toHaveLength(0);
  });
});
