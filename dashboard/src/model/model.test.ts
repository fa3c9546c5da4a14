import type { DecidedSetpoint, StationView } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { fakeStation } from '../../test/fake-stations.ts';
import { worstCircuit } from './deviation.ts';
import { orderStations } from './order.ts';
import type { OverviewChoice } from './order.ts';
import { allowedRange, isApproached, reasonParts } from './reason.ts';
import { blockedBy, effectOf, quantityNow } from './wish.ts';

const AT = 1_795_305_600_000;
const HOUR = 3_600_000;
const choice: OverviewChoice = {
  sort: 'exception',
  descending: false,
  search: '',
  states: new Set(),
  area: '',
  language: 'en',
  now: AT,
};

interface Like {
  readonly id: string;
  readonly off_k?: number | null;
  readonly state?: StationView['state'];
  readonly hours?: number;
}

function station({ id, off_k = 0, state = 'good', hours = 1 }: Like): StationView {
  const points: StationView['points'] =
    off_k === null
      ? {}
      : {
          'circuits.low.supply_c': [AT, 55 + off_k, 'good'],
          'circuits.low.supply_set_c': [AT, 55, 'good'],
        };
  const base = fakeStation(1, AT);
  return { ...base, id, name: { en: id }, state, state_since: AT - hours * HOUR, points, setpoints: {} };
}

describe('order of the overview', () => {
  it('puts what needs a person first: state, then how far for how long', () => {
    const views = [
      station({ id: 'calm' }),
      station({ id: 'short', state: 'deviating', off_k: -6, hours: 0.2 }),
      station({ id: 'long', state: 'deviating', off_k: 4, hours: 5 }),
      station({ id: 'broken', state: 'faulty' }),
      station({ id: 'gone', state: 'offline' }),
      station({ id: 'new', state: 'silent', off_k: null }),
    ];
    expect(orderStations(views, choice)).toEqual(['broken', 'gone', 'long', 'short', 'new', 'calm']);
  });

  it('puts the most urgent alarm before every state', () => {
    const alarmed = { ...station({ id: 'alarmed' }), alarms: [{ priority: 2, code: 'leak', since: AT }] };
    expect(orderStations([station({ id: 'broken', state: 'faulty' }), alarmed], choice)[0]).toBe('alarmed');
  });

  it('puts a remark before the calm stations only', () => {
    const remarked = { ...station({ id: 'z' }), alarms: [{ priority: 4, code: 'clock_ahead', since: AT }] };
    const views = [station({ id: 'calm' }), remarked, station({ id: 'off', state: 'deviating', off_k: 4 })];
    expect(orderStations(views, choice)).toEqual(['off', 'z', 'calm']);
  });

  it('does not move calm rows for noise', () => {
    const first = [station({ id: 'a', off_k: 0.1 }), station({ id: 'b', off_k: -0.2 })];
    const later = [station({ id: 'a', off_k: -0.2 }), station({ id: 'b', off_k: 0.1 })];
    expect(orderStations(first, choice)).toEqual(orderStations(later, choice));
  });

  it('sorts by a column in both directions with the unknown last', () => {
    const views = [
      station({ id: 'x', off_k: null }),
      station({ id: 'y', off_k: 1 }),
      station({ id: 'z', off_k: -3 }),
    ];
    const up = { ...choice, sort: 'deviation' } as const;
    expect(orderStations(views, up)).toEqual(['y', 'z', 'x']);
    expect(orderStations(views, { ...up, descending: true })).toEqual(['z', 'y', 'x']);
  });

  it('filters by state, area and words of name, area or id', () => {
    const views = [station({ id: 'dongshan-3' }), station({ id: 'yingze-1', state: 'faulty' })];
    expect(orderStations(views, { ...choice, search: 'DONG old' })).toEqual(['dongshan-3']);
    expect(orderStations(views, { ...choice, states: new Set(['faulty']) })).toEqual(['yingze-1']);
    expect(orderStations(views, { ...choice, area: 'elsewhere' })).toEqual([]);
  });
});

