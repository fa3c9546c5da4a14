/** One run of a scenario: the whole city in virtual time, led by the center or by itself. */
import type { Command } from '@heat-center/contract/messages.ts';
import type { CenterState } from '@heat-center/controller/domain/center.ts';
import type { StationConfig } from '@heat-center/controller/domain/config.ts';
import type { NetworkSettings } from '@heat-center/controller/domain/network/settings.ts';
import { curveSupply_c, type SixPoints } from '@heat-center/simulators/firmware/local-curve.ts';
import type { StationDesign } from '@heat-center/simulators/firmware/station-design.ts';
import { catalogue, demoCity } from '@heat-center/simulators/fleet/catalogue.ts';
import { connected } from '@heat-center/simulators/fleet/city.ts';
import { cityDesign } from '@heat-center/simulators/fleet/city-design.ts';
import {
  beginStep,
  cityOf,
  endStep,
  environmentOf,
  usualEnvironment,
  type CityDesign,
  type Connected,
} from '@heat-center/simulators/plant/city.ts';
import type { Weather } from '@heat-center/simulators/plant/environment.ts';
import type { FaultWish } from '@heat-center/simulators/plant/faults.ts';
import type { SourceDesign } from '@heat-center/simulators/plant/source.ts';
import { configOf, EPOCH, SCENARIO_EVERY_S, VirtualCenter } from './center.ts';
import { Meter, type Kpis, type PlotPoint } from './kpi.ts';
import { VirtualStation } from './station.ts';

/** Midnight in the simulated city, Monday 11 January 2027. */
export const START = Date.UTC(2027, 0, 10, 16);
const STEP_S = 10;
/** Time before the figures count, h: the start is forgotten but for what the walls hold. */
export const WARM_UP_H = 6;
/**
 * The center ticks less often than live (10 s): a day costs a third of the time, and a station that ramps by 1 K a
 * minute is told in steps of half a kelvin. Stations expect its heartbeats at the same pace.
 */
const TICK_S = 30;

/** Who leads: the center; nobody, with one supply temperature for all weather; each station its own curve. */
export type Strategy = 'center' | 'fixed' | 'alone';

export interface Scenario {
  /** Lower case with dashes; what a person types after `pnpm scenario`. */
  readonly name: string;
  readonly what: string;
  readonly stations: number;
  readonly hours: number;
  /** The form that runs in `pnpm test`. */
  readonly short: { readonly stations: number; readonly hours: number };
  /** Weather at hours since the start; below 0 it is what was before. */
  readonly weather: (at_h: number) => Weather;
  /** Whether people are there and cold counts; always where absent. */
  readonly occupied?: (at_h: number) => boolean;
  /** Faults at hours since the start, by station. */
  readonly faults?: (
    at_h: number,
    stations: readonly string[],
  ) => Readonly<Record<string, readonly FaultWish[]>>;
  /** Looks at each station after each step. */
  readonly watch?: (station: VirtualStation, dt_s: number) => void;
  /** What people set for the network at hours since the start. */
  readonly network?: (at_h: number, source: SourceDesign) => NetworkSettings;
  /** The source is a station of its own, as in the demo city: it tells what it gives. */
  readonly measuredSource?: boolean;
  /** From when to when nobody leads, h since the start: the center is dead. */
  readonly dead?: readonly [from_h: number, to_h: number];
  /** What was built otherwise than planned. */
  readonly design?: (design: StationDesign, nth: number) => StationDesign;
  readonly town?: (town: CityDesign) => CityDesign;
  /** How a station begins. */
  readonly prepare?: (station: VirtualStation, nth: number) => void;
  /** Figures and courses that only this scenario tells of, made anew for each run. */
  readonly recorder?: () => Recorder;
  /** What the center promises here and did not keep, by its figures, in words. */
  readonly broken?: (figures: readonly Figure[]) => readonly string[];
  /** Looks at the whole after each step; the center where there is one. */
  readonly look?: (seen: Look) => void;
  /** The center once more with something left out, to show what that alone is worth. */
  readonly without?: { readonly title: string; readonly changes: Partial<Scenario> };
  /** Settings that differ from those that a demo station registers. */
  readonly settings?: (config: StationConfig) => StationConfig;
}

