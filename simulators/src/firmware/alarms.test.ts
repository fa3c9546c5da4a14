import { describe, expect, it } from 'vitest';
import { catalogue } from '../fleet/catalogue.ts';
import type { FaultWish } from '../plant/faults.ts';
import { plantOf, setFaults, stepPlant, type Plant } from '../plant/station-plant.ts';
import { doubts, StationAlarms } from './alarms.ts';

const COLD = { supply_c: 105, supply_kpa: 640, return_kpa: 395, outdoor_c: -5, sun: 0, hour: 3 };
const [DESIGN] = catalogue(1);

function plant(faults: FaultWish[]): Plant {
  if (!DESIGN) throw new Error('the catalogue is empty');
  const made = plantOf(DESIGN.plant, COLD);
  setFaults(made, faults);
  return made;
}

const setpoints = (supply_set_c: number) =>
  Object.fromEntries(
    ['low', 'high'].map((id) => [id, { supply_set_c, follows: 'curve' as const, duty: 'a' as const }]),
  );

function run(made: Plant, minutes: number, supply_set_c = 60): void {
  const wanted = { supply_set_c, duty: 'a', valve_closed: false };
  for (let step = 0; step < minutes * 6; step += 1)
    stepPlant(
      made,
      { circuits: { low: wanted, high: wanted }, primary: {} },
      { environment: COLD, dt_s: 10 },
    );
}

describe('what a station notices', () => {
  it('nothing when all is well', () => {
    const made = plant([]);
    const alarms = new StationAlarms();
    run(made, 40);
    expect(alarms.faults(made, setpoints(60))).toEqual([]);
    expect(doubts(made)).toEqual({});
  });

  it('pumps, dead sensors and an empty circuit at once', () => {
    const made = plant([
      { name: 'pump_trip', target: 'low.a', size: 1 },
      { name: 'sensor_dead', target: 'circuits.high.supply_c', size: 1 },
      { name: 'leak', target: 'low', size: 30 },
    ]);
    run(made, 40);
    const words = new StationAlarms().faults(made, setpoints(60));
    expect(words).toEqual(
      expect.arrayContaining(['low_pump_a_trip', 'high_supply_c_failed', 'low_pressure_low']),
    );
  });

  it('a supply off its setpoint and a long make-up only after their time', () => {
    const made = plant([
      { name: 'leak', target: 'low', size: 0.6 },
      { name: 'valve_stuck', target: 'high', size: 1 },
    ]);
    const alarms = new StationAlarms();
    expect(alarms.faults(made, setpoints(90))).not.toContain('high_supply_deviation');
    for (let minute = 0; minute < 200; minute += 1) {
      run(made, 1);
      alarms.faults(made, setpoints(90));
    }
    expect(alarms.faults(made, setpoints(90))).toContain('high_supply_deviation');
    expect(alarms.faults(made, setpoints(90))).toContain('low_makeup_long');
  });

  it('doubts a secondary supply above the primary', () => {
    const made = plant([{ name: 'sensor_drift', target: 'primary.supply_c', size: -60 }]);
    run(made, 60);
    expect(doubts(made)).toMatchObject({ 'primary.supply_c': 'uncertain' });
  });
});
