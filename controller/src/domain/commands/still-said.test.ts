import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SetpointName } from '../config.ts';
import type { CircuitDecision, Decision } from '../effects.ts';
import { LOW, stationConfig, T0 } from '../testing.ts';
import { isStillSaid, offerOf, renewalAt, renewsAt, type Lease } from './lease.ts';

const HIGH = { ...LOW, id: 'high', accepts: ['supply_c', 'dp_kpa'] as const };
const config = stationConfig({ circuits: [LOW, HIGH], primary_accepts: ['power_max_kw'] });

/** Values that lie on both sides of what is worth a command, and reasons of which one begins with the other. */
const decision = (name: SetpointName) =>
  fc.record({
    name: fc.constant(name),
    value: fc.constantFrom(undefined, 50, 50.05, 50.1, 50.4, 50.6),
    code: fc.constantFrom('ramp' as const, 'weather_curve' as const, 'frost' as const),
  });
const made = fc
  .tuple(decision('supply_c'), decision('flow_m3_h'), decision('dp_kpa'), fc.nat(7))
  .map(([supply, flow, dp, which]) =>
    [supply, flow, dp]
      .filter((_one, index) => (which & (1 << index)) !== 0)
      .map(({ name, value, code }): Decision => ({
        name,
        value,
        wanted: value,
        reason: { code, params: {} },
        trace: [],
      })),
  );
const network = fc.record({
  primary: fc.constantFrom(undefined, { power_max_kw: 900 }, { power_max_kw: 905 }, { power_max_kw: 950 }),
  after: fc.constantFrom(undefined, { offset_k: -5, for_s: 3600 }, { offset_k: -5, for_s: 7200 }),
});
const station = fc.record({ low: made, high: made, network }).map(({ low, high, network: target }) => ({
  circuits: [
    { circuit: 'low', at: T0, decisions: low },
    { circuit: 'high', at: T0, decisions: high },
  ] satisfies CircuitDecision[],
  network: target,
}));

describe('a lease that still says what is decided', () => {
  it('is one whose offer would only be told to renew it', () => {
    const seen = { same: 0, other: 0 };
    fc.assert(
      fc.property(station, station, fc.boolean(), (then, later, repeated) => {
        const now = repeated ? then : later;
        const told = offerOf(config, then.circuits, then.network);
        const offer = offerOf(config, now.circuits, now.network);
        if (!told) return;
        const lease: Lease = { ...told, id: 'c', at: T0, since: T0, refused: false };
        const isSame = offer !== undefined && renewalAt(lease, offer, T0 + 1000) === renewsAt(lease);
        expect(isStillSaid(lease, { config, state: now })).toBe(isSame);
        seen[isSame ? 'same' : 'other'] += 1;
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(Math.min(seen.same, seen.other)).toBeGreaterThan(100);
  });
});
