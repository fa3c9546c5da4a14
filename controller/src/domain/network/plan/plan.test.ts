import { describe, expect, it } from 'vitest';
import { stationView } from '../../center-view.ts';
import { applyInput, createCenter, type CenterState } from '../../center.ts';
import type { StationConfig } from '../../config.ts';
import { loadOfNetwork } from '../../learning/read.ts';
import { Driver, HEALTHY, LOW, STATION, stationConfig, T0, telemetry, type Points } from '../../testing.ts';
import { buildingsOf } from './buildings.ts';
import { classesOf, MOST_CLASSES, type PlanStation } from './classes.ts';
import { stepEmission } from './emission.ts';
import { isOutdated, planRequest } from './facts.ts';
import { OVER_AFTER_MS, outcomeOf, planTargets, roomsNow, shareLeft, type Plan } from './plan.ts';
import { isPlanDue, NEW_PLAN_STATE, settlePlan, takePlan } from './state.ts';

const HOUR_MS = 3_600_000;

function planFor(id: string, colder_k: readonly number[], made_at = T0): Plan {
  let room_k = 0;
  return {
    made_at,
    outdoor_from: 'held',
    load_from: 'design',
    solve_ms: 1,
    hours: colder_k.map((_, hour) => ({
      from: made_at + hour * HOUR_MS,
      to: made_at + (hour + 1) * HOUR_MS,
      outdoor_c: 0,
      baseline_kw: 100,
      planned_kw: 100,
    })),
    classes: [
      {
        stations: [[id, 0]],
        time_constant_h: 100,
        learned: 0,
        band_k: 1,
        loss_kw_k: 10,
        colder_k,
        room_k: colder_k.map((k) => (room_k = k + (room_k - k) * Math.exp(-1 / 100))),
      },
    ],
  };
}

const SHAVING = { shaving: { on: true, price_per_mwh: Array.from({ length: 24 }, () => 1) } };

describe('a plan', () => {
  it('holds for two hours, fades in the third and is over then', () => {
    const plan = planFor(
      'a',
      Array.from({ length: 24 }, () => -4),
    );
    const asked = (hours: number) => planTargets(plan, T0 + hours * HOUR_MS).get('a')?.colder_k;
    expect([asked(0), asked(1.9)]).toEqual([-4, -4]);
    expect(asked(2.5)).toBeCloseTo(-2, 5);
    expect(asked(3)).toBeUndefined();
    expect(shareLeft(plan, T0 + OVER_AFTER_MS - 1)).toBeGreaterThan(0);
  });

  it('is counted on in the rooms after it is over: they come back by themselves', () => {
    const plan = planFor('a', [-8, -8]);
    const room = (hours: number) => roomsNow(plan, T0 + hours * HOUR_MS).get('a') ?? NaN;
    expect(room(2)).toBeCloseTo(-8 * (1 - Math.exp(-2 / 100)), 6);
    expect(room(102)).toBeCloseTo(room(2) * Math.exp(-1), 4);
  });

  it('tells the same objects within an hour', () => {
    const plan = planFor('a', [-4, 4]);
    expect(planTargets(plan, T0 + 1000)).toBe(planTargets(plan, T0 + HOUR_MS - 1));
    expect(planTargets(plan, T0 + HOUR_MS).get('a')?.colder_k).toBe(4);
    expect(outcomeOf(plan)).toBe('kept');
  });

  it('is due at first, each hour, and after what it rests on changed; not while shaving is off', () => {
    const plan = takePlan(NEW_PLAN_STATE, planFor('a', [0, 0]));
    expect(isPlanDue({ plan: NEW_PLAN_STATE, settings: SHAVING }, T0)).toBe(true);
    expect(isPlanDue({ plan, settings: SHAVING }, T0 + 1)).toBe(false);
    expect(isPlanDue({ plan, settings: SHAVING }, T0 + HOUR_MS + 90_000)).toBe(true);
    expect(isPlanDue({ plan: settlePlan(plan, SHAVING, T0 + 5), settings: SHAVING }, T0 + 6)).toBe(true);
    expect(isPlanDue({ plan: NEW_PLAN_STATE, settings: {} }, T0)).toBe(false);
    // An older plan does not take the place of a newer one.
    expect(takePlan(plan, planFor('a', [1], T0 - 1))).toBe(plan);
  });

  it('ends with its settings, and the rooms stay known', () => {
    const ended = settlePlan(takePlan(NEW_PLAN_STATE, planFor('a', [-8, -8])), {}, T0 + HOUR_MS / 2).plan;
    expect(planTargets(ended, T0 + HOUR_MS)).toEqual(new Map());
    const room_k = ended && roomsNow(ended, T0 + HOUR_MS / 2).get('a');
    expect(room_k).toBeCloseTo(-8 * (1 - Math.exp(-0.5 / 100)), 6);
  });
});

