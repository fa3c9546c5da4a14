/** A proxy before InfluxDB that answers in its place, counts writes, refuses lines, hangs, and can be away. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface InfluxProxy {
  readonly url: string;
  /** What the next writes are answered; further ones are passed on. */
  readonly answers: CannedAnswer[];
  /** What every write and question is answered until it is set to undefined; `hang`: nothing ever. */
  fault: CannedAnswer | 'hang' | undefined;
  /** Writes that hold such a line are answered 400, as for a line that cannot be parsed. */
  refuses: ((line: string) => boolean) | undefined;
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

function say(to: ServerResponse, { status, headers, body }: CannedAnswer): void {
  to.writeHead(status, headers ?? {});
  to.end(body ?? '');
}

/** Reads a write, and passes it on when no line of it is refused. */
async function judge(write: {
  target: string;
  from: IncomingMessage;
  to: ServerResponse;
  refuses: (line: string) => boolean;
}): Promise<void> {
  const { target, from, to, refuses } = write;
  try {
    const sent = await buffer(from);
    const text = (from.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
    const bad = text.split('\n').filter(refuses);
    if (bad.length > 0) {
      const message = bad.map((line) => `unable to parse '${line}': invalid field format`).join('\n');
      const body = JSON.stringify({ code: 'invalid', message });
      say(to, { status: 400, headers: { 'content-type': 'application/json' }, body });
      return;
    }
    const { method, headers, url } = from;
    const onward = request(`${target}${url}`, { method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(to);
    });
    onward.once('error', () => to.destroy());
    onward.end(sent);
  } catch {
    to.destroy();
  }
}

export async function startInfluxProxy(target: string): Promise<InfluxProxy> {
  const answers: CannedAnswer[] = [];
  const hanging: ServerResponse[] = [];
  let fault: InfluxProxy['fault'];
  let refuses: InfluxProxy['refuses'];
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
    if (fault === 'hang') return void hanging.push(to);
    const answer = (isWrite ? answers.shift() : undefined) ?? fault;
    if (answer) {
      from.resume().once('end', () => say(to, answer));
      return undefined;
    }
    if (isWrite && refuses) return void judge({ target, from, to, refuses });
    return pass(target, from, to);
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
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
      // Whoever hung is restarted in the end.
      for (const waiting of hanging.splice(0)) waiting.destroy();
    },
    get refuses() {
      return refuses;
    },
    set refuses(next) {
      refuses = next;
    },
    mostInFlight: () => most,
    goAway,
    async comeBack() {
      await listen(port);
    },
    stop: goAway,
  };
}
