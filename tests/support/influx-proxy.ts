/** A proxy before InfluxDB that answers writes in its place, counts them, and can be away. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface InfluxProxy {
  readonly url: string;
  /** What the next writes are answered; further ones are passed on. */
  readonly answers: CannedAnswer[];
  /** Most writes that were on their way at once. */
  mostInFlight(): number;
  /** Refuses connections, from now on. */
  goAway(): Promise<void>;
  /** Listens again on the same port. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

function pass(target: string, from: IncomingMessage, to: ServerResponse): void {
  const { method, headers, url } = from;
  const onward = request(`${target}${url}`, { method, headers }, (answer) => {
    to.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(to);
  });
  onward.once('error', () => to.destroy());
  from.pipe(onward);
}

export async function startInfluxProxy(target: string): Promise<InfluxProxy> {
  const answers: CannedAnswer[] = [];
  let inFlight = 0;
  let most = 0;
  const server = createServer((from, to) => {
    const isWrite = from.url?.startsWith('/api/v2/write') ?? false;
    if (isWrite) {
      inFlight += 1;
      most = Math.max(most, inFlight);
      to.once('close', () => {
        inFlight -= 1;
      });
    }
    const answer = isWrite ? answers.shift() : undefined;
    if (!answer) return pass(target, from, to);
    from.resume().once('end', () => {
      to.writeHead(answer.status, answer.headers ?? {});
      to.end(answer.body ?? '');
    });
    return undefined;
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const goAway = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    mostInFlight: () => most,
    goAway,
    async comeBack() {
      await listen(port);
    },
    stop: goAway,
  };
}
