import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hangUp } from './hang-up.ts';

/** Handles SIGHUP from the first line on its standard input on, as Mosquitto does some time after it wrote its pid. */
const SLOW_STARTER = `
  process.stdin.once('data', () => {
    process.on('SIGHUP', () => console.log('read again'));
    console.log('started');
  });
  console.log('starting');
`;

let dir: string;
let pidFile: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-hang-up-'));
  pidFile = join(dir, 'mosquitto.pid');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await rm(dir, { recursive: true });
});

describe('the signal', () => {
  it('waits for a process that does not handle it yet, and then arrives', async () => {
    const starter = spawn(process.execPath, ['-e', SLOW_STARTER]);
    child = starter;
    let said = '';
    starter.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said).toContain('starting');
    await writeFile(pidFile, `${starter.pid}\n`);
    await expect(hangUp(pidFile)).rejects.toThrow('does not handle SIGHUP');
    starter.stdin.write('go\n');
    await expect.poll(() => said).toContain('started');
    await hangUp(pidFile);
    await expect.poll(() => said).toContain('read again');
    expect(starter.signalCode).toBeNull();
  });

  it('says when the process is gone', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(pidFile, `${gone.pid}\n`);
    await expect(hangUp(pidFile)).rejects.toThrow('ESRCH');
  });

  it.each(['', 'nobody\n', '1\n', '-5\n', '0\n'])('does not take %j for a process', async (text) => {
    await writeFile(pidFile, text);
    await expect(hangUp(pidFile)).rejects.toThrow('no process id');
  });

  it('says when there is no such file', async () => {
    await expect(hangUp(pidFile)).rejects.toThrow('ENOENT');
  });
});
