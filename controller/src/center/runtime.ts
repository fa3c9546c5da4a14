/**
 * The running center: every input is journaled, flushed, then applied in the order of the journal; what the
 * cycle wants done is carried out at once and journaled without waiting.
 */
import { decodeTelemetry, type Telemetry } from '@heat-center/contract/decode.ts';
import { HeatError, type ErrorCode } from '@heat-center/contract/errors.ts';
import { HEARTBEAT_EVERY_S } from '@heat-center/contract/limits.ts';
import type { Logger } from 'pino';
import { checkWish } from '../domain/center-view.ts';
import { isEndDue } from '../domain/commands/ends.ts';
import type { Effect } from '../domain/effects.ts';
import type { CenterInput, LocalTime, Wish } from '../domain/inputs.ts';
import { telemetryEncoder } from '../domain/telemetry/encode.ts';
import { readTelemetry } from '../domain/telemetry/read.ts';
import type { CenterListener } from '../center-port.ts';
import type { JournalWriter, StationLink } from '../ports.ts';
import type { Clock } from './clock.ts';
import { receiptSender, type ReceiptSender } from './receipt-sender.ts';
import { inputOfMessage, type StationMessage } from './messages.ts';
import { effectRecord, recordOf, telemetryRecord, type OtherInput } from './records.ts';
import { sessionTeller } from './sessions.ts';
import { applyRunning, type Applied, type RunningState } from './state.ts';
import { count, noteRejected } from './tallies.ts';

export interface RuntimeOptions {
  readonly journal: JournalWriter;
  readonly state: RunningState;
  readonly clock: Clock;
  readonly log: Logger;
  /** Local time at the site. */
  readonly localTime: (at: number) => LocalTime;
}

export interface Runtime {
  readonly state: RunningState;
  /** Position of the last applied input. */
  readonly applied: number;
  /** Connects the way to the stations; effects before that are dropped, as after a start nobody listens yet. */
  attach(link: StationLink): void;
  onTelemetry(station: string, bytes: Uint8Array, done: () => void): void;
  onRefused(station: string, code: ErrorCode): void;
  onMessage(message: StationMessage, done: () => void): void;
  onSession(station: string, connected: boolean): void;
  onSubscribed(station: string, channel: 'command' | 'receipt' | 'heartbeat'): void;
  wish(station: string, wish: Wish): Promise<void>;
  /** Journals and applies an input that is not telemetry; resolves when it has been applied. */
  submit(input: OtherInput): Promise<void>;
  /** Begins the ticks: cycles of stations that say nothing, and the heartbeat. */
  start(): void;
  stop(): void;
  listen(listener: CenterListener): () => void;
  /** Measurements that history found stored with another value. */
  onConflicts(station: string, conflicts: number): void;
  /** Since the start, for metrics. */
  readonly figures: { readonly telemetry_messages: number; readonly telemetry_samples: number };
}

/** What ends is noticed within this time. */
const TICK_MS = 250;

const encoder = new TextEncoder();

