import { describe, expect, it } from 'vitest';
import type { CircuitDecision } from '../effects.ts';
import { LOW, stationConfig, T0 } from '../testing.ts';
import { isStanding, offerOf, type Lease } from './lease.ts';

const config = stationConfig({ circuits: [LOW], primary_accepts: ['power_max_kw'] });

const decisions = (value: number): CircuitDecision[] => [
  {
    circuit: 'low',
    at: T0,
    decisions: [
      { name: 'supply_c', value, wanted: value, reason: { code: 'weather_curve', params: {} }, trace: [] },
    ],
  },
];
const network = { primary: { power_max_kw: 900 } };
const said = { circuits: decisions(50), network, moves: 4 };
const others = { circuits: decisions(51), network, moves: 5 };

/** A lease that was found to say what is decided. */
function standing(): Lease {
  const offer = offerOf(config, said.circuits, network);
  if (!offer) throw new Error('There is something to tell.');
  const lease: Lease = { ...offer, id: 'c', at: T0, since: T0, refused: false };
  expect(isStanding(lease, { config, state: said })).toBe(true);
  return lease;
}

describe('a lease that was found to say what is decided', () => {
  it('stands while nothing moves, and is not looked at again', () => {
    const lease = standing();
    expect(isStanding(lease, { config, state: { ...others, moves: said.moves } })).toBe(true);
  });

  it('is looked at again when a decision moved', () => {
    expect(isStanding(standing(), { config, state: others })).toBe(false);
    expect(isStanding(standing(), { config, state: { ...said, moves: 5 } })).toBe(true);
  });

  it('is looked at again when the settings or what the network asks changed', () => {
    const shut = { ...config, primary_accepts: [] };
    expect(isStanding(standing(), { config: shut, state: said })).toBe(false);
    const tighter = { primary: { power_max_kw: 800 } };
    expect(isStanding(standing(), { config, state: { ...said, network: tighter } })).toBe(false);
  });

  it('is looked at each time once it no longer says it', () => {
    const lease = standing();
    expect(isStanding(lease, { config, state: others })).toBe(false);
    expect(isStanding(lease, { config, state: { ...others, circuits: decisions(50) } })).toBe(true);
  });
});