/** The city after a step. */
export interface Look {
  readonly strategy: Strategy;
  /** Hours since the start; negative while it warms up. */
  readonly at_h: number;
  readonly outdoor_c: number;
  readonly stations: readonly VirtualStation[];
  readonly heat_kw: number;
  readonly source: SourceDesign;
  /** Supply temperature that leaves the source, °C. */
  readonly supply_c: number;
  readonly center: CenterState | undefined;
}

export interface Recorder {
  readonly look: (seen: Look) => void;
  readonly figures: () => readonly Figure[];
  readonly courses: () => readonly RecordedCourse[];
}

/** A line of the table; undefined where this strategy has none. */
export interface Figure {
  readonly words: string;
  readonly value: number | undefined;
  readonly digits: number;
}

/** A plot, or a further line in the one with the same title. */
export interface RecordedCourse {
  readonly title: string;
  readonly unit: string;
  /** Name of a line that no run made: a limit, a cap. */
  readonly line?: string;
  readonly values: readonly (readonly [at_h: number, value: number])[];
}

export interface Outcome {
  readonly kpis: Kpis;
  readonly points: readonly PlotPoint[];
  readonly figures: readonly Figure[];
  readonly courses: readonly RecordedCourse[];
}

/** A curve that gives the same temperature in all weather: what the own curve asks for in the coldest hour. */
const flat = (curve: SixPoints, coldest_c: number): SixPoints =>
  curve.map(([outdoor_c]) => [outdoor_c, curveSupply_c(curve, coldest_c)] as const);

function designFor(design: StationDesign, strategy: Strategy, coldest_c: number): StationDesign {
  const registration = { ...design.registration, every_s: SCENARIO_EVERY_S };
  if (strategy !== 'fixed') return { ...design, registration };
  const circuits = design.rules.circuits.map((circuit) => ({
    ...circuit,
    curve: circuit.kind === 'dhw' ? circuit.curve : flat(circuit.curve, coldest_c),
  }));
  return { ...design, registration, rules: { ...design.rules, circuits } };
}

function coldest(scenario: Scenario, hours: number): number {
  return Math.min(...Array.from({ length: Math.ceil(hours) }, (_, hour) => scenario.weather(hour).outdoor_c));
}

/** Center and stations joined by function calls in place of a broker. */
function joined(
  stations: readonly VirtualStation[],
  at: number,
  settings: (design: StationDesign) => StationConfig,
) {
  const byId = new Map(stations.map((station) => [station.id, station]));
  let leads = true;
  let settings_now = '';
  const center = new VirtualCenter({
    at,
    stations: stations.map(({ design }) => settings(design)),
    send: (id: string, command: Command) => {
      if (leads) byId.get(id)?.command(command);
    },
  });
  let refused = 0;
  const told = new Map<string, number | undefined>();
  const answer = (now: number): void => {
    for (const station of stations) {
      for (const report of station.takeReports()) {
        if (report.state === 'refused') refused += 1;
        center.report(now, station.id, report);
      }
      const limits_rev = station.commands.fallback?.limits_rev;
      if (told.has(station.id) && told.get(station.id) === limits_rev) continue;
      told.set(station.id, limits_rev);
      center.status(now, station.id, station.status());
    }
  };
  return {
    state: center.state,
    /** People set something for the network. */
    set(now: number, network: NetworkSettings): void {
      const text = JSON.stringify(network);
      if (text !== settings_now) center.network(now, network);
      settings_now = text;
    },
    step(now: number, messages: ReadonlyMap<string, Uint8Array>, alive: boolean): void {
      leads = alive;
      if (!alive) return;
      for (const [id, bytes] of messages) center.telemetry(now, id, bytes);
      // The first comes at once: a station waits for three periods of 5 s before it takes over.
      if ((now - at) % (TICK_S * 1000) === STEP_S * 1000) {
        center.tick(now);
        for (const station of stations) station.hear({ v: 1, epoch: EPOCH, at: now, every_s: TICK_S });
      }
      answer(now);
    },
    totals: () => ({ spent_us: center.spent_us, refused }),
  };
}

