/** Broker and center as they are, joined without sockets and disk. */
import { makeShared, voiceOf } from '@heat-center/broker/broker.ts';
import type { Shared } from '@heat-center/broker/shared.ts';
import { createRecordBuffer, encodeRecord } from '@heat-center/controller/adapters/journal/record.ts';
import { registerStation } from '@heat-center/controller/adapters/registry/registration.ts';
import { createClock } from '@heat-center/controller/center/clock.ts';
import { localTimeOf } from '@heat-center/controller/center/local-time.ts';
import { createRuntime } from '@heat-center/controller/center/runtime.ts';
import { createRunningState } from '@heat-center/controller/center/state.ts';
import { createLog } from '@heat-center/controller/log.ts';
import type { JournalWriter } from '@heat-center/controller/ports.ts';
import { stationRegistration } from '@heat-center/api/stations.ts';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import type { Identity } from '@heat-center/contract/topics.ts';
import { controlled } from '../../support/center.ts';

/** Durable a turn later, in order, as a disk without trouble is. */
function memoryJournal(): JournalWriter {
  const buffer = createRecordBuffer();
  let waiters: (() => void)[] = [];
  let scheduled = false;
  let end = 0;
  let durable = 0;
  const flush = (): void => {
    scheduled = false;
    durable = end;
    const ready = waiters;
    waiters = [];
    for (const done of ready) done();
  };
  function append(record: Parameters<JournalWriter['append']>[0]): number {
    buffer.length = 0;
    encodeRecord(buffer, record);
    end += buffer.length;
    return end;
  }
  function whenDurable(done: () => void): void {
    waiters.push(done);
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }
  return {
    get durable() {
      return durable;
    },
    get end() {
      return end;
    },
    start: 0,
    writable: true,
    append,
    appendThen(record, done) {
      const position = append(record);
      // The caller's bytes are valid until it appends again.
      const body = record.body.slice();
      whenDurable(() => done(body, position));
    },
    whenDurable: (_position, done) => whenDurable(done),
  };
}

export const LOGINS = [
  { id: 's1', kind: 'station', password: 'p1', stations: ['s1'] },
  { id: 's2', kind: 'station', password: 'p2', stations: ['s2'] },
  { id: 'gw', kind: 'gateway', password: 'p3', stations: ['s2', 's3'] },
  { id: 'eye', kind: 'reader', password: 'p4', stations: [] },
] as const satisfies readonly (Identity & { password: string })[];

const decoder = new TextDecoder();

const authenticate = (username: string, password: Uint8Array): Identity | undefined =>
  LOGINS.find((login) => login.id === username && login.password === decoder.decode(password));

/** The broker, and the decoding of what comes, without what follows from it. */
export function decodingBroker(): Promise<Shared> {
  return makeShared({
    log: createLog('silent'),
    handlers: {
      authenticate,
      onTelemetry: (_station, bytes, done) => {
        decodeTelemetry(bytes);
        done();
      },
      onRefusedTelemetry: () => undefined,
      onMessage: (_message, done) => done(),
      onSession: () => undefined,
      onSubscribed: () => undefined,
    },
  });
}

/** Everything that `main.ts` joins, but for ports, disk, history and screen. */
export async function centerInMemory(): Promise<Shared> {
  const log = createLog('silent');
  const runtime = createRuntime({
    journal: memoryJournal(),
    state: createRunningState(),
    clock: createClock(),
    localTime: localTimeOf('Asia/Shanghai'),
    log,
  });
  const shared = await makeShared({
    log,
    handlers: {
      authenticate,
      onTelemetry: (station, bytes, done) => runtime.onTelemetry(station, bytes, done),
      onRefusedTelemetry: (station, code) => runtime.onRefused(station, code),
      onMessage: ({ station, channel, bytes }, done) =>
        runtime.onMessage({ station, channel, bytes, retained: false }, done),
      onSession: (station, connected) => runtime.onSession(station, connected),
      onSubscribed: (station, channel) => runtime.onSubscribed(station, channel),
    },
  });
  const { send, heartbeat, disconnect } = voiceOf(shared);
  runtime.attach({ send, heartbeat, disconnect, metrics: () => ({}), close: () => Promise.resolve() });
  for (const id of ['s1', 's2', 's3']) {
    const { config } = registerStation(stationRegistration.parse(controlled(id)));
    await runtime.submit({ kind: 'settings', at: Date.now(), station: config });
  }
  runtime.start();
  return shared;
}
