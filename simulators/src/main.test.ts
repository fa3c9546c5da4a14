import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, 'main.ts');

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'city-'));
  // Nobody listens there: the process waits for its center.
  env = {
    ...process.env,
    HEAT_CENTER_DATA_DIR: folder,
    HEAT_CENTER_DEMO_STATIONS: '2',
    HEAT_SIMULATORS_API: 'http://127.0.0.1:9',
    HEAT_SIMULATORS_MQTT: 'mqtt://127.0.0.1:9',
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function speaks(child: ChildProcess): Promise<void> {
  if (child.stdout) await once(child.stdout, 'data');
}

describe('the fleet process', () => {
  it.each([
    ['SIGTERM', (child: ChildProcess) => void child.kill('SIGTERM')],
    ['the end of its channel', (child: ChildProcess) => child.disconnect()],
  ])('ends cleanly at %s', async (_name, end) => {
    const child = fork(MAIN, [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    await speaks(child);
    end(child);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when its parent is gone', async () => {
    // The grandchild holds the parent's error channel: it closes when both are gone.
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, [${JSON.stringify(MAIN)}], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => console.log(child.pid));`;
    const parent = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(parent.stdout, 'data');
    const closed = once(parent.stderr.resume(), 'close');
    parent.kill('SIGKILL');
    await closed;
    expect(parent.signalCode).toBe('SIGKILL');
  });

  it('says which setting is wrong', async () => {
    const child = fork(MAIN, [], {
      env: { ...env, HEAT_SIMULATORS_API: 'nowhere' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const [line] = child.stdout ? await once(child.stdout, 'data') : [];
    expect(String(line)).toContain('HEAT_SIMULATORS_API');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1);
  });
});
