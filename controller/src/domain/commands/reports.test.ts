import { describe, expect, it } from 'vitest';
import { Driver, HEALTHY, sentIn, stationConfig } from '../testing.ts';

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
