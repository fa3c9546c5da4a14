/** SIGHUP for the process of a pid file: reads its configuration again, if it is far enough to know the signal. */
import { readFile, stat } from 'node:fs/promises';

/** Where the system does not say what a process handles, one this old is taken to have started, ms. */
const STARTED_AFTER_MS = 2000;

/** Linux: bit 0 of the mask of caught signals is signal 1, SIGHUP. */
async function handlesHangUp(pid: number, pidFile: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const caught = status && /^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1];
  if (caught) return (BigInt(`0x${caught}`) & 1n) === 1n;
  return Date.now() - (await stat(pidFile)).mtimeMs > STARTED_AFTER_MS;
}

/**
 * Sends SIGHUP to the process that a file names, unless that would end it: Mosquitto writes its pid before it handles
 * the signal, and of a process that does not handle it nothing remains.
 *
 * @throws Error when the file cannot be read or holds no process id, when there is no such process or it may not be
 *   signalled, and when it does not handle the signal (yet)
 */
export async function hangUp(pidFile: string): Promise<void> {
  const pid = Number((await readFile(pidFile, 'utf8')).trim());
  if (!Number.isInteger(pid) || pid < 2) throw new Error('it holds no process id');
  process.kill(pid, 0);
  if (!(await handlesHangUp(pid, pidFile))) throw new Error(`process ${pid} does not handle SIGHUP`);
  process.kill(pid, 'SIGHUP');
}
