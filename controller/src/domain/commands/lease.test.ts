import { describe, expect, it } from 'vitest';
import type { CircuitConfig } from '../config.ts';
import type { CircuitDecision, Decision } from '../effects.ts';
import { DHW, LOW, stationConfig, T0 } from '../testing.ts';
import {
  isLeaseInForce,
  isWorthTelling,
  offerOf,
  reasonText,
  renewalAt,
  type Lease,
  type Offer,
} from './lease.ts';

const decision = (name: Decision['name'], value: number | undefined): Decision => ({
  name,
  value,
  wanted: value,
  reason: { code: name === 'supply_c' ? 'weather_curve' : 'design_flow', params: {} },
  trace: [],
});

const decided = (circuit: string, ...decisions: Decision[]): CircuitDecision => ({
  circuit,
  at: T0,
  decisions,
});

function offer(circuits: readonly CircuitConfig[], decisions: readonly CircuitDecision[]): Offer | undefined {
  return offerOf(stationConfig({ circuits }), decisions);
}

describe('offer', () => {
  it('carries all circuits that may be led, with only what they accept', () => {
    const supplyOnly = { ...LOW, accepts: ['supply_c'] as const };
    const made = offer(
      [supplyOnly, DHW],
      [
        decided('low', decision('supply_c', 57.6), decision('flow_m3_h', 55)),
        decided('tap', decision('supply_c', 58)),
      ],
    );
    expect(made?.circuits).toEqual({ low: { supply_c: 57.6 }, tap: { supply_c: 58 } });
    expect(made?.reasons).toBe('weather_curve,weather_curve');
    expect(made && reasonText(made)).toBe('weather curve');
  });

  it('leaves out circuits without kind or limits', () => {
    const { limits: _limits, ...unlimited } = LOW;
    const { kind: _kind, ...unknown } = LOW;
    expect(offer([unlimited], [decided('low', decision('supply_c', 57.6))])).toBeUndefined();
    expect(offer([unknown], [decided('low', decision('supply_c', 57.6))])).toBeUndefined();
  });

  it('leaves out a circuit whole when its supply cannot be said', () => {
    const none = decided('low', decision('supply_c', undefined), decision('flow_m3_h', 55));
    expect(offer([LOW], [none])).toBeUndefined();
    const made = offer([LOW, DHW], [none, decided('tap', decision('supply_c', 58))]);
    expect(Object.keys(made?.circuits ?? {})).toEqual(['tap']);
  });
});

describe('a circuit in an offer', () => {
  it('is told what it takes itself, not what another does', () => {
    const flow = decision('flow_m3_h', 55);
    const made = offer([LOW, DHW], [decided('tap', decision('supply_c', 58), flow)]);
    expect(made?.circuits).toEqual({ tap: { supply_c: 58 } });
  });

  it('is left out when nothing can be said to it', () => {
    const flowOnly = { ...LOW, accepts: ['flow_m3_h'] as const };
    expect(offer([flowOnly], [decided('low', decision('flow_m3_h', undefined))])).toBeUndefined();
    expect(offer([flowOnly], [decided('low', decision('flow_m3_h', 55))])?.circuits).toEqual({
      low: { flow_m3_h: 55 },
    });
  });
});

describe('limits of the primary side', () => {
  const LIMITS = { return_max_c: 50, power_max_kw: 1200, flow_max_m3_h: 30 };
  const accepts = ['return_max_c', 'power_max_kw'] as const;

  it('are those of the settings that the station takes', () => {
    const config = stationConfig({ circuits: [], primary_limits: LIMITS, primary_accepts: accepts });
    expect(offerOf(config, [])).toEqual({
      circuits: {},
      primary: { return_max_c: 50, power_max_kw: 1200 },
      reasons: '',
    });
    expect(reasonText({ reasons: '' })).toBe('primary limits');
    expect(offerOf(stationConfig({ circuits: [], primary_limits: LIMITS }), [])).toBeUndefined();
  });

  it('are tightened by the network, never eased', () => {
    const config = stationConfig({ circuits: [], primary_limits: LIMITS, primary_accepts: accepts });
    const network = { primary: { power_max_kw: 900, return_max_c: 60, flow_max_m3_h: 5 } };
    expect(offerOf(config, [], network)?.primary).toEqual({ return_max_c: 50, power_max_kw: 900 });
    const unlimited = stationConfig({ circuits: [], primary_accepts: accepts });
    expect(offerOf(unlimited, [], network)?.primary).toEqual({ return_max_c: 60, power_max_kw: 900 });
    expect(offerOf(unlimited, [], {})).toBeUndefined();
  });
});

