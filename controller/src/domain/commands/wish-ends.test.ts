import { describe, expect, it } from 'vitest';
import { stationView } from '../center-view.ts';
import { DHW, Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, type Points } from '../testing.ts';

const BOTH = stationConfig({ circuits: [LOW, DHW] });
const POINTS: Points = { ...HEALTHY, 'circuits.tap.supply_c': 58, 'circuits.tap.return_c': 50 };
const inForce = (driver: Driver) => [...(stationView(driver.center, STATION)?.wishes.keys() ?? [])];

function wish(driver: Driver, circuit: string): void {
  driver.wish({ id: circuit, kind: 'setpoints', circuit, setpoints: { supply_c: 60 }, hold_s: 3600 });
}

function wished(): Driver {
  const driver = new Driver(BOTH).up(POINTS);
  wish(driver, 'low');
  wish(driver, 'tap');
  return driver;
}

describe('a wish that ends', () => {
  it('leaves those of other circuits', () => {
    const driver = wished();
    driver.wish({ id: 'x', kind: 'cancel', cancels: 'low' });
    expect(inForce(driver)).toEqual(['tap']);
    expect(driver.record('tap')?.state).toBe('pending');
  });

  it('with its circuit leaves those of circuits that stay', () => {
    const driver = wished();
    driver.apply({ kind: 'settings', at: driver.now, station: { ...BOTH, circuits: [LOW] } });
    expect(inForce(driver)).toEqual(['low']);
    expect(driver.record('low')?.state).toBe('sent');
    expect(driver.record('tap')?.state).toBe('cancelled');
  });
});

describe('a wish', () => {
  it('is entered with what was asked, once', () => {
    const driver = new Driver(BOTH).up(POINTS);
    wish(driver, 'low');
    wish(driver, 'low');
    expect(inForce(driver)).toEqual(['low']);
    expect(driver.record('low')).toMatchObject({ state: 'pending', asked: { supply_c: 60 } });
  });
});

describe('a release', () => {
  it('that could not be sent within a minute is given up', () => {
    const driver = new Driver().up();
    driver.status('remote', 'offline');
    driver.wish({ id: 'r', kind: 'release' });
    driver.run(55);
    expect(driver.record('r')?.state).toBe('pending');
    driver.run(5);
    expect(driver.record('r')?.state).toBe('expired');
  });

  it('ends the lease: a wish for the very same setpoints is told at once', () => {
    const driver = new Driver().up();
    const { circuits } = driver.last('setpoints');
    driver.run(10, HEALTHY);
    driver.wish({ id: 'r', kind: 'release' });
    driver.run(20, HEALTHY);
    const setpoints = { supply_c: 57.6, flow_m3_h: 54.9 };
    expect(circuits).toEqual({ low: setpoints });
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints, hold_s: 600 });
    expect(sentIn(driver.run(20, HEALTHY), 'setpoints')[0]?.circuits).toEqual(circuits);
  });
});

describe('a lease', () => {
  it('is entered with its setpoints by circuit, and step by step', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    expect(driver.record(command.id)).toMatchObject({
      asked: { 'low.supply_c': 57.6, 'low.flow_m3_h': 54.9 },
      steps: [{ state: 'pending' }, { state: 'sent' }],
    });
  });
});
