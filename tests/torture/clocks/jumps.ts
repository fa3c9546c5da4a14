/** Jumps of one or more clocks, and what those whose clock jumped say of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../support/center.ts';
import { metric, type Deployment, type DeploymentOptions } from '../deployment.ts';
import type { Wire } from '../field/wire.ts';
import type { FakeClock } from './faketime.ts';
import type { StationsSaid } from './stations.ts';

const HOUR_S = 3600;
const DAY_S = 86_400;
export const JUMPS: Readonly<Record<string, () => number>> = {
  'an hour ahead': () => HOUR_S,
  'an hour back': () => -HOUR_S,
  'a day ahead': () => DAY_S,
  'a day back': () => -DAY_S,
  'to 1970': () => HOUR_S - Date.now() / 1000,
  'to 2106': () => (Date.UTC(2106, 0, 15) - Date.now()) / 1000,
};
export type Party = 'center' | 'stations' | 'broker';
/** Whose clocks jump together. */
type Side = readonly Party[];
export const SIDES: Readonly<Record<DeploymentOptions['broker'], readonly Side[]>> = {
  embedded: [['center'], ['stations'], ['center', 'stations']],
  mosquitto: [['center'], ['stations'], ['broker'], ['center', 'stations', 'broker']],
};

export interface Scene {
  readonly broker: DeploymentOptions['broker'];
  readonly deployment: Deployment;
  readonly clocks: Readonly<Record<Party, FakeClock>>;
  readonly wire: Wire;
  /** What the stations said last. */
  readonly said: () => StationsSaid;
  readonly wrongs: string[];
}

/** How far Mosquitto's clock is ahead of ours by its log, s; somebody whom it turns away makes it write a line. */
async function brokerAhead(deployment: Deployment): Promise<number> {
  await connect(deployment, { username: 'nobody', password: '' }).catch(() => undefined);
  await sleep(300);
  const last = /(?:^|\n)(-?\d+): [^\n]*\n?$/.exec(deployment.brokerLog())?.[1];
  // It writes the seconds as a signed number of 32 bits.
  return last === undefined ? Number.NaN : (Number(last) >>> 0) - Date.now() / 1000;
}

/** The parties whose clock is not `ahead_s` ahead of ours as they themselves say. */
async function misled({ deployment, said }: Scene, side: Side, ahead_s: number): Promise<string[]> {
  const found: string[] = [];
  const says = (who: string, told_s: number): void => {
    if (!(Math.abs(told_s - ahead_s) < 30)) found.push(`${who} says that its clock is ${told_s} s off`);
  };
  if (side.includes('center')) says('the center', await metric(deployment.center, 'clock_off_seconds'));
  if (side.includes('stations')) says('a station', (said().wall_ms - Date.now()) / 1000);
  if (side.includes('broker')) says('Mosquitto', await brokerAhead(deployment));
  return found;
}

/** One jump and back: stations stay led all the time, and a wrong clock of the center is told. */
export async function jump(scene: Scene, name: string, how: { side: Side; wrong_s: number }): Promise<void> {
  const { side, wrong_s } = how;
  const { clocks, said, wrongs } = scene;
  const what = `${side.join(', ')} ${name}`;
  const ahead_s = JUMPS[name]?.() ?? 0;
  const { led } = said();
  for (const party of side) await clocks[party].set(ahead_s);
  for (let second = 0; second < wrong_s; second += 1) {
    await sleep(1000);
    if (said().led < led || said().alone > 0) wrongs.push(`${what}: ${said().led} of ${led} still led`);
  }
  wrongs.push(...(await misled(scene, side, ahead_s)).map((words) => `${what}: ${words}`));
  for (const party of side) await clocks[party].set(0);
  await sleep(2000);
}
