import { describe, expect, it } from 'vitest';
import { epochConflicts } from './center-view.ts';
import { createImage } from './image.ts';
import { NEW_NETWORK } from './network/network.ts';
import { createStationState, isReachable, type StationCase } from './state.ts';
import { DHW, Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, T0 } from './testing.ts';

const entry = (driver: Driver) => {
  const found = driver.center.stations.get(STATION);
  if (!found) throw new Error('The station is gone.');
  return found;
};
const waits = (driver: Driver) => entry(driver).state.awaits_sample;
const status = (driver: Driver, changes: { boot?: string; mode?: 'remote' | 'local' }) =>
  driver.apply({
    kind: 'status',
    at: driver.now,
    station: STATION,
    status: { v: 1, state: 'online', boot: 'b1', at: driver.now, mode: 'remote', limits_rev: 3, ...changes },
    will: false,
  });

describe('a session', () => {
  it('begins with another boot, another mode, and after the station was away', () => {
    for (const change of [{ boot: 'b2' }, { mode: 'local' }] as const) {
      const driver = new Driver().up();
      status(driver, {});
      expect(waits(driver)).toBe(false);
      status(driver, change);
      expect(waits(driver)).toBe(true);
    }
    const away = new Driver().up();
    away.status('remote', 'offline');
    expect(waits(away)).toBe(false);
    away.status('remote');
    expect(waits(away)).toBe(true);
  });

  it('begins with a connect and not with its end', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: false });
    expect(waits(driver)).toBe(false);
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: true });
    expect(waits(driver)).toBe(true);
  });

  it('of a will says nothing of boot and mode', () => {
    const driver = new Driver().up();
    driver.status('local', 'offline');
    expect(entry(driver).image.mode).toBe('remote');
  });
});

describe('settings', () => {
  it('that leave control as it is leave release and lease as they are', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'settings', at: driver.now, station: stationConfig({ heated_area_m2: 35_001 }) });
    expect(entry(driver).state.lease).toBeDefined();
    driver.wish({ id: 'r', kind: 'release' });
    driver.apply({ kind: 'settings', at: driver.now, station: stationConfig() });
    expect(entry(driver).state.released).toBe(true);
  });

  it('that switch control end release and lease', () => {
    const driver = new Driver().up();
    driver.wish({ id: 'r', kind: 'release' });
    driver.apply({ kind: 'settings', at: driver.now, station: stationConfig({ control: 'observe' }) });
    expect(entry(driver).state).toMatchObject({ released: false, lease: undefined });
  });

  it('decide at once', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW] })).up();
    const effects = driver.apply({
      kind: 'settings',
      at: driver.now,
      station: stationConfig({ circuits: [LOW, DHW] }),
    });
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: 'decided', decision: expect.objectContaining({ circuit: 'tap' }) }),
    );
  });

  it('end wishes at once, and that is told', () => {
    const driver = new Driver().up();
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 60 }, hold_s: 600 });
    const effects = driver.apply({
      kind: 'settings',
      at: driver.now,
      station: stationConfig({ control: 'observe' }),
    });
    const told = effects.flatMap((effect) => (effect.kind === 'command' ? [effect.command] : []));
    expect(told.find(({ id }) => id === 'w')?.state).toBe('cancelled');
  });
});

describe('a wish', () => {
  it('is told as a command when it is taken', () => {
    const driver = new Driver().up();
    const wish = {
      id: 'w',
      kind: 'setpoints',
      circuit: 'low',
      setpoints: { supply_c: 60 },
      hold_s: 600,
    } as const;
    const told = driver.wish(wish).flatMap((effect) => (effect.kind === 'command' ? [effect.command] : []));
    expect(told.map(({ id }) => id)).toContain('w');
  });
});

