/** What makes a station: plant, local loops, command state machine, outbox and link. */
import { HEARTBEAT_TOPIC, topicOf } from '@heat-center/contract/topics.ts';
import { HEARTBEAT_EVERY_S, HEARTBEATS_MISSED } from '@heat-center/contract/limits.ts';
import { heartbeatSchema, receiptSchema, type Mode, type Report } from '@heat-center/contract/messages.ts';
import type { z } from 'zod';
import type { FaultWish } from '../plant/faults.ts';
import type { LoopSetpoints } from '../plant/measure.ts';
import { countOn, plantOf, setFaults, type Plant, type PlantState } from '../plant/station-plant.ts';
import { centerNow, UNKNOWN_TIME, type CenterTime } from './center-time.ts';
import { clockAhead_ms, forcedMode, isUnplugged } from './station-faults.ts';
import { kept, started, stepCommands, type CommandEvent, type Kept } from './commands.ts';
import { Loops, type LoopsState } from './loops.ts';
import { MqttLink } from './mqtt-link.ts';
import { Outbox } from './outbox.ts';
import type { CommandState } from './rules.ts';
import { Sampler } from './sampler.ts';
import { isCredible } from './steady-clock.ts';
import type { StationDesign } from './station-design.ts';
import type { StationOptions } from './station.ts';
import { Memory, type Store } from './store.ts';
import type { Moment } from './turn.ts';

interface Saved {
  /** Wall time, ms UTC; absent in stores of earlier versions. */
  readonly at?: number;
  readonly plant: PlantState;
  readonly loops: LoopsState;
}

/** How long a station stood since it was saved, s; a clock that cannot be believed says nothing. */
const stood_s = (saved: Saved | undefined, wall_ms: number): number =>
  saved?.at === undefined || !isCredible(saved.at) || !isCredible(wall_ms)
    ? 0
    : Math.max(0, (wall_ms - saved.at) / 1000);

const plantMemory = (store: Store): Memory<Saved> => new Memory(store, 'plant-2');

/** Whether a station has been at work with this store before. */
export const wasHere = (store: Store, id: string): boolean => plantMemory(store).get(id) !== undefined;

const MAX_WAITING_REPORTS = 200;
/** The first sample waits this long for a heartbeat. */
const LISTEN_FIRST_MS = 7000;
/** Just after three periods without a heartbeat. */
const SILENCE_MS = HEARTBEATS_MISSED * HEARTBEAT_EVERY_S * 1000 + 20;
const utf8 = new TextDecoder();

function parsed<T>(schema: z.ZodType<T>, payload: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(utf8.decode(payload))).data;
  } catch {
    return undefined;
  }
}

/** Everything that happens to a station happens by one of its public calls or by a message. */
export class StationFirmware {
  readonly design: StationDesign;
  readonly plant: Plant;
  readonly outbox: Outbox;
  readonly link: MqttLink;
  readonly #options: StationOptions;
  readonly #loops: Loops;
  readonly #sampler: Sampler;
  readonly #plantMemory: Memory<Saved>;
  readonly #commandMemory: Memory<Kept>;
  #commands: CommandState;
  #centerTime: CenterTime = UNKNOWN_TIME;
  #reports: Report[] = [];
  #connection = 0;
  /** A silence is noticed when it is one, not with the next tick. */
  readonly #silence = setTimeout(() => this.#look(this.#now()), SILENCE_MS).unref();
  readonly #born_mono_ms: number;
  /** The mode that a fault forced. */
  #modeByFault: Mode | undefined;

