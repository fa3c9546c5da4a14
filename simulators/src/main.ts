/**
 * The fleet process: simulated stations against a running center. The supervisor starts it by path. With `fault …`
 * as arguments it injects a fault into the city that runs on the same data folder.
 */
import { CommanderError } from 'commander';
import { pino } from 'pino';
import { fleetSettings, type FleetSettings } from './environment.ts';
import { runFaultCli } from './fleet/fault-cli.ts';
import { startFleet } from './fleet/fleet.ts';

const STOP_WITHIN_MS = 4000;
const PARENT_EVERY_MS = 1000;

const log = pino({ name: 'simulators', base: {} });

const say = (line: string): void => console.log(line);

let settings: FleetSettings;
try {
  settings = fleetSettings(process.env);
} catch (error) {
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
if (process.argv[2] === 'fault') {
  try {
    runFaultCli(process.argv.slice(3), { folder: settings.folder, say, now: Date.now });
    process.exit(0);
  } catch (error) {
    // Commander has already said what was wrong.
    if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof CommanderError ? error.exitCode : 1);
  }
}
const fleet = startFleet({ ...settings, log });

let stopping = false;
async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, 'simulated city stops');
  const limit = setTimeout(() => process.exit(1), STOP_WITHIN_MS);
  await fleet.stop();
  clearTimeout(limit);
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
process.on('disconnect', () => void stop('the parent closed the channel'));
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) void stop('the parent is gone');
}, PARENT_EVERY_MS).unref();

log.info({ stations: settings.count, api: settings.api, mqtt: settings.mqtt }, 'simulated city starts');