describe('forecast, plan and settings of the network', () => {
  it('change the state and ask for nothing to be done', () => {
    const driver = new Driver().up();
    const { now: at } = driver;
    const forecast = { issued_at: at, source: 'test', hours: [] };
    expect(driver.apply({ kind: 'forecast', at, forecast })).toEqual([]);
    expect(driver.apply({ kind: 'network_settings', at, settings: {} })).toEqual([]);
    expect(driver.center.network.forecast).toBe(forecast);
    expect(driver.apply({ kind: 'removed', at, station: STATION })).toEqual([]);
    expect(driver.apply({ kind: 'removed', at, station: 'nobody' })).toEqual([]);
    expect(driver.apply({ kind: 'epoch', at, epoch: 9, by: 'li' })).toEqual([]);
  });
});

describe('an epoch that a person confirms', () => {
  it('goes on without waiting for a new session', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'epoch', at: driver.now, epoch: 9, by: 'li' });
    expect(entry(driver)).toMatchObject({ image: { online: true }, state: { awaits_sample: false } });
    driver.now += 10_000;
    expect(sentIn(driver.tick(), 'setpoints')[0]).toMatchObject({ epoch: 10, seq: 1 });
  });

  it('after a start waits for fresh samples', () => {
    const driver = new Driver().up();
    driver.apply({ kind: 'start', at: driver.now, epoch: 9, commit: 'test', node: '24' });
    expect(entry(driver)).toMatchObject({ image: { online: undefined }, state: { awaits_sample: true } });
  });

  it('stops at a station that obeys the very same', () => {
    const driver = new Driver().up();
    const command = driver.last('setpoints');
    driver.report(command, { state: 'refused', why: 'wrong_epoch', epoch: 8 });
    driver.center.epoch = 8;
    expect(epochConflicts(driver.center)).toEqual([{ station: STATION, epoch: 8 }]);
    driver.center.epoch = 9;
    expect(epochConflicts(driver.center)).toEqual([]);
  });
});

describe('a clock', () => {
  it('that goes back without a start changes no time of the center', () => {
    const driver = new Driver().up();
    const { now } = driver;
    driver.apply({ kind: 'session', at: now - 60_000, station: STATION, connected: false });
    expect(driver.center.now).toBe(now);
  });

  it('that was set back takes the values along', () => {
    const driver = new Driver();
    driver.now += 3_600_000;
    driver.up();
    const arrived = entry(driver).image.points.get('outdoor_c')?.arrived ?? 0;
    driver.apply({ kind: 'start', at: driver.now - 600_000, epoch: 8, commit: 'test', node: '24' });
    expect(entry(driver).image.points.get('outdoor_c')?.arrived).toBe(arrived - 600_000);
  });
});

describe('a station', () => {
  const reach = (changes: Partial<StationCase['state']>, mode: 'remote' | 'local' = 'remote') =>
    isReachable({
      state: { ...createStationState(T0, { epoch: 7, seq: 0 }), awaits_sample: false, ...changes },
      image: { ...createImage(), online: true, mode },
      config: stationConfig(),
      network: NEW_NETWORK,
      now: T0,
    });

  it('is sent nothing before it measured, by hand, or while it obeys another center', () => {
    expect(reach({})).toBe(true);
    expect(reach(createStationState(T0, { epoch: 7, seq: 0 }))).toBe(false);
    expect(reach({}, 'local')).toBe(false);
    expect([6, 7, 8].map((obeys_epoch) => reach({ obeys_epoch }))).toEqual([true, false, false]);
  });

  it('counts on from the number that it is given', () => {
    const { ledger, circuits } = createStationState(T0, { epoch: 7, seq: 12 });
    expect(ledger).toMatchObject({ epoch: 7, seq: 12, records: [], sent: [] });
    expect(circuits).toEqual([]);
  });
});

describe('a tick', () => {
  it('looks at the network every ten seconds', () => {
    const driver = new Driver().up();
    driver.run(10, HEALTHY);
    const { due_at } = driver.center.network;
    driver.now = due_at - 1;
    driver.tick();
    expect(driver.center.network.due_at).toBe(due_at);
    driver.now = due_at;
    driver.tick();
    expect(driver.center.network.due_at).toBe(due_at + 10_000);
  });
});
