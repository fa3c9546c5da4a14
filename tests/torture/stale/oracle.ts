/** Looks at each decision and says what may not be: it knows the readings, the equipment and the clock. */
import type { CircuitState } from '@heat-center/controller/domain/control/circuit.ts';
import type { CapState } from '@heat-center/controller/domain/control/supply-cap.ts';
import type { Decision } from '@heat-center/controller/domain/effects.ts';
import type { Fitness } from './fitness.ts';

/** Lowest supply under frost and highest that the equipment bears, °C, by circuit of this scenario. */
const BEARS: Readonly<Record<string, { readonly frost_c: number; readonly max_c: number }>> = {
  low: { frost_c: 30, max_c: 85 },
  floor: { frost_c: 25, max_c: 60 },
};
const HOLD_MS = 30 * 60_000;
/** A network's median is at most so old, ms. */
const NETWORK_LAG_MS = 15_000;
const LEAST_SENSORS = 3;
/** What is told to be wanted may be so far behind while it is computed (K); one that is held stands still. */
const TOLD_WITHIN_K = 0.05;
const TINY = 1e-6;

export interface Found {
  /** Wanted values without a fit input, or held for too long. */
  unfit: number;
  /** Protections that a missing measurement switched off. */
  unprotected: number;
  computed: number;
  held: number;
  none: number;
  frost: number;
  limited: number;
  readonly told: string[];
}

export const newFound = (): Found => ({
  unfit: 0,
  unprotected: 0,
  computed: 0,
  held: 0,
  none: 0,
  frost: 0,
  limited: 0,
  told: [],
});

interface Memory {
  /** The last wanted value from fit inputs, and when they were last there. */
  fit: { readonly value: number; readonly at_ms: number; readonly held: boolean } | undefined;
  /** Highest supply that the return limit allowed at the last decision, and what was decided, °C. */
  cap_c: number | undefined;
  value_c: number | undefined;
}

export class Oracle {
  readonly found: Found;
  readonly #memory = new Map<string, Memory>();
  /** When each station's and the network's outdoor temperature was last fit. */
  #network_ms = -Infinity;

  constructor(found: Found) {
    this.found = found;
  }

  #tell(words: string): void {
    if (this.found.told.length < 10) this.found.told.push(words);
  }

  /** Once before the decisions of a moment are looked at. */
  network(stations: Iterable<Fitness>, now_ms: number): void {
    const fit = [...stations].filter((one) => one.value('outdoor_c', now_ms) !== undefined).length;
    if (fit >= LEAST_SENSORS) this.#network_ms = now_ms;
  }

  look(station: string, fitness: Fitness, decided: CircuitState): void {
    const { circuit, at, decisions, caps } = decided;
    const supply = decisions.find(({ name }) => name === 'supply_c');
    // Hot water is constant and asks nothing of the weather.
    if (!supply || !BEARS[circuit]) return;
    const key = `${station} ${circuit}`;
    const memory = this.#memory.get(key) ?? { fit: undefined, cap_c: undefined, value_c: undefined };
    this.#memory.set(key, memory);
    const outdoor_c = fitness.value('outdoor_c', at);
    const hasOutdoor = outdoor_c !== undefined || at - this.#network_ms <= NETWORK_LAG_MS;
    this.#wanted(supply, memory, { key, at, hasOutdoor });
    if (supply.value === undefined) return;
    const return_c = fitness.value(`circuits.${circuit}.return_c`, at);
    this.#frost(supply.value, { key, circuit, outdoor_c, return_c });
    const known = fitness.value('primary.return_c', at) !== undefined;
    this.#returnLimit(supply, memory, { key, known, limit: caps?.return_limit });
  }

  #wanted(
    { wanted }: Decision,
    memory: Memory,
    now: { readonly key: string; readonly at: number; readonly hasOutdoor: boolean },
  ): void {
    if (wanted === undefined) {
      this.found.none += 1;
      return;
    }
    if (now.hasOutdoor) {
      this.found.computed += 1;
      memory.fit = { value: wanted, at_ms: now.at, held: false };
      return;
    }
    this.found.held += 1;
    const { fit } = memory;
    const within = fit?.held ? 0 : TOLD_WITHIN_K;
    if (fit && Math.abs(wanted - fit.value) <= within && now.at - fit.at_ms <= HOLD_MS + NETWORK_LAG_MS) {
      memory.fit = { ...fit, value: wanted, held: true };
      return;
    }
    this.found.unfit += 1;
    const since_s = fit && (now.at - fit.at_ms) / 1000;
    this.#tell(
      `${now.key}: wants ${wanted} without an outdoor temperature, last ${fit?.value} ${since_s} s ago`,
    );
  }

  #frost(
    value: number,
    now: {
      readonly key: string;
      readonly circuit: string;
      readonly outdoor_c: number | undefined;
      readonly return_c: number | undefined;
    },
  ): void {
    const bears = BEARS[now.circuit];
    if (!bears) return;
    const isCold = (now.outdoor_c ?? -Infinity) < 3 || (now.return_c ?? -Infinity) < 10;
    if (isCold) this.found.frost += 1;
    if (value <= bears.max_c + TINY && (!isCold || value >= bears.frost_c - TINY)) return;
    this.found.unprotected += 1;
    this.#tell(`${now.key}: ${value} °C, outdoor ${now.outdoor_c}, return ${now.return_c}`);
  }

  #returnLimit(
    supply: Decision,
    memory: Memory,
    now: { readonly key: string; readonly known: boolean; readonly limit: CapState | undefined },
  ): void {
    // Not the one of the trace: that is told again only when the setpoint moves, or each minute.
    const cap_c = now.limit && (now.limit.max_c ?? now.limit.cap_c);
    if (cap_c !== undefined) this.found.limited += 1;
    // A setpoint that the ramp still keeps above the limit may stay, not rise.
    const before_c = memory.cap_c && Math.max(memory.cap_c, memory.value_c ?? 0);
    memory.cap_c = cap_c;
    memory.value_c = supply.value;
    if (now.known || before_c === undefined) return;
    const frost_c = BEARS[now.key.split(' ')[1] ?? '']?.frost_c ?? 0;
    if ((supply.value ?? 0) <= Math.max(before_c, frost_c) + TINY) return;
    this.found.unprotected += 1;
    this.#tell(`${now.key}: ${supply.value} °C above the return limit's ${before_c} °C, return unknown`);
  }
}