describe('a plan in control', () => {
  const supply = (driver: Driver, at = 0) =>
    stationView(driver.center, STATION)?.decisions[at]?.decisions.find(({ name }) => name === 'supply_c');

  function planned(config = stationConfig()) {
    const driver = new Driver(config).up();
    driver.apply({ kind: 'network_settings', at: driver.now, settings: SHAVING });
    driver.apply({ kind: 'plan', at: driver.now, plan: planFor(STATION, [-5, -5, -5], driver.now) });
    driver.run(900, HEALTHY);
    return driver;
  }

  it('is a named correction of the wanted value: the curve as if it were so much milder', () => {
    const decision = supply(planned());
    // 75/50 at 0 °C asks for 57.6, at 5 °C for 48.4; rooms planned 0.02 K cooler take as much off.
    const wanted = decision?.wanted ?? NaN;
    expect(wanted).toBeGreaterThan(48.2);
    expect(wanted).toBeLessThan(48.5);
    const entry = decision?.trace.find(({ reason }) => reason.code === 'plan');
    expect(entry?.reason.params.shift_k).toBeCloseTo(-9.2, 0);
    expect(Number(entry?.reason.params.until)).toBeGreaterThan(T0 + HOUR_MS - 1);
  });

  it('asks nothing of circuits that have nights of their own, nor of hot water', () => {
    const comfort = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
    const schedule = { comfort, night: { kind: 'setback', room_k: 3 } } as const;
    const decision = supply(planned(stationConfig({ circuits: [{ ...LOW, schedule }] })));
    expect(decision?.wanted).toBeCloseTo(57.6, 1);
  });
});

describe('what a plan is made from', () => {
  it('knows what a station loses and where its curve ends', () => {
    const { moved } = buildingsOf(stationConfig());
    // 35,000 m² · 45 W/m² over 28.1 K.
    expect(moved?.loss_kw_k).toBeCloseTo((35_000 * 0.045) / 28.1, 6);
    expect(moved?.balance_c).toBe(18);
    // 75/50 gives its 80 °C at −13.2 °C and 30 °C at 14 °C (its least).
    expect(moved?.coldest_c).toBeLessThan(-12.5);
    expect(moved?.warmest_c).toBeGreaterThan(13);
  });

  it('asks for full hours from now on, without those who cannot follow', () => {
    const driver = new Driver(stationConfig()).up();
    const settings = { shaving: { ...SHAVING.shaving, excluded: ['other'] } };
    driver.apply({ kind: 'network_settings', at: driver.now, settings });
    driver.run(60, HEALTHY);
    const at = driver.now;
    const { network, stations } = driver.center;
    const request = planRequest(network, stations, at);
    expect(request?.stations.map(({ id }) => id)).toEqual([STATION]);
    expect(request?.hours).toHaveLength(24);
    const [first, second] = request?.hours ?? [];
    expect(first?.from).toBe(at);
    expect((second?.from ?? 0) - (first?.from ?? 0)).toBeLessThanOrEqual(HOUR_MS);
    expect((second?.to ?? 0) - (second?.from ?? 0)).toBe(HOUR_MS);
    expect(request?.outdoor_from).toBe('held');
    expect(first?.baseline_kw).toBeCloseTo(18 * ((35_000 * 0.045) / 28.1), 0);
    driver.apply({ kind: 'plan', at, plan: { ...planFor(STATION, [0, 0], at), classes: [] } });
    expect(isOutdated(driver.center.network, stations, at + 30_000)).toBe(false);
    expect(isOutdated(driver.center.network, stations, at + 60_000)).toBe(true);
  });
});

