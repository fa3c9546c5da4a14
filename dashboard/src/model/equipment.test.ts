import type { CommandView } from '@heat-center/api/commands.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { actuatorsOf, holdOn, othersRunning } from './equipment.ts';

const AT = 1_795_305_600_000;
const points: StationView['points'] = {
  'circuits.low.pumps.b.running': [AT, true, 'good'],
  'circuits.low.pumps.b.pct': [AT, 70, 'good'],
  'circuits.low.pumps.a.running': [AT, true, 'good'],
  'circuits.low.valve_pct': [AT, 41, 'good'],
  'circuits.high.pumps.a.running': [AT, true, 'good'],
  'circuits.high.supply_c': [AT, 55, 'good'],
};

describe('what can be stopped', () => {
  it('are the pumps and the valve that the circuit itself reports', () => {
    expect(actuatorsOf({ points }, 'low').map(({ target, action }) => `${action} ${target}`)).toEqual([
      'stop circuits.low.pumps.a',
      'stop circuits.low.pumps.b',
      'close circuits.low.valve',
    ]);
    expect(actuatorsOf({ points }, 'high').map(({ target }) => target)).toEqual(['circuits.high.pumps.a']);
  });

  it('knows which pumps go on, of the same circuit only', () => {
    const [a] = actuatorsOf({ points }, 'low');
    expect(othersRunning({ points }, a!)).toEqual(['b']);
    const stopped: StationView['points'] = { ...points, 'circuits.low.pumps.b.running': [AT, false, 'good'] };
    expect(othersRunning({ points: stopped }, a!)).toEqual([]);
  });

  it('is held by an order that was not refused and has not ended', () => {
    const order = (state: CommandView['state'], ends_at: number): CommandView => ({
      id: state,
      kind: 'operate',
      circuit: null,
      by: 'li.wei',
      at: AT,
      ends_at,
      state,
      asked: { target: 'circuits.low.pumps.a', action: 'stop', hold_s: 3600 },
      steps: [],
    });
    const held = (command: CommandView) => holdOn([command], 'circuits.low.pumps.a', AT)?.id;
    expect(held(order('applied', AT + 1))).toBe('applied');
    expect(held(order('applied', AT))).toBeUndefined();
    expect(held(order('refused', AT + 1))).toBeUndefined();
    expect(holdOn([order('applied', AT + 1)], 'circuits.low.pumps.b', AT)).toBeUndefined();
  });
});
