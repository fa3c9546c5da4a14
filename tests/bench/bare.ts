/** The ceiling: splitter, journal and one command for each message, and nothing else. */
import { createBroker } from '@heat-center/broker/broker.ts';
import { openJournal } from '@heat-center/controller/adapters/journal/writer.ts';

const commandEach = process.argv[3] === 'command';
const journal = await openJournal({ dir: process.argv[2] ?? '' });
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const encoder = new TextEncoder();
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
process.send?.({ kind: 'ready', port: broker.port });
process.on('disconnect', () => process.exit(0));
