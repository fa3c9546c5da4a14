/**
 * The ceiling: splitter and journal, and nothing else but one command for each message (`command`) or a socket that is
 * told four times a second when what came since was measured (`feed`).
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createBroker } from '@heat-center/broker/broker.ts';
import { TICK_MS } from '@heat-center/controller/adapters/http/feed/feed.ts';
import { openJournal } from '@heat-center/controller/adapters/journal/writer.ts';
import { WebSocketServer } from 'ws';

const commandEach = process.argv[3] === 'command';
const withFeed = process.argv[3] === 'feed';
let measured: string[] = [];
const journal = await openJournal({ dir: process.argv[2] ?? '' });
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();
let seq = 0;

const broker = await createBroker({
  host: '127.0.0.1',
  port: 0,
  log: quiet,
  handlers: {
    authenticate: (id) => ({ kind: 'station', id, stations: [id] }),
    onTelemetry(station, body, done) {
      const at = Date.now();
      journal.whenDurable(journal.append({ kind: 'telemetry', station, at, body }), () => {
        done();
        if (withFeed) measured.push(/"at":(\d+)/.exec(decoder.decode(body))?.[1] ?? '');
        if (!commandEach) return;
        seq += 1;
        broker.send(
          station,
          'command',
          encoder.encode(
            `{"v":1,"id":"c-${seq}","epoch":7,"seq":${seq},"at":${at},"valid_s":600,"kind":"setpoints","circuits":{"low":{"supply_c":55.5}}}`,
          ),
        );
      });
    },
    onRefusedTelemetry: () => undefined,
    onMessage: (_message, done) => done(),
    onSession: () => undefined,
    onSubscribed: () => undefined,
  },
});

/** Returns the port where screens are told. */
async function startFeed(): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  setInterval(() => {
    const text = `[${measured.join(',')}]`;
    measured = [];
    for (const client of server.clients) client.send(text);
  }, TICK_MS);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  return (server.address() as AddressInfo).port;
}

const feedPort = withFeed ? await startFeed() : undefined;
process.send?.({ kind: 'ready', port: broker.port, feedPort });
process.on('disconnect', () => process.exit(0));