describe('deviation', () => {
  it('is of the circuit that is farthest off, and none for a bad value', () => {
    const base = fakeStation(0, AT);
    const points: StationView['points'] = {
      'circuits.low.supply_c': [AT, 60, 'good'],
      'circuits.low.supply_set_c': [AT, 61, 'good'],
      'circuits.high.supply_c': [AT, 50, 'good'],
      'circuits.high.supply_set_c': [AT, 54, 'good'],
      'circuits.dhw.supply_c': [AT, 190, 'bad'],
      'circuits.dhw.supply_set_c': [AT, 55, 'good'],
    };
    expect(worstCircuit({ ...base, points })).toMatchObject({ circuit: 'high', deviation_k: -4 });
  });
});

const curve = { code: 'weather_curve', params: { outdoor_c: 0, value: 57.6 } };
const limit = { code: 'return_limit', params: { max: 55.2, return_c: 52, limit_c: 50 } };
const hard = { code: 'hard_limits', params: { min: 30, max: 85 } };
const setpoint: DecidedSetpoint = {
  name: 'supply_c',
  value: 55.2,
  wanted: 57.6,
  at: AT,
  reason: limit,
  trace: [
    { reason: curve, binding: false, overridden: false },
    {
      reason: { code: 'equipment_maximum', params: { max: 95 } },
      max: 95,
      binding: false,
      overridden: false,
    },
    { reason: hard, min: 30, max: 85, binding: false, overridden: false },
    { reason: limit, max: 55.2, binding: true, overridden: false },
  ],
};

describe('reasons', () => {
  it('name the source, the limit and how far it moved the value', () => {
    const parts = reasonParts(setpoint);
    expect(parts).toMatchObject({ source: curve, limit, wanted: 57.6 });
    expect(parts.moved).toBeCloseTo(-2.4);
    expect(reasonParts({ ...setpoint, value: 57.6, reason: curve })).toMatchObject({
      limit: undefined,
      moved: 0,
    });
  });

  it('see a ramp as the way to the wish, else to what the source wants', () => {
    const ramp = { code: 'ramp', params: { min: 57, max: 58 } };
    const wish = { code: 'wish', params: { value: 62, by: 'admin', until: AT } };
    const entry = { reason: wish, binding: false, overridden: true };
    const moving = { ...setpoint, value: 58, reason: ramp };
    expect(reasonParts(moving).target).toEqual({ reason: curve, value: 57.6 });
    const wished = { ...moving, trace: [...moving.trace, entry] };
    expect(reasonParts(wished).target).toEqual({ reason: wish, value: 62 });
    expect(isApproached(wished, entry)).toBe(true);
    expect(isApproached({ ...wished, reason: limit }, entry)).toBe(false);
  });

  it('give the range of a wish from lasting limits only, the tightest by name', () => {
    expect(allowedRange(setpoint.trace)).toEqual({ min: 30, max: 85, minBy: hard, maxBy: hard });
  });
});

describe('a wish', () => {
  const base = fakeStation(0, AT);
  const view: StationView = {
    ...base,
    points: { 'circuits.low.supply_c': [AT, 55, 'good'], 'circuits.low.supply_set_c': [AT, 55.2, 'good'] },
    setpoints: { low: [setpoint] },
  };

  it('shows where it starts, how long the ramp takes and what holds it back', () => {
    const effect = effectOf(quantityNow(view, 'low', 'supply_c'), 65.2, 1);
    expect(effect).toMatchObject({
      direction: 'up',
      minutes: 10,
      heldBack: { code: 'return_limit', max: 55.2 },
    });
    expect(effectOf(quantityNow(view, 'low', 'supply_c'), 50.2, undefined)).toMatchObject({
      direction: 'down',
      minutes: null,
      heldBack: null,
    });
  });

  it('takes its range from the settings where the trace has none', () => {
    const { range } = quantityNow(view, 'low', 'flow_m3_h');
    expect([range.min, range.max]).toEqual([10, 200]);
  });

  it('is blocked while the station is observed, local or takes no setpoints', () => {
    expect(blockedBy(view, 'low')).toBeNull();
    expect(blockedBy({ ...view, control: 'observe' }, 'low')).toBe('observe');
    expect(blockedBy({ ...view, mode: 'manual' }, 'low')).toBe('mode');
    expect(blockedBy(view, 'unknown')).toBe('accepts');
  });
});
