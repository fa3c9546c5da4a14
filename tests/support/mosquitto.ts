/** A real Mosquitto with the shipped configuration, of which only paths, port and where it logs are replaced. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 30_000;
const SHIPPED = fileURLToPath(new URL('../../broker/mosquitto/', import.meta.url));
/** Debian keeps it where a plain user's path does not lead. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };

export const mosquittoIsMissing = spawnSync('mosquitto', ['-h'], { env }).error !== undefined;

interface TlsPorts {
  /** For logins by secret. */
  readonly secret: number;
  /** For stations that show a certificate. */
  readonly certificate: number;
}

export interface MosquittoFolder {
  readonly port: number;
  /** Listened to only where there are certificates. */
  readonly tlsPorts: TlsPorts;
  readonly url: string;
  /** Environment of a center that uses this Mosquitto and writes its logins. */
  readonly centerEnv: NodeJS.ProcessEnv;
  /** Runs Mosquitto itself (the center sends SIGHUP) or the shipped `run.sh` (which does); waits until it listens. */
  start(how: 'mosquitto' | 'run.sh'): Promise<void>;
  /** Ends what was started, and waits. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  log(): string;
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return open;
}

const pidOf = async (dir: string): Promise<number> =>
  Number((await readFile(join(dir, 'mosquitto.pid'), 'utf8')).trim());

/** The shipped configuration moved into a folder; with run.sh the login files lie beside it as in the container. */
async function writeConfiguration(
  folder: MosquittoOptions & { dir: string; port: number; tlsPorts: TlsPorts; logins: string },
): Promise<void> {
  const { dir, port, tlsPorts, tls, logins, data = join(dir, 'data') } = folder;
  const shipped = await readFile(join(SHIPPED, 'mosquitto.conf'), 'utf8');
  const moved = (tls ? shipped.replaceAll(/^#: /gm, '') : shipped)
    .replaceAll('/mosquitto/config/ca.pem', tls?.ca ?? '')
    .replaceAll('/mosquitto/config/server.pem', tls?.cert ?? '')
    .replaceAll('/mosquitto/config/server.key', tls?.key ?? '')
    .replace(/^listener 8883$/m, `listener ${tlsPorts.secret} 127.0.0.1`)
    .replace(/^listener 8884$/m, `listener ${tlsPorts.certificate} 127.0.0.1`)
    .replaceAll('/mosquitto/config/', `${logins}/`)
    .replaceAll('/mosquitto/data/', `${data}/`)
    .replace('listener 1883', `listener ${port} 127.0.0.1`)
    // What it writes to a pipe as its standard output comes late.
    .replace('log_dest stdout', 'log_dest stderr');
  const own = `pid_file ${dir}/mosquitto.pid\nuser ${userInfo().username}\n`;
  await writeFile(join(dir, 'config', 'mosquitto.conf'), `${moved}\n${own}`);
}

export interface MosquittoOptions {
  /** For Mosquitto itself, beside the environment of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** An existing folder where it keeps what waits; a folder of its own otherwise. */
  readonly data?: string | undefined;
  /** Certificates for the listeners of the shipped configuration that are commented out; without, they stay so. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
}

/** Start the center first: Mosquitto needs the login files that it writes. */
export async function mosquittoFolder(options: MosquittoOptions = {}): Promise<MosquittoFolder> {
  const dir = await mkdtemp(join(tmpdir(), 'heat-mosquitto-'));
  for (const name of ['config', 'data', 'logins']) await mkdir(join(dir, name));
  const ownEnv = { ...env, ...options.env };
  const port = await freePort();
  const tlsPorts = { secret: await freePort(), certificate: await freePort() };
  const url = `mqtt://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let byScript = false;
  let printed = '';

  return {
    port,
    tlsPorts,
    url,
    centerEnv: {
      HEAT_CENTER_MQTT_URL: url,
      HEAT_CENTER_MQTT_PASSWORD: 'the center’s own secret',
      HEAT_CENTER_MOSQUITTO_PASSWORD_FILE: join(dir, 'logins', 'passwords'),
      HEAT_CENTER_MOSQUITTO_ACL_FILE: join(dir, 'logins', 'acl'),
      HEAT_CENTER_MOSQUITTO_PID_FILE: join(dir, 'mosquitto.pid'),
    },
    async start(how) {
      const config = join(dir, 'config');
      await writeConfiguration({
        ...options,
        tlsPorts,
        dir,
        port,
        logins: how === 'run.sh' ? config : join(dir, 'logins'),
      });
      const started =
        how === 'run.sh'
          ? spawn(join(SHIPPED, 'run.sh'), [join(dir, 'logins'), config], { env: ownEnv })
          : spawn('mosquitto', ['-c', join(config, 'mosquitto.conf')], { env: ownEnv });
      child = started;
      byScript = how === 'run.sh';
      for (const output of [started.stdout, started.stderr]) {
        output.on('data', (chunk: Buffer) => {
          printed = (printed + chunk.toString()).slice(-20_000);
        });
      }
      const until_ms = performance.now() + START_MS;
      while (!(await listens(port))) {
        const end = started.exitCode ?? started.signalCode;
        if (end !== null) throw new Error(`Mosquitto ended with ${end} at its start:\n${printed}`);
        if (performance.now() > until_ms) throw new Error(`Mosquitto does not listen:\n${printed}`);
        await sleep(20);
      }
    },
    async end(signal) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      // run.sh ends by itself when Mosquitto is gone.
      if (byScript && signal === 'SIGKILL') process.kill(await pidOf(dir), signal);
      else child.kill(signal);
      await gone;
    },
    log: () => printed,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
