import { describe, expect, it } from 'vitest';
import { Driver, HEALTHY, sentIn, STATION, T0, type Points } from '../testing.ts';
import { leadAgainAt, noteLead } from './flapping.ts';

const MINUTE = 60_000;
const FOLLOWS = { center: 0, curve: 1 };

describe('pause before a station is led again', () => {
  it('grows with each lead of the last half hour', () => {
    let starts: readonly number[] = [];
    const pauses: number[] = [];
    for (let now = T0, lead = 0; lead < 6; lead += 1) {
      now = Math.max(now + 30_000, leadAgainAt(starts, now + 30_000));
      pauses.push((now - (starts.at(-1) ?? now)) / MINUTE);
      starts = noteLead(starts, now);
    }
    expect(pauses).toEqual([0, 0.5, 2, 4, 8, 10]);
    expect(leadAgainAt(starts, (starts.at(-1) ?? 0) + 30 * MINUTE)).toBe((starts.at(-1) ?? 0) + 30 * MINUTE);
  });

  it('forgets a lead after half an hour', () => {
    const now = T0 + 30 * MINUTE;
    expect(noteLead([T0], now - 1)).toEqual([T0, now - 1]);
    expect(noteLead([T0], now)).toEqual([now]);
    expect(leadAgainAt([T0, T0 + 1], now)).toBe(now);
  });
});

/** A link that is there for 40 s and gone for 20 s, for half an hour: each time the station took its own curve. */
function flap(follows: number): Driver {
  const driver = new Driver().up();
  const points: Points = { ...HEALTHY, 'circuits.low.follows': follows };
  for (let turn = 0; turn < 30; turn += 1) {
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: false });
    driver.run(20);
    driver.apply({ kind: 'session', at: driver.now, station: STATION, connected: true });
    driver.status('remote');
    driver.run(40, points);
  }
  return driver;
}

describe('a link that flaps', () => {
  it('does not make control flap', () => {
    expect(flap(FOLLOWS.curve).sent('setpoints').length).toBeLessThanOrEqual(7);
  });

  it('is no reason to leave a station that still follows', () => {
    expect(flap(FOLLOWS.center).sent('setpoints').length).toBeGreaterThanOrEqual(30);
  });

  it('does not keep a wish waiting', () => {
    const driver = flap(FOLLOWS.curve);
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 60 }, hold_s: 600 });
    expect(sentIn(driver.run(15, HEALTHY), 'setpoints')).toHaveLength(1);
  });
});