describe('what a station does in silence', () => {
  it('is told only with setpoints', () => {
    const after = { offset_k: -5, for_s: 7200 };
    const made = offerOf(stationConfig(), [decided('low', decision('supply_c', 57.6))], { after });
    expect(made?.after).toEqual(after);
    expect(offerOf(stationConfig(), [], { after })).toBeUndefined();
  });
});

describe('renewal', () => {
  const now = T0 + 20_000;
  const lease: Lease = {
    id: 'c',
    at: T0,
    since: T0,
    circuits: { low: { supply_c: 57.6, flow_m3_h: 50 } },
    reasons: 'weather_curve,design_flow',
    refused: false,
  };
  const made = (supply_c: number, flow_m3_h = 50, reasons = lease.reasons): Offer => ({
    circuits: { low: { supply_c, flow_m3_h } },
    reasons,
  });

  it('is due at half the validity when nothing changed', () => {
    expect(renewalAt(lease, made(57.6), now)).toBe(T0 + 300_000);
    expect(renewalAt(lease, made(57.65, 50.4), now)).toBe(T0 + 300_000);
  });

  it.each([
    ['the temperature moved by 0.1 K', made(57.7)],
    ['the flow moved by 1 %', made(57.6, 49.5)],
    ['the reason changed', made(57.6, 50, 'return_limit,design_flow')],
    ['a circuit is gone', { ...made(57.6), circuits: {} }],
    ['a primary limit was set', { ...made(57.6), primary: { power_max_kw: 900 } }],
    ['the shift in silence changed', { ...made(57.6), after: { offset_k: -5, for_s: 7200 } }],
  ])('is due at once when %s', (_why, changed) => {
    expect(renewalAt(lease, changed, now)).toBe(now);
  });

  it('is told of a primary limit that moved by a hundredth or a tenth of a kelvin', () => {
    const led = { ...lease, primary: { power_max_kw: 900, return_max_c: 50 } };
    const limited = (power_max_kw: number, return_max_c = 50): Offer => ({
      ...made(57.6),
      primary: { power_max_kw, return_max_c },
    });
    expect(renewalAt(led, limited(905), now)).toBe(T0 + 300_000);
    expect(renewalAt(led, limited(890), now)).toBe(now);
    expect(renewalAt(led, limited(900, 49.9), now)).toBe(now);
  });

  it('is due when one circuit of several moved', () => {
    const two = { ...lease, circuits: { ...lease.circuits, tap: { supply_c: 58 } } };
    const circuits = (tap_c: number): Offer => ({
      ...made(57.6),
      circuits: { ...two.circuits, tap: { supply_c: tap_c } },
    });
    expect(renewalAt(two, circuits(58), now)).toBe(T0 + 300_000);
    expect(renewalAt(two, circuits(59), now)).toBe(now);
  });

  it('is due when the shift in silence moved by 0.1 K or holds for another time', () => {
    const after = { offset_k: -5, for_s: 7200 };
    const shifted = (changes: Partial<typeof after>): Offer => ({
      ...made(57.6),
      after: { ...after, ...changes },
    });
    const led = { ...lease, after };
    expect(renewalAt(led, shifted({ offset_k: -5.05 }), now)).toBe(T0 + 300_000);
    expect(renewalAt(led, shifted({ offset_k: -5.1 }), now)).toBe(now);
    expect(renewalAt(led, shifted({ for_s: 7260 }), now)).toBe(now);
  });

  it('waits a minute with the same setpoints after a refusal', () => {
    const refused = { ...lease, refused: true };
    expect(renewalAt(refused, made(57.6, 50, 'ramp,ramp'), now)).toBe(T0 + 60_000);
    expect(renewalAt(refused, made(50), now)).toBe(now);
  });
});

describe('a setpoint', () => {
  it.each<[Parameters<typeof isWorthTelling>, boolean]>([
    [['supply_c', 50, 50.1], true],
    [['supply_c', 50, 50.05], false],
    [['supply_c', undefined, 50], true],
    [['supply_c', 50, undefined], true],
    [['supply_c', undefined, undefined], false],
    [['flow_m3_h', 100, 101], true],
    [['flow_m3_h', 100, 100.9], false],
    [['flow_m3_h', 0, 0], false],
    [['flow_m3_h', 0, 1], true],
  ])('that moved as %j is worth telling: %s', (moved, isWorth) => {
    expect(isWorthTelling(...moved)).toBe(isWorth);
  });
});

describe('a lease', () => {
  const lease: Lease = { id: 'c', at: T0, since: T0, circuits: {}, reasons: '', refused: false };

  it('is in force for ten minutes, unless the station refused it', () => {
    expect(isLeaseInForce(lease, T0 + 599_999)).toBe(true);
    expect(isLeaseInForce(lease, T0 + 600_000)).toBe(false);
    expect(isLeaseInForce({ ...lease, refused: true }, T0)).toBe(false);
    expect(isLeaseInForce(undefined, T0)).toBe(false);
  });
});
