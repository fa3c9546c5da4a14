/** Generated nonsense with structure, for everything that takes bytes from outside. */
import { readCases, writeCases, type Cases } from './fuzz/case-file.ts';
import { fuzzMqtt, replayMqtt } from './fuzz/mqtt-run.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const COUNTS = {
  quick: { mqtt: 100_000 },
  full: { mqtt: 10_000_000 },
} as const;

const told = (cases: Cases): string =>
  `${cases.fault}\n  ${cases.connections.length} connections of seed ${cases.seed}, to be played again with: ` +
  `pnpm torture fuzz --replay ${writeCases(cases)}`;

async function playAgain(path: string): Promise<Outcome> {
  const cases = readCases(path);
  const fault = await replayMqtt(cases.connections);
  return { state: fault === undefined ? 'kept' : 'broken', figures: fault ?? `${path} breaks nothing` };
}

async function run({ seed, quick, say, replay }: Given): Promise<Outcome> {
  if (replay !== undefined) return playAgain(replay);
  const counts = quick ? COUNTS.quick : COUNTS.full;
  const from = performance.now();
  const mqtt = await fuzzMqtt({ seed, cases: counts.mqtt, say });
  const mqtt_s = (performance.now() - from) / 1000;
  if (mqtt.broken) return { state: 'broken', figures: told(mqtt.broken) };
  return {
    state: 'kept',
    figures:
      `${mqtt.cases} MQTT cases (seed ${seed}, ${(mqtt.cases / mqtt_s).toFixed(0)}/s), slowest step ` +
      `${(mqtt.slowest_s * 1000).toFixed(0)} ms`,
  };
}

export const fuzz: Scenario = {
  name: 'fuzz',
  promise: 'No bytes from outside end the center, make it answer 5xx, or hold it up for 200 ms',
  run,
};
