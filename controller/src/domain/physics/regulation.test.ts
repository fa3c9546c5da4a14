import { describe, expect, it } from 'vitest';
import { regulate, stageOf, STAGES } from './regulation.ts';
import { curvePoint, weatherCurve, type CurveBasis } from './weather-curve.ts';

const RADIATORS: CurveBasis = {
  kind: 'radiators',
  design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
};

const at = (outdoor_c: number) => curvePoint(RADIATORS, outdoor_c);
const free = { limits: {}, stage: 0 };

describe('modes of regulation', () => {
  it('quality keeps the design flow', () => {
    expect(regulate(undefined, at(0), free).ratio).toBe(1);
    expect(regulate({ mode: 'quality' }, at(0), free).ratio).toBe(1);
  });

  it('mixed: G = Q^m', () => {
    const { ratio } = regulate({ mode: 'mixed' }, at(0), free);
    expect(ratio).toBeCloseTo(0.86, 2);
    const { supply_c, return_c } = weatherCurve(RADIATORS, 0, ratio);
    expect([supply_c, return_c].map((value) => Math.round(value * 10) / 10)).toEqual([58.9, 40.3]);
  });

  it.each([-10, -5, 0, 3])('quantity at %s °C: the flow that needs just the set supply', (outdoor_c) => {
    const { ratio } = regulate({ mode: 'quantity', supply_c: 75 }, at(outdoor_c), free);
    expect(weatherCurve(RADIATORS, outdoor_c, ratio).supply_c).toBeCloseTo(75, 9);
  });

  it('quantity lowers the supply where the flow is at its least', () => {
    const { ratio } = regulate({ mode: 'quantity', supply_c: 75 }, at(12), free);
    expect(ratio).toBe(0.2);
    expect(weatherCurve(RADIATORS, 12, ratio).supply_c).toBeLessThan(75);
  });

  it('quantity opens wholly where the set supply cannot carry the load', () => {
    expect(regulate({ mode: 'quantity', supply_c: 55 }, at(-10), free).ratio).toBe(1.2);
  });

  it('keeps to the flow limits of the circuit', () => {
    const limits = { min: 0.9, max: 0.95 };
    expect(regulate({ mode: 'mixed' }, at(0), { limits, stage: 0 }).ratio).toBe(0.9);
    expect(regulate({ mode: 'quantity', supply_c: 55 }, at(-10), { limits, stage: 0 }).ratio).toBe(0.95);
  });

  it('stepped: falls at once, rises only beyond the hysteresis', () => {
    expect(stageOf(STAGES, 0.76, 0)).toBe(0);
    expect(stageOf(STAGES, 0.74, 0)).toBe(1);
    expect(stageOf(STAGES, 0.79, 1)).toBe(1);
    expect(stageOf(STAGES, 0.81, 1)).toBe(0);
    expect(stageOf(STAGES, 0.4, 0)).toBe(2);
    expect(stageOf(STAGES, 0.54, 2)).toBe(2);
    expect(stageOf(STAGES, 0.56, 2)).toBe(1);
    expect(stageOf(STAGES, 0.82, 2)).toBe(0);
    expect(regulate({ mode: 'stepped' }, at(5), free)).toEqual({ ratio: 0.6, stage: 2 });
  });
});