export function createRuntime(options: RuntimeOptions): Runtime {
  const { journal, state, clock, log, localTime } = options;
  const listeners = new Set<CenterListener>();
  let link: StationLink | undefined;
  let applied = journal.durable;
  let ticking: NodeJS.Timeout | undefined;
  let tickPending = false;
  let beats = 0;
  let clockIsOff = false;
  const figures = { telemetry_messages: 0, telemetry_samples: 0 };
  const encode = telemetryEncoder();
  const receipts: ReceiptSender = receiptSender(() => link);

  function perform(effect: Effect, at: number): void {
    if (effect.kind === 'heartbeat') {
      const beat = { v: 1, epoch: effect.epoch, at: effect.at, every_s: HEARTBEAT_EVERY_S };
      if (journal.writable) link?.heartbeat(encoder.encode(JSON.stringify(beat)));
      return;
    }
    if (effect.kind === 'send') {
      const sent =
        link?.send(effect.station, 'command', encoder.encode(JSON.stringify(effect.command))) ?? false;
      if (!sent) log.debug({ station: effect.station, id: effect.command.id }, 'nobody there for a command');
    }
    if (effect.kind === 'epoch_conflict') {
      log.warn(
        { station: effect.station, epoch: effect.epoch },
        'a station obeys a newer epoch: confirm that this center is the right one (pnpm heat epoch confirm)',
      );
    }
    journal.append(effectRecord(effect, effect.station, at));
    for (const listener of listeners) {
      if (effect.kind === 'decided') listener.decision(effect.station, effect.decision);
      if (effect.kind === 'command') listener.command(effect.station, effect.command);
      if (effect.kind === 'epoch_conflict') listener.station(effect.station);
    }
  }

  function tell(input: CenterInput): void {
    if (input.kind === 'telemetry') {
      for (const { historical, readings } of input.telemetry.samples) {
        if (historical || readings.length === 0) continue;
        for (const listener of listeners) listener.points(input.station, readings);
      }
      return;
    }
    if (!('station' in input)) return;
    const station = input.kind === 'settings' ? input.station.id : input.station;
    for (const listener of listeners) listener.station(station);
  }

  function apply(input: CenterInput, position: number): Applied {
    const done = applyRunning(state, input);
    applied = position;
    tell(input);
    for (const effect of done.effects) perform(effect, input.at);
    return done;
  }

  function submitThen(input: OtherInput, done: () => void): void {
    const position = journal.append(recordOf(input));
    journal.whenDurable(position, () => {
      apply(input, position);
      done();
    });
  }

  const onSession = sessionTeller({ now: () => clock.now(), submitThen });

  const submit = (input: OtherInput): Promise<void> =>
    new Promise((resolve) => {
      submitThen(input, resolve);
    });

  /** A message that is refused whole and therefore not journaled. */
  function refuse(station: string, code: ErrorCode, bytes?: Uint8Array): void {
    count(state.tallies, station, { code });
    noteRejected(state.tallies, { at: clock.now(), station, code }, bytes);
  }

  /** What is applied is read from the journal's bytes, as in a replay: the message itself need not wait for the flush. */
  function takeTelemetry(station: string, message: Telemetry, done: () => void): void {
    const at = clock.now();
    journal.appendThen(telemetryRecord(station, at, encode(message)), (body, position) => {
      const telemetry = readTelemetry(body);
      if (!telemetry) throw new Error('telemetry of this version cannot be read back');
      const { marked } = apply({ kind: 'telemetry', at, station, telemetry }, position);
      figures.telemetry_messages += 1;
      figures.telemetry_samples += telemetry.samples.length;
      if (marked.kind !== 'none') receipts.add(station, { ...marked, samples: telemetry.samples.length });
      done();
    });
  }

  function tick(): void {
    if (tickPending) return;
    tickPending = true;
    const at = clock.now();
    submitThen({ kind: 'tick', at, local: localTime(at) }, () => {
      tickPending = false;
    });
  }

  /** Says once that the machine's clock jumped, and once that it is right again. */
  function watchClock(): void {
    const off_s = Math.round(clock.off_ms / 1000);
    if ((off_s !== 0) === clockIsOff) return;
    clockIsOff = off_s !== 0;
    const text = clockIsOff
      ? "the machine's clock jumped: the center goes on by its own time; set the clock, or start the center again to take it"
      : "the machine's clock agrees with the center's time again";
    log.warn({ off_s }, text);
  }

  /** Ticks with each heartbeat, and between them when a command ends. */
  function beat(): void {
    watchClock();
    beats = (beats + 1) % (HEARTBEAT_EVERY_S * (1000 / TICK_MS));
    if (beats === 0 || isEndDue(state.center.stations.values(), clock.now())) tick();
  }

  return {
    state,
    figures,
    get applied() {
      return applied;
    },
    attach(next) {
      link = next;
    },
    onTelemetry(station, bytes, done) {
      const decoded = decodeTelemetry(bytes);
      if (!decoded.ok) {
        refuse(station, decoded.code, bytes);
        done();
        return;
      }
      const { telemetry } = decoded;
      for (const refused of telemetry.refused) {
        noteRejected(state.tallies, { at: clock.now(), station, code: refused.code }, bytes);
      }
      takeTelemetry(station, telemetry, done);
    },
    onRefused: refuse,
    onConflicts(station, conflicts) {
      count(state.tallies, station, { code: 'time_conflict', by: conflicts });
    },
    onMessage(message, done) {
      const input = inputOfMessage(message, clock.now());
      if (typeof input !== 'string') return submitThen(input, done);
      refuse(message.station, input, message.bytes);
      return done();
    },
    onSession,
    onSubscribed(station, channel) {
      if (channel === 'receipt') receipts.repeat(station, state.marks);
    },
    async wish(station, wish) {
      const refusal = checkWish(state.center, { station, wish, now: clock.now() });
      if (refusal) throw refusal;
      if (!journal.writable) throw new HeatError('not_ready', 'The center cannot write to its disk.');
      await submit({ kind: 'wish', at: clock.now(), station, wish });
    },
    submit,
    start() {
      ticking ??= setInterval(beat, TICK_MS);
      receipts.start();
      tick();
    },
    stop() {
      clearInterval(ticking);
      ticking = undefined;
      receipts.stop();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
