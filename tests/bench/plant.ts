/** What the simulated city costs: a large fleet in real time, and a winter day through the whole center. */
import { connected } from '@heat-center/simulators/fleet/city.ts';
import { catalogue } from '@heat-center/simulators/fleet/catalogue.ts';
import { cityDesign } from '@heat-center/simulators/fleet/city-design.ts';
import {
  beginStep,
  cityOf,
  endStep,
  environmentOf,
  usualEnvironment,
} from '@heat-center/simulators/plant/city.ts';
import { runScenario, START } from '../scenarios/run.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { VirtualStation } from '../scenarios/station.ts';
import { weatherOf } from '../scenarios/weather.ts';
import type { BenchOptions } from './pipeline.ts';

const STATIONS = 2000;

/** Processor time of this process since a mark, s; `undefined` marks. */
function cpu_s(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** A fleet that steps once a second, with loops, command machine and a sample each 10 s as JSON. */
function fleet(seconds: number): { cpu_s: number; bytes: number } {
  const designs = catalogue(STATIONS);
  const town = cityDesign(designs);
  const course = { mean_c: [[0, -4] as const], swing_k: 4, clear: 0.7 };
  const weather = weatherOf(course, 0);
  const city = cityOf(town, weather);
  const environment = usualEnvironment(town, weather, -4);
  const stations = designs.map(
    (design) => new VirtualStation({ design, environment, at: START, mode: 'remote' }),
  );
  for (const station of stations) station.hear({ v: 1, epoch: 1, at: START, every_s: 60 });
  let bytes = 0;
  const before = process.cpuUsage();
  for (let second = 1; second <= seconds; second += 1) {
    const now = START + second * 1000;
    const seen = new Map(stations.map((station) => [station.id, connected(station.plant)]));
    const step = { weather: weatherOf(course, second / 3600), at_s: now / 1000, dt_s: 1 };
    const begun = beginStep(city, (id) => seen.get(id), step);
    for (const station of stations)
      bytes += station.tick(now, environmentOf(city, begun, station.id))?.byteLength ?? 0;
    endStep(city, (id) => seen.get(id), begun);
  }
  return { cpu_s: cpu_s(before), bytes };
}

export async function plantBench({ quick, say }: BenchOptions): Promise<void> {
  const seconds = quick ? 20 : 120;
  const { cpu_s: spent_s, bytes } = fleet(seconds);
  say(`${STATIONS} stations and their network, one step a second, a sample each 10 s, ${seconds} s:\n`);
  say('| | |');
  say('|---|--:|');
  say(`| share of one core | ${((100 * spent_s) / seconds).toFixed(0)} % |`);
  say(`| a station's step, µs | ${((1e6 * spent_s) / seconds / STATIONS).toFixed(0)} |`);
  say(`| telemetry, kB/s | ${(bytes / seconds / 1000).toFixed(0)} |`);
  const scenario = SCENARIOS.find(({ name }) => name === 'winter-day');
  if (!scenario) return;
  // The first run is what compiles the code.
  runScenario(scenario, { strategy: 'center', stations: 4, hours: 2 });
  const before = process.cpuUsage();
  const { kpis } = runScenario(scenario, { strategy: 'center', stations: 24, hours: quick ? 6 : 24 });
  const days = (quick ? 12 : 30) / 24;
  say('\nA winter day of 24 stations: plant, firmware and the center’s domain, processor time:\n');
  say('| | s |');
  say('|---|--:|');
  say(`| whole day | ${(cpu_s(before) / days).toFixed(1)} |`);
  say(`| of it the center's decoding and domain | ${(kpis.center_s_per_day ?? 0).toFixed(1)} |`);
}