  constructor(options: StationOptions) {
    const { design, store, boot, clock } = options;
    const { id } = design.registration;
    this.#options = options;
    this.#born_mono_ms = clock.mono_ms();
    this.design = design;
    this.outbox = new Outbox({ store, station: id, boot });
    this.#plantMemory = plantMemory(store);
    this.#commandMemory = new Memory(store, 'commands-1');
    const saved = this.#plantMemory.get(id);
    this.plant = plantOf(design.plant, saved?.plant ?? options.environment(clock.wall_ms() / 1000));
    countOn(this.plant, stood_s(saved, clock.wall_ms()));
    this.#loops = new Loops(design, saved?.loops);
    this.#sampler = new Sampler(design);
    const { state, reports } = started(this.#commandMemory.get(id), options.mode ?? 'remote', this.#now());
    this.#commands = state;
    this.#reports.push(...reports);
    if (!saved)
      this.#loops.settle(this.plant, {
        commands: state,
        environment: options.environment,
        at_s: clock.wall_ms() / 1000,
      });
    this.link = new MqttLink({
      url: options.mqtt,
      id,
      secret: options.secret,
      random: options.random,
      will: { topic: topicOf(id, 'status'), payload: () => this.#status('offline') },
      subscriptions: [topicOf(id, 'command'), topicOf(id, 'receipt'), HEARTBEAT_TOPIC],
      onConnect: () => this.#onConnect(),
      onClose: () => options.log.debug({ station: id }, 'connection lost'),
      onMessage: (topic, payload) => this.#onMessage(topic, payload),
      ...(options.onRefused ? { onRefused: options.onRefused } : {}),
    });
  }

  get commands(): CommandState {
    return this.#commands;
  }

  get setpoints(): Readonly<Record<string, LoopSetpoints>> {
    return this.#loops.setpoints();
  }

  get id(): string {
    return this.design.registration.id;
  }

  #now(): Moment {
    return { mono_ms: this.#options.clock.mono_ms(), wall_ms: this.#wall_ms() };
  }

  /** The station's own clock, which may have walked off. */
  #wall_ms(): number {
    const ahead_ms = clockAhead_ms(this.plant);
    const { clock } = this.#options;
    const wall_ms = clock.wall_ms();
    // Without a clock of its own that can be believed, the center's time is the best there is.
    const own_ms = isCredible(wall_ms) ? wall_ms : (centerNow(this.#centerTime, clock.mono_ms()) ?? wall_ms);
    return own_ms + ahead_ms;
  }

  #status(state: 'online' | 'offline'): string {
    const { mode, fallback } = this.#commands;
    const limits_rev = fallback?.limits_rev;
    const at = Math.round(this.#wall_ms());
    return JSON.stringify({
      v: 1,
      state,
      boot: this.outbox.boot,
      at,
      mode,
      ...(limits_rev === undefined ? {} : { limits_rev }),
    });
  }

  #publishStatus(): void {
    this.link.publish({ topic: topicOf(this.id, 'status'), payload: this.#status('online'), retain: true });
  }

  #onConnect(): void {
    this.#options.log.debug({ station: this.id }, 'connected');
    const { mono_ms, wall_ms } = this.#now();
    this.#connection = this.outbox.connected(mono_ms, wall_ms);
    this.#publishStatus();
    this.#sendReports();
    this.#sendSamples();
  }

  #onMessage(topic: string, payload: Uint8Array): void {
    const now = this.#now();
    if (topic === topicOf(this.id, 'receipt')) {
      const receipt = parsed(receiptSchema, payload);
      if (receipt) this.outbox.settled(receipt.boot, receipt.seq, now.mono_ms);
      this.#sendSamples();
    } else if (topic === HEARTBEAT_TOPIC) {
      const heartbeat = parsed(heartbeatSchema, payload);
      if (heartbeat) {
        this.#step({ type: 'heartbeat', now, heartbeat });
        this.#silence.refresh();
      }
    } else if (topic === topicOf(this.id, 'command')) {
      this.#step({ type: 'command', now, bytes: payload, frost: this.#loops.frost });
    }
  }

