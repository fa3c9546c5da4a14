/** Generated nonsense with structure, for everything that takes bytes from outside. */
import { readCases, writeCases, type Cases } from './fuzz/case-file.ts';
import { fuzzMqtt, replayMqtt } from './fuzz/mqtt-run.ts';
import { fuzzSockets, replaySockets, type SocketResult } from './fuzz/socket-run.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const COUNTS = {
  quick: { memory: 30_000, sockets: { http: 3000, webSocket: 400, mqtt: 1000 } },
  full: { memory: 9_800_000, sockets: { http: 900_000, webSocket: 100_000, mqtt: 200_000 } },
} as const;

const told = (cases: Cases): Outcome => ({
  state: 'broken',
  figures:
    `${cases.fault}\n  ${cases.connections.length} connections of seed ${cases.seed}, to be played again with: ` +
    `pnpm torture fuzz --replay ${writeCases(cases)}`,
});

async function playAgain(path: string): Promise<Outcome> {
  const { kind, connections } = readCases(path);
  const fault = await (kind === 'mqtt' ? replayMqtt : replaySockets)(connections);
  return { state: fault === undefined ? 'kept' : 'broken', figures: fault ?? `${path} breaks nothing` };
}

function statusesOf({ statuses }: SocketResult): string {
  const sorted = [...statuses].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([status, count]) => `${status}: ${count}`).join(', ');
}

async function run({ seed, quick, say, replay }: Given): Promise<Outcome> {
  if (replay !== undefined) return playAgain(replay);
  const counts = quick ? COUNTS.quick : COUNTS.full;
  const memory = await fuzzMqtt({ seed, cases: counts.memory, say });
  if (memory.broken) return told(memory.broken);
  const sockets = await fuzzSockets({ seed, counts: counts.sockets, say });
  if (sockets.broken) return told(sockets.broken);
  const { http, webSocket, mqtt } = sockets.done;
  return {
    state: 'kept',
    figures:
      `seed ${seed}: ${memory.cases + mqtt} MQTT cases (${mqtt} of them over sockets), ${http} HTTP and ${webSocket} ` +
      `WebSocket: nothing ended, no 5xx (${statusesOf(sockets)}); longest work without a pause ` +
      `${(memory.slowest_s * 1000).toFixed(0)} ms in memory, ${(sockets.busy_s * 1000).toFixed(0)} ms in the center`,
  };
}

export const fuzz: Scenario = {
  name: 'fuzz',
  promise: 'No bytes from outside end the center, make it answer 5xx, or hold it up for 200 ms',
  run,
};