const isDead = ({ dead }: Scenario, at_h: number): boolean =>
  dead !== undefined && at_h >= dead[0] && at_h < dead[1];

export interface RunOptions {
  readonly strategy: Strategy;
  readonly stations: number;
  readonly hours: number;
}

/** Runs warm-up and scenario. The same arguments give the same figures, but for computing times. */
export function runScenario(scenario: Scenario, options: RunOptions): Outcome {
  const { strategy, hours } = options;
  const coldest_c = coldest(scenario, hours);
  const designs = catalogue(options.stations)
    .map((design, nth) => scenario.design?.(design, nth) ?? design)
    .map((design) => designFor(design, strategy, coldest_c));
  const before = scenario.weather(-WARM_UP_H);
  const planned = cityDesign(designs);
  const town = scenario.town?.(planned) ?? planned;
  const city = cityOf(town, before);
  const environment = usualEnvironment(town, before, before.outdoor_c);
  const at = START - WARM_UP_H * 3_600_000;
  const mode = strategy === 'center' ? 'remote' : 'local';
  const stations = designs.map((design) => new VirtualStation({ design, environment, at, mode }));
  for (const [nth, station] of stations.entries()) scenario.prepare?.(station, nth);
  const [plain] = scenario.measuredSource ? demoCity(1).slice(-1) : [];
  const source =
    plain && new VirtualStation({ design: designFor(plain, strategy, coldest_c), environment, at, mode });
  const speaking = source ? [...stations, source] : stations;
  const ids = stations.map(({ id }) => id);
  const settings = (design: StationDesign): StationConfig => {
    const config = configOf(design.registration);
    return scenario.settings?.(config) ?? config;
  };
  const link = strategy === 'center' ? joined(speaking, at, settings) : undefined;
  const inject = (faults: Readonly<Record<string, readonly FaultWish[]>>): void => {
    for (const station of stations) station.setFaults(faults[station.id] ?? []);
    for (const id of [...ids, town.source_id])
      city.state.faults[id] = (faults[id] ?? []).map((fault) => ({ ...fault, since_s: 0 }));
  };
  const recorder = scenario.recorder?.();
  let meter: Meter | undefined;
  for (let now = at + STEP_S * 1000; now <= START + hours * 3_600_000; now += STEP_S * 1000) {
    const at_h = (now - START) / 3_600_000;
    const weather = scenario.weather(at_h);
    if (scenario.faults) inject(scenario.faults(at_h, ids));
    const seen = new Map<string, Connected>();
    for (const station of stations) seen.set(station.id, connected(station.plant));
    const begun = beginStep(city, (id) => seen.get(id), { weather, at_s: now / 1000, dt_s: STEP_S });
    const messages = new Map<string, Uint8Array>();
    for (const station of speaking) {
      const bytes = station.tick(now, environmentOf(city, begun, station.id));
      if (bytes) messages.set(station.id, bytes);
      if (station === source) continue;
      seen.set(station.id, connected(station.plant));
      scenario.watch?.(station, STEP_S);
    }
    const balance = endStep(city, (id) => seen.get(id), begun);
    if (scenario.network) link?.set(now, scenario.network(at_h, town.source));
    link?.step(now, messages, !isDead(scenario, at_h));
    const { heat_kw } = balance;
    const { outdoor_c } = weather;
    const { supply_c } = city.state.source;
    const look = {
      strategy,
      at_h,
      stations,
      heat_kw,
      supply_c,
      outdoor_c,
      center: link?.state,
      source: town.source,
    };
    scenario.look?.(look);
    recorder?.look(look);
    if (at_h < 0) continue;
    meter ??= new Meter(stations, city);
    const occupied = scenario.occupied?.(at_h) ?? true;
    meter.step(balance, { at_h, outdoor_c, occupied, dt_s: STEP_S });
  }
  if (!meter) throw new RangeError('A scenario lasts longer than nothing.');
  return {
    kpis: meter.result(link?.totals()),
    points: meter.points,
    figures: recorder?.figures() ?? [],
    courses: recorder?.courses() ?? [],
  };
}
