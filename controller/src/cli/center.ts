/** Commands about the center itself: link, status, stop, epoch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { isInUse } from '../center/folder-lock.ts';
import { connect, dataDirOf, readRunFile, type Variables } from './client.ts';
import type { Output } from './output.ts';

/** A center flushes and snapshots before it ends; longer than this means that it hangs. */
const STOP_WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 100;

export async function link(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { url } = SCHEMAS.loginLink.response[200].parse(await client.call('loginLink'));
  print(url);
  print('Works once, within 15 minutes.');
}

export async function status(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { stations } = SCHEMAS.listStations.response[200].parse(await client.call('listStations'));
  const states = new Map<string, number>();
  for (const { state } of stations) states.set(state, (states.get(state) ?? 0) + 1);
  const { ready, why } = SCHEMAS.healthReady.response[200].parse(
    await client.call('healthReady', { alsoTakes: 503 }),
  );
  const { run } = client;
  print(`dashboard  ${run.http.url}`);
  print(`mqtt       ${run.mqtt.host}:${run.mqtt.port}`);
  print(`process    ${run.pid}`);
  print(`ready      ${ready ? 'yes' : `no: ${why.join('; ')}`}`);
  const counted = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  print(`stations   ${stations.length}${counted === '' ? '' : ` (${counted})`}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the center of the folder lives: it answers, or it still holds the folder. */
async function lives(env: Variables, dir: string): Promise<boolean> {
  try {
    const client = await connect(env);
    await client.call('session');
    return true;
  } catch {
    return isInUse(dir);
  }
}

/** Asks the center to end and waits until it has. Process ids are used again by others, so it must be seen alive first. */
export async function stop(env: Variables, { print }: Output): Promise<void> {
  const dir = dataDirOf(env);
  const run = await readRunFile(dir);
  if (!(await lives(env, dir))) {
    const left = [...new Set([run.supervisor_pid, run.pid])].filter(isAlive);
    const hint =
      left.length === 0 ? '' : ` If process ${left.join(' or ')} is a leftover of it, end it with kill.`;
    throw new HeatError('not_running', `The center that ${dir} names has ended.${hint}`);
  }
  process.kill(run.supervisor_pid, 'SIGTERM');
  const pids = [run.supervisor_pid, run.pid];
  for (let waited = 0; waited < STOP_WITHIN_MS; waited += LOOK_EVERY_MS) {
    if (!pids.some(isAlive)) {
      print('stopped');
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new HeatError('internal', `Process ${pids.filter(isAlive).join(', ')} did not end within 40 s.`);
}

export async function confirmEpoch(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { epoch } = SCHEMAS.confirmEpoch.response[200].parse(await client.call('confirmEpoch'));
  print(`The center goes on with epoch ${epoch}.`);
}