describe('the load of a plan', () => {
  const SOURCE: StationConfig = {
    id: 'plant',
    kind: 'source',
    control: 'observe',
    every_s: { default: 10, meter: 10 },
    circuits: [],
    limits_rev: 0,
  };
  const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7 };

  /** Four stations, one without a meter, and the source that feeds them, for two days; weather as it is and told. */
  function city(given: {
    readonly source: boolean;
    readonly power_kw: (hour: number) => number;
  }): CenterState {
    const center = createCenter();
    const stations = ['a', 'b', 'c', 'd'].map((id) => stationConfig({ id }));
    for (const station of given.source ? [...stations, SOURCE] : stations)
      applyInput(center, { kind: 'settings', at: T0, station });
    for (let at = T0 + 30_000; at < T0 + 48.1 * HOUR_MS; at += 60_000) {
      const power_kw = given.power_kw(Math.floor((at - T0) / HOUR_MS));
      const say = (station: string, points: Points) =>
        applyInput(center, { kind: 'telemetry', at, station, telemetry: telemetry(at, points) });
      for (const id of ['a', 'b', 'c']) say(id, { outdoor_c: 0, 'primary.power_kw': power_kw });
      say('d', { outdoor_c: 0 });
      if (given.source) say('plant', { 'primary.power_kw': 4.4 * power_kw });
      applyInput(center, {
        kind: 'tick',
        at,
        local: { ...LOCAL, minute_of_day: Math.floor((at - T0) / 60_000) % 1440 },
      });
    }
    const hours = [-1, 80].map((hour): [number, number] => [center.now + hour * HOUR_MS, 0]);
    applyInput(center, {
      kind: 'forecast',
      at: center.now,
      forecast: { source: 'test', issued_at: center.now, hours },
    });
    applyInput(center, { kind: 'network_settings', at: center.now, settings: SHAVING });
    return center;
  }

  const baseline = (center: CenterState) => {
    const request = planRequest(center.network, center.stations, center.now);
    if (!request) throw new Error('nothing was asked');
    return request.hours.map(({ baseline_kw }) => baseline_kw);
  };

  it('is the forecast that is shown: learned where heat is measured, elsewhere the design as far as others keep to it', () => {
    const center = city({ source: false, power_kw: (hour) => (hour % 24 === 7 ? 900 : 700) });
    const shown = loadOfNetwork(center, { now: center.now, hours: 24 });
    expect(baseline(center)).toEqual(shown.hours.map(({ load_kw }) => load_kw));
    // By design each station would take 1009 kW.
    expect(shown.hours[0]?.load_kw).toBeGreaterThan(3.9 * 700);
    expect(shown.hours[0]?.load_kw).toBeLessThan(4.15 * 700);
    const [before = 0, morning = 0] = baseline(center).slice(6);
    expect(morning - before).toBeGreaterThan(120);
  });

  it('is what leaves the sources where they are measured', () => {
    const [first = 0] = baseline(city({ source: true, power_kw: () => 700 }));
    expect(first / (4.4 * 700)).toBeGreaterThan(0.98);
    expect(first / (4.4 * 700)).toBeLessThan(1.02);
  });

  it('learns nothing from what a plan moved', () => {
    const { loss_kw_k = 0, ...emission } = buildingsOf(stationConfig()).moved ?? { stored_h: 0, lag_h: 1 };
    const driver = new Driver(stationConfig({ every_s: { default: 10, meter: 60 } })).up();
    driver.apply({ kind: 'network_settings', at: driver.now, settings: SHAVING });
    const learn = (asked_k: number) => {
      let emitted_k = 0;
      for (let hour = 0; hour < 6; hour += 1) {
        const plan = planFor(
          STATION,
          Array.from({ length: 24 }, () => asked_k),
          driver.now,
        );
        driver.apply({ kind: 'plan', at: driver.now, plan });
        const step = stepEmission(emitted_k, { colder_k: asked_k, hours: 1, emission });
        ({ emitted_k } = step);
        driver.run(3600, { ...HEALTHY, 'primary.power_kw': 1000 + loss_kw_k * step.heat_k });
      }
      return driver.center.network.learning.stations.get(STATION);
    };
    const plain = learn(0)?.load;
    const led = learn(-3);
    expect(led?.emitted_k).toBeCloseTo(-3, 1);
    expect(led?.load.last?.power_kw).toBeGreaterThan(985);
    expect(Math.abs((led?.load.line_kw[0] ?? 0) - (plain?.line_kw[0] ?? 0))).toBeLessThan(25);
    expect(Math.abs(led?.load.recent_kw ?? NaN)).toBeLessThan(25);
  });
});

describe('classes', () => {
  const station = (nth: number): PlanStation => ({
    id: `s${nth}`,
    stored_h: 0,
    lag_h: 1,
    loss_kw_k: 10 + (nth % 7),
    time_constant_h: 50 + ((nth * 37) % 150),
    learned: false,
    band_k: nth % 5 === 0 ? 0.5 : 1,
    room_k: 0,
    coldest_c: -12 - (nth % 4),
    warmest_c: 15,
  });
  const stations = Array.from({ length: 1000 }, (_, nth) => station(nth));

  it('are at most a hundred, hold everybody once, and never mix bands', () => {
    const classes = classesOf(stations);
    expect(classes.length).toBeLessThanOrEqual(MOST_CLASSES);
    expect(classes.flat().length).toBe(1000);
    expect(new Set(classes.flat().map(({ id }) => id)).size).toBe(1000);
    for (const one of classes) expect(new Set(one.map(({ band_k }) => band_k)).size).toBe(1);
    expect(classesOf(stations)).toEqual(classes);
  });

  it('are as few as likeness allows', () => {
    expect(classesOf(stations.map((one) => ({ ...one, time_constant_h: 100, coldest_c: -12 })))).toHaveLength(
      2,
    );
  });
});
