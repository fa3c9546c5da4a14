/**
 * Judges from outside whether a station only does what is safe. It shares no code with the station: it reads the bytes
 * that were delivered, the reports that came back and what the loops work to, and holds them to the contract's words.
 */
import type { Answer, Beat, Crime, Seen, Wire } from './evidence.ts';
import { fits, RAMPS, rangeFor, type Limits } from './plant-limits.ts';

const PERIOD_MS = 5000;
const SILENCE_MS = 3 * PERIOD_MS;
const WINDOW_MS = 600_000;
const SELECTED_MS = 30_000;
const EPSILON = 1e-6;

interface Leased {
  readonly command: Wire;
  readonly ends_mono_ms: number;
}

interface Held {
  readonly id: string;
  readonly target: string;
  readonly action: string;
  readonly ends_mono_ms: number;
}

export class Judge {
  readonly crimes: Record<Crime, number> = {
    expired: 0,
    replayed: 0,
    out_of_limits: 0,
    off_the_ramp: 0,
    unselected: 0,
    wrong_epoch: 0,
    silence: 0,
    mode: 0,
    unasked: 0,
  };
  /** The first of each kind, in words. */
  readonly told: string[] = [];
  /** How often something was taken, refused for a reason, or followed: that nothing holds for want of cases. */
  readonly seen = new Map<string, number>();
  /** Ids that were taken, with the time that the station said: the same report again is no second taking. */
  readonly #taken = new Map<string, number>();
  #last: Wire | undefined;
  #beats: Beat[] = [];
  #heard_epoch = 0;
  #newest: Beat | undefined;
  #row: Beat[] = [];
  #wasSilent = false;
  #back: Beat | undefined;
  #lease: Leased | undefined;
  #selected: { readonly command: Wire; readonly mono_ms: number } | undefined;
  #held: Held[] = [];
  #limits: Limits = {};
  #before: Seen | undefined;
  /** A station that remembers no command obeys none issued before this: unknown until it hears a heartbeat. */
  #forgot_before = Infinity;

