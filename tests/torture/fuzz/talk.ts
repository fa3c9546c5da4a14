/** A real center to throw things at, and one connection to it. */
import { connect, type Socket } from 'node:net';
import {
  controlled,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../../support/center.ts';
import { registerReader } from '../hostile/loaded-center.ts';

/** An answer that does not come within this: the frame was broken so that the center waits for more. */
const PATIENCE_MS = 3000;
/** The same where it may well be so. */
export const BROKEN_PATIENCE_MS = 400;

type Port = 'http' | 'mqtt';

export interface Target {
  readonly center: CenterProcess;
  readonly logins: readonly {
    readonly id: string;
    readonly password: string;
    readonly stations: readonly string[];
  }[];
}

export async function startTarget(): Promise<Target> {
  const center = await startCenter({ env: { HEAT_CENTER_LOG_LEVEL: 'error' } });
  const named = ({ username, password }: Login, stations: readonly string[]) => ({
    id: username,
    password,
    stations,
  });
  const logins = [];
  for (const id of ['s1', 's2', 'well']) logins.push(named(await register(center, controlled(id)), [id]));
  logins.push(named(await registerReader(center, 'eye'), []));
  return { center, logins };
}

export async function endTarget({ center }: Target): Promise<void> {
  await center.stop();
  await removeDataDir(center.dir);
}

export const lives = ({ center }: Target): boolean => {
  try {
    return process.kill(center.pid, 0);
  } catch {
    return false;
  }
};

/** One connection, what was sent on it, and the statuses that came back. */
export class Talk {
  readonly sent: Buffer[] = [];
  readonly kind: Port;
  readonly statuses: number[] = [];
  closed = false;
  readonly #socket: Socket;
  #tail = '';
  #wake = (): void => undefined;

  constructor({ center }: Target, kind: Port, localAddress = '127.0.0.1') {
    this.kind = kind;
    const { hostname, port } = new URL(kind === 'http' ? center.url : center.mqttUrl);
    this.#socket = connect({ host: hostname, port: Number(port), localAddress });
    this.#socket.on('data', (chunk: Buffer) => this.#heard(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(bytes: Buffer): void {
    this.sent.push(bytes);
    if (!this.closed) this.#socket.write(bytes);
  }

  /** Waits until the condition holds, the connection ends or patience does. */
  async until(condition: () => boolean, patience_ms = PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + patience_ms;
    while (!this.closed && !condition() && performance.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  heardBytes = 0;

  /** Ends without leaving a port in TIME_WAIT. */
  end(): void {
    this.#socket.resetAndDestroy();
  }

  #heard(chunk: Buffer): void {
    this.heardBytes += chunk.length;
    const text = this.#tail + chunk.toString('latin1');
    for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)) {
      if (status !== '100') this.statuses.push(Number(status));
    }
    // A status line may be cut, but must not be counted twice.
    const start = text.lastIndexOf('H');
    const rest = start < 0 ? '' : text.slice(start);
    this.#tail = rest.length < 14 ? rest : '';
    this.#wake();
  }
}
