import { describe, expect, it } from 'vitest';
import { DHW, LOW, stationConfig } from '../testing.ts';
import { designFlowOf, heatedArea, pointIds } from './circuit.ts';
import { equipmentFlow } from './protections.ts';

const HIGH = { ...LOW, id: 'high' };
const { design: _design, ...undesigned } = LOW;
const { kind: _kind, ...unknown } = LOW;

describe('heated area', () => {
  it('is that of the circuit, else an equal part of the station without its hot water', () => {
    const config = stationConfig({ heated_area_m2: 30_000, circuits: [LOW, DHW, HIGH] });
    expect(heatedArea(config, LOW)).toBe(15_000);
    expect(heatedArea(config, { ...LOW, heated_area_m2: 12_000 })).toBe(12_000);
    expect(heatedArea(stationConfig({ circuits: [] }), LOW)).toBe(35_000);
    expect(heatedArea({ ...config, heated_area_m2: undefined }, LOW)).toBe(0);
  });
});

describe('design flow', () => {
  it('carries the design heat with the design cooling', () => {
    expect(designFlowOf(stationConfig(), LOW)).toBeCloseTo((35_000 * 0.045) / (1.148 * 25), 9);
    const indexed = { ...LOW, heat_index_w_m2: 60 };
    expect(designFlowOf(stationConfig(), indexed)).toBeCloseTo((35_000 * 0.06) / (1.148 * 25), 9);
  });

  it('is unknown for hot water, and without kind, design or area', () => {
    const dhw = { ...DHW, heated_area_m2: 1000 };
    for (const circuit of [dhw, undesigned, unknown])
      expect(designFlowOf(stationConfig(), circuit)).toBeUndefined();
    expect(designFlowOf(stationConfig({ heated_area_m2: 0 }), LOW)).toBeUndefined();
  });
});

describe('flow that the equipment bears', () => {
  const limits = { supply_min_c: 30, supply_max_c: 80 };
  // 3.5 m/s through 100 mm.
  const PIPE_M3_H = 98.96;

  it('is that of pipe and pump, whichever is less', () => {
    const of = (more: object) => equipmentFlow({ ...LOW, limits: { ...limits, ...more } });
    expect(of({ pipe_mm: 100 })).toBeCloseTo(PIPE_M3_H, 2);
    expect(of({ pipe_mm: 100, pump_max_m3_h: 60 })).toBe(60);
    expect(of({ pipe_mm: 100, pump_max_m3_h: 200 })).toBeCloseTo(PIPE_M3_H, 2);
    expect(of({ pump_max_m3_h: 60 })).toBe(60);
    expect(of({})).toBeUndefined();
    expect(equipmentFlow({ ...LOW, limits: undefined })).toBeUndefined();
  });
});

describe('points of a circuit', () => {
  it('carry its name', () => {
    expect(pointIds(HIGH)).toEqual({
      return_c: 'circuits.high.return_c',
      follows: 'circuits.high.follows',
      valve_pct: 'circuits.high.valve_pct',
      supply_c: { set: 'circuits.high.supply_set_c', is: 'circuits.high.supply_c' },
      flow_m3_h: { set: 'circuits.high.flow_set_m3_h', is: 'circuits.high.flow_m3_h' },
      dp_kpa: { set: 'circuits.high.dp_set_kpa', is: 'circuits.high.dp_kpa' },
    });
  });
});