  /** One event through the state machine; what must survive is on disk before anything is answered. */
  #step(event: CommandEvent): void {
    const before = this.#commands;
    const { state, reports } = stepCommands(this.design.rules, before, event);
    this.#commands = state;
    this.#centerTime = state.time;
    if (state.watch.alone !== before.watch.alone) {
      const words = state.watch.alone ? 'center is silent: own curve' : 'center is back';
      this.#options.log.debug({ station: this.id }, words);
    }
    if (state.reports !== before.reports || state.last !== before.last) {
      this.#commandMemory.set(this.id, kept(state));
    }
    this.#reports.push(...reports);
    if (this.#reports.length > MAX_WAITING_REPORTS) this.#reports = this.#reports.slice(-MAX_WAITING_REPORTS);
    this.#sendReports();
    if (state.mode !== before.mode || state.fallback?.limits_rev !== before.fallback?.limits_rev)
      this.#publishStatus();
  }

  #sendReports(): void {
    if (!this.link.connected) return;
    const waiting = this.#reports;
    this.#reports = [];
    for (const report of waiting) {
      this.link.publish({ topic: topicOf(this.id, 'report'), payload: JSON.stringify(report) }, (ok) => {
        if (!ok) this.#reports.push(report);
      });
    }
  }

  #sendSamples(): void {
    if (!this.link.connected) return;
    const connection = this.#connection;
    for (;;) {
      const message = this.outbox.next(this.#now().mono_ms);
      if (!message) return;
      const { text } = message;
      this.link.publish({ topic: topicOf(this.id, 'telemetry'), payload: text }, () => {
        this.outbox.landed(connection);
        if (connection === this.#connection) this.#sendSamples();
      });
    }
  }

  /** A center commands as soon as it hears a station, and no command is obeyed before a heartbeat: so listen first. */
  #ready(now: Moment): boolean {
    if (!isCredible(now.wall_ms)) return false;
    return this.#commands.watch.first_at !== undefined || now.mono_ms - this.#born_mono_ms > LISTEN_FIRST_MS;
  }

  setMode(mode: Mode): void {
    this.#step({ type: 'mode', now: this.#now(), mode });
  }

  /** Faults that shall be at work from now on. */
  setFaults(wanted: readonly FaultWish[]): void {
    const was = this.#unplugged;
    setFaults(this.plant, wanted);
    const byFault = forcedMode(this.plant);
    if (byFault !== this.#modeByFault) {
      this.#modeByFault = byFault;
      this.setMode(byFault ?? this.#options.mode ?? 'remote');
    }
    if (this.#unplugged && !was) this.link.unplug();
    if (!this.#unplugged && was) this.link.start();
  }

  get #unplugged(): boolean {
    return isUnplugged(this.plant);
  }

  /** Connects, unless a fault of earlier keeps the link down. */
  start(): void {
    if (!this.#unplugged) this.link.start();
  }

  /** What time alone ends: leases, stops, and the center's lead once it is silent. */
  #look(now: Moment): void {
    const readback = this.#loops.readback(this.#commands);
    this.#step({ type: 'tick', now, readback, frost: this.#loops.frost });
  }

  tick(): void {
    const now = this.#now();
    this.#look(now);
    this.#loops.step(this.plant, {
      commands: this.#commands,
      environment: this.#options.environment(this.#options.clock.wall_ms() / 1000),
      mono_ms: now.mono_ms,
    });
    const sample = this.#ready(now) ? this.#sampler.due(this.plant, this.#loops, now) : undefined;
    if (sample) this.outbox.append([sample]);
    if (sample || this.outbox.unsettled > 0) this.#sendSamples();
    if (this.#reports.length > 0) this.#sendReports();
  }

  save(): void {
    const { state: plant } = this.plant;
    this.#plantMemory.set(this.id, { at: this.#options.clock.wall_ms(), plant, loops: this.#loops.state });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#silence);
    this.save();
    await this.link.stop({
      topic: topicOf(this.id, 'status'),
      payload: this.#status('offline'),
      retain: true,
    });
  }
}
