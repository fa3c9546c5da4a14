import { describe, expect, it } from 'vitest';
import { stationView } from './center-view.ts';
import { LOW, sentIn, stationConfig, STATION, T0, Driver, type Points } from './testing.ts';
import { weatherCurve } from './physics/weather-curve.ts';

const HOUR = 3_600_000;

/** A station that takes commands like a real one: leases, its own curve without them, a hand on the dial. */
class Station {
  readonly driver = new Driver(stationConfig({ primary_limits: { return_max_c: 60 } }));
  outdoor: number | null = 0;
  byHand: number | undefined;
  lease: { supply_c: number; ends: number } | undefined;
  supply_set_c = 52;
  /** Setpoints in force over time. */
  readonly course: number[] = [];
  private seen = 0;

  constructor() {
    this.driver.status('remote');
  }

  private get follows(): 'hand' | 'center' | 'curve' {
    if (this.byHand !== undefined) return 'hand';
    return this.lease && this.lease.ends > this.driver.now ? 'center' : 'curve';
  }

  private step(): Points {
    const { follows } = this;
    if (follows === 'hand') this.supply_set_c = this.byHand ?? 52;
    if (follows === 'center') this.supply_set_c = this.lease?.supply_c ?? 52;
    // Its own curve, a little lower than the center's, approached at its own ramp.
    if (follows === 'curve') this.supply_set_c += Math.max(-0.15, Math.min(0.15, 52 - this.supply_set_c));
    this.course.push(this.supply_set_c);
    return {
      outdoor_c: this.outdoor,
      'primary.return_c': 45,
      'circuits.low.supply_c': this.supply_set_c - 0.2,
      'circuits.low.return_c': this.supply_set_c - 14,
      'circuits.low.supply_set_c': this.supply_set_c,
      'circuits.low.flow_set_m3_h': 54.9,
      'circuits.low.follows': ['center', 'curve', 'hand'].indexOf(follows),
    };
  }

  live(hours: number, outdoor?: (hour: number) => number): void {
    const { driver } = this;
    const end = driver.now + hours * HOUR;
    while (driver.now < end) {
      if (outdoor) this.outdoor = outdoor((driver.now - T0) / HOUR);
      driver.run(10, this.step());
      for (const command of sentIn(driver.effects.slice(this.seen), 'setpoints')) {
        const supply_c = command.circuits?.low?.supply_c;
        if (this.byHand !== undefined || supply_c === undefined) continue;
        this.lease = { supply_c, ends: driver.now + command.valid_s * 1000 };
        driver.confirm(command);
      }
      this.seen = driver.effects.length;
    }
  }

  get decided() {
    return stationView(this.driver.center, STATION)?.decisions[0]?.decisions[0];
  }

  /** Greatest change of the setpoint in force between two samples, K. */
  get greatestStep(): number {
    return this.course.reduce(
      (most, now, index) => Math.max(most, Math.abs(now - (this.course[index - 1] ?? now))),
      0,
    );
  }
}

/** 3 °C in the afternoon, −5 °C before dawn. */
const day = (hour: number): number => -1 + 4 * Math.sin((hour / 12) * Math.PI);

describe('a day of one station', () => {
  it('follows the weather, survives its sensor, an operator and a hand, and never jumps', () => {
    const station = new Station();
    const { driver } = station;

    station.live(12, day);
    const curve = (outdoor: number) => {
      const { design } = LOW;
      return design && weatherCurve({ design, kind: 'radiators' }, outdoor).supply_c;
    };
    const filtered = driver.center.stations.get(STATION)?.state.outdoor?.value_c ?? 0;
    expect(station.decided?.value).toBeCloseTo(curve(filtered) ?? 0, 0);
    expect(station.decided?.reason.code).toBe('weather_curve');
    // The filter trails the course by hours: the afternoon is over, and it still feels mild.
    expect(filtered).toBeGreaterThan(day(12));

    station.outdoor = null;
    const before = station.supply_set_c;
    station.live(0.4);
    expect(station.decided?.reason.code).toBe('held');
    expect(station.supply_set_c).toBeCloseTo(before, 1);
    station.live(0.6);
    expect(station.decided?.value).toBeUndefined();
    expect(station.supply_set_c).toBe(52);

    station.live(1, day);
    expect(station.decided?.reason.code).toBe('weather_curve');

    driver.wish({
      id: 'w',
      kind: 'setpoints',
      circuit: 'low',
      setpoints: { supply_c: 66 },
      hold_s: 6 * 3600,
    });
    station.live(0.5, day);
    expect(station.supply_set_c).toBe(66);
    expect(driver.record('w')?.state).toBe('achieved');
    driver.wish({ id: 'x', kind: 'cancel', cancels: 'w' });
    station.live(0.5, day);
    expect(station.decided?.reason.code).toBe('weather_curve');

    driver.status('local');
    station.lease = undefined;
    for (let hand = Math.round(station.supply_set_c); hand > 46; hand -= 0.1) {
      station.byHand = hand;
      station.live(10 / 3600, day);
    }
    expect(station.decided?.value).toBeCloseTo(46, 0);
    const sent = driver.sent('setpoints').length;
    station.live(0.5, day);
    expect(driver.sent('setpoints')).toHaveLength(sent);
    station.byHand = undefined;
    driver.status('remote');
    station.live(1, day);
    expect(station.decided?.reason.code).toBe('weather_curve');
    expect(station.supply_set_c).toBeGreaterThan(56);

    // 1 K/min is 0.17 K in 10 s, told in tenths; two cycles may lie between two commands.
    expect(station.greatestStep).toBeLessThanOrEqual(0.5);
  });
});