  #note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  #charge(crime: Crime, words: string): void {
    if (this.crimes[crime] === 0) this.told.push(`${crime}: ${words}`);
    this.crimes[crime] += 1;
  }

  /** The station's controller started again; with `memory: false` its non-volatile memory is gone. */
  rebooted(memory: boolean): void {
    this.#beats = [];
    this.#row = [];
    this.#newest = undefined;
    this.#wasSilent = false;
    this.#back = undefined;
    this.#heard_epoch = 0;
    this.#lease = undefined;
    this.#selected = undefined;
    this.#held = [];
    this.#before = undefined;
    this.#forgot_before = Infinity;
    if (memory) return;
    this.#last = undefined;
    this.#limits = {};
    this.#taken.clear();
  }

  #epoch(): number {
    return Math.max(this.#heard_epoch, this.#last?.epoch ?? 0);
  }

  beat(beat: Beat): void {
    this.#age(beat.mono_ms);
    if (beat.epoch < this.#epoch()) return;
    const isNew = beat.epoch > this.#heard_epoch && this.#heard_epoch > 0;
    const now = this.#now(beat.mono_ms);
    if (beat.epoch > this.#epoch() && now !== undefined && now - beat.at > WINDOW_MS) this.#beats = [];
    this.#beats.push(beat);
    this.#heard_epoch = beat.epoch;
    if (!isNew && this.#newest && beat.at <= this.#newest.at) return;
    if (isNew) this.#back = undefined;
    if (this.#wasSilent && this.#row.length === 0) this.#back = beat;
    this.#newest = beat;
    if (this.#forgot_before === Infinity || isNew) this.#forgot_before = beat.at;
    const before = this.#row.at(-1);
    if (!before || beat.mono_ms - before.mono_ms >= PERIOD_MS / 2) this.#row.push(beat);
    if (this.#row.length >= 3) this.#wasSilent = false;
  }

  /** Notices silence. */
  #age(mono_ms: number): void {
    const since = this.#newest?.mono_ms;
    if (since === undefined || mono_ms - since <= SILENCE_MS) return;
    this.#wasSilent = true;
    this.#row = [];
    this.#lease = undefined;
  }

  /** The center's time, by the best heartbeat of ten minutes. */
  #now(mono_ms: number): number | undefined {
    let best: number | undefined;
    for (const beat of this.#beats) {
      if (mono_ms - beat.mono_ms > WINDOW_MS) continue;
      best = Math.max(best ?? -Infinity, beat.at - beat.mono_ms);
    }
    return best === undefined ? undefined : best + mono_ms;
  }

  /** A command was delivered and answered; `age_ms` is its true age where the center issued it. */
  delivered(
    command: Wire | undefined,
    answers: readonly Answer[],
    now: Pick<Seen, 'mono_ms' | 'mode' | 'frost'> & { readonly age_ms: number | undefined },
  ): void {
    this.#age(now.mono_ms);
    for (const { state, why } of answers) this.#note(why ? `${state} ${why}` : state);
    const taken = answers.find(({ id, state }) => id === command?.id && state === 'accepted');
    if (!command || !taken || this.#taken.get(command.id) === taken.at) return;
    this.#judgeOrder(command, now);
    this.#judgeContent(command, now);
    this.#taken.set(command.id, taken.at);
    this.#last = command;
    this.#take(command, now.mono_ms);
  }

  #judgeOrder(
    command: Wire,
    { mono_ms, mode, age_ms }: { mono_ms: number; mode: string; age_ms: number | undefined },
  ): void {
    const name = `${command.kind} ${command.epoch}/${command.seq}`;
    const last = this.#last;
    if (this.#taken.has(command.id)) this.#charge('replayed', `${name} was taken twice`);
    if (command.epoch < this.#epoch()) this.#charge('wrong_epoch', `${name} below ${this.#epoch()}`);
    if (last && command.epoch === last.epoch && command.seq <= last.seq)
      this.#charge('replayed', `${name} after ${last.seq}`);
    if (!last && command.at < this.#forgot_before)
      this.#charge('replayed', `${name} from before all that it remembers`);
    if (mode !== 'remote') this.#charge('mode', `${name} in ${mode}`);
    const now = this.#now(mono_ms);
    if (now === undefined) this.#charge('silence', `${name} before any heartbeat`);
    else if (now >= command.at + command.valid_s * 1000)
      this.#charge('expired', `${name} by the center's time`);
    // The best heartbeat was late too: by so much a station cannot know better.
    const least_ms = Math.min(...this.#beats.map(({ delay_ms }) => delay_ms));
    if (age_ms !== undefined && age_ms > command.valid_s * 1000 + least_ms)
      this.#charge('expired', `${name}, truly`);
    if (this.#wasSilent) this.#charge('silence', `${name} while nobody was heard`);
    if (this.#back && command.at < this.#back.at) this.#charge('silence', `${name} from before the silence`);
  }

  #judgeContent(command: Wire, { mono_ms, frost }: { mono_ms: number; frost: readonly string[] }): void {
    const objection = fits(command, this.#limits);
    if (objection) this.#charge('out_of_limits', `${command.kind} with ${objection}`);
    if (command.kind !== 'operate' && command.kind !== 'select') return;
    if (frost.some((id) => command.target?.startsWith(`circuits.${id}.`)))
      this.#charge('unselected', `${command.kind} ${command.target} in the frost`);
    if (command.kind === 'select') return;
    const chosen = this.#selected;
    const same =
      chosen !== undefined &&
      chosen.command.target === command.target &&
      chosen.command.action === command.action &&
      chosen.command.hold_s === command.hold_s &&
      (command.select_id === undefined || command.select_id === chosen.command.id);
    if (!same || mono_ms - chosen.mono_ms >= SELECTED_MS) this.#charge('unselected', `${command.target}`);
  }

  #take(command: Wire, mono_ms: number): void {
    this.#note(`took ${command.kind}`);
    const { id, valid_s, hold_s = 0, target = '', action = '' } = command;
    switch (command.kind) {
      case 'setpoints': {
        const age_ms = Math.max(0, (this.#now(mono_ms) ?? command.at) - command.at);
        this.#lease = { command, ends_mono_ms: mono_ms + valid_s * 1000 - age_ms };
        break;
      }
      case 'release':
        this.#lease = undefined;
        break;
      case 'cancel':
        if (this.#lease?.command.id === command.cancels) this.#lease = undefined;
        if (this.#selected?.command.id === command.cancels) this.#selected = undefined;
        this.#held = this.#held.filter((held) => held.id !== command.cancels);
        break;
      case 'fallback':
        for (const [circuit, kept] of Object.entries(command.circuits ?? {})) {
          this.#limits = { ...this.#limits, [circuit]: kept['limits'] as Limits[string] };
        }
        break;
      case 'select':
        this.#selected = { command, mono_ms };
        break;
      case 'operate':
        this.#selected = undefined;
        this.#held = this.#held.filter((held) => held.target !== target);
        this.#held.push({ id, target, action, ends_mono_ms: mono_ms + hold_s * 1000 });
        break;
    }
  }

  /** What the loops work to after something happened. */
  look(seen: Seen): void {
    this.#age(seen.mono_ms);
    if (seen.mode !== 'remote') {
      this.#lease = undefined;
      this.#held = [];
    }
    this.#held = this.#held.filter(
      ({ target }) => !seen.frost.some((id) => target.startsWith(`circuits.${id}.`)),
    );
    for (const id of Object.keys(seen.circuits)) this.#lookAtCircuit(id, seen);
    if (seen.moved && Object.keys(seen.primary).length > 0 && !this.#leaseHolds(seen.mono_ms)?.primary)
      this.#charge('expired', 'limits of the primary side without a lease');
    if (seen.moved) this.#before = seen;
  }

  #leaseHolds(mono_ms: number): Wire | undefined {
    const lease = this.#lease;
    if (!lease || mono_ms >= lease.ends_mono_ms + EPSILON) return undefined;
    const now = this.#now(mono_ms);
    const over = now !== undefined && now >= lease.command.at + lease.command.valid_s * 1000;
    return over ? undefined : lease.command;
  }

  #lookAtCircuit(id: string, seen: Seen): void {
    const circuit = seen.circuits[id];
    if (!circuit) return;
    const { supply_c, flow_m3_h, dp_kpa, follows } = circuit;
    for (const [name, value] of Object.entries({ supply_c, flow_m3_h, dp_kpa })) {
      const range = value === undefined ? undefined : rangeFor(id, name, this.#limits);
      if (value !== undefined && !(range && value >= range[0] - EPSILON && value <= range[1] + EPSILON))
        this.#charge('out_of_limits', `${id} works to ${name} ${value}`);
    }
    if (follows === 'center') {
      this.#note('followed');
      if (seen.mode !== 'remote') this.#charge('mode', `${id} follows in ${seen.mode}`);
      const lease = this.#leaseHolds(seen.mono_ms);
      // Time is noticed with the next movement, within a second.
      if (!lease && seen.moved)
        this.#charge(this.#wasSilent ? 'silence' : 'expired', `${id} follows a lease that is over`);
      else if (lease && !lease.circuits?.[id]) this.#charge('unasked', `${id} follows what does not name it`);
    }
    this.#lookAtStops(id, circuit, seen);
    this.#lookAtRamp(id, seen);
  }

  #lookAtStops(
    id: string,
    circuit: { readonly stopped: readonly string[]; readonly valve_closed: boolean },
    { moved, mono_ms, frost }: Seen,
  ): void {
    const still = circuit.stopped.map((pump) => `circuits.${id}.pumps.${pump}`);
    if (circuit.valve_closed) still.push(`circuits.${id}.valve`);
    for (const target of still) {
      this.#note('stood still');
      if (frost.includes(id)) this.#charge('unselected', `${target} stands in the frost`);
      const held = this.#held.find((one) => one.target === target);
      if (!held) this.#charge('unselected', `${target} stands without an order`);
      else if (moved && mono_ms >= held.ends_mono_ms + EPSILON)
        this.#charge('expired', `${target} stands too long`);
    }
  }

  #lookAtRamp(id: string, seen: Seen): void {
    const before = this.#before?.in_force[id];
    const now = seen.in_force[id];
    const ramp = RAMPS[id];
    if (!before || !now || !ramp || !this.#before) return;
    const minutes = (seen.mono_ms - this.#before.mono_ms) / 60_000;
    const moved_k = Math.abs(now.supply_set_c - before.supply_set_c);
    const moved_m3_h = Math.abs(now.flow_set_m3_h - before.flow_set_m3_h);
    if (moved_k > ramp.supply_k_per_min * minutes + EPSILON)
      this.#charge('off_the_ramp', `${id} by ${moved_k} K in ${minutes} min`);
    if (moved_m3_h > ramp.flow_m3_h_per_min * minutes + EPSILON)
      this.#charge('off_the_ramp', `${id} by ${moved_m3_h} m³/h in ${minutes} min`);
  }
}
