/** A short source as a person limits it, and its stations in the order in which they need looking at; pure. */
import type { ShareState, SourcePreview, SourceSettings, SourceStation } from '@heat-center/api/source.ts';
import { typedNumber } from './schedule.ts';

export type SourceLimit = NonNullable<SourceSettings['limit']>;

/** How long a limit holds, s; `open`: until somebody ends it. */
export const LIMIT_HOLDS = { open: null, h4: 14_400, h12: 43_200, h24: 86_400, d3: 259_200 } as const;
export type LimitHold = keyof typeof LIMIT_HOLDS;

/** As typed: one of the two at least. */
export interface LimitDraft {
  readonly power_max_kw: string;
  readonly supply_max_c: string;
  readonly hold: LimitHold;
  readonly reason: string;
}

export function limitOf({ power_max_kw, supply_max_c, reason }: LimitDraft): SourceLimit {
  return {
    ...(power_max_kw.trim() === '' ? {} : { power_max_kw: typedNumber(power_max_kw) }),
    ...(supply_max_c.trim() === '' ? {} : { supply_max_c: typedNumber(supply_max_c) }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}

type Previewed = SourcePreview['stations'][number];

/** Stations that give alike: how many, what they take now and what they get less, kW. */
export interface Givers {
  readonly count: number;
  readonly power_kw: number;
  readonly less_kw: number;
}

export interface LimitEffect {
  readonly ordinary: Givers;
  /** Hospitals, schools and homes for the elderly. */
  readonly priority: Givers;
  /** Of those that are led, who gives nothing. */
  readonly spared: { readonly ordinary: number; readonly priority: number };
  /** Not led by the center: they take what they want. */
  readonly left_out: number;
  /** Led, but what they take is not known. */
  readonly unknown: number;
}

/** Below this a station counts as spared, kW: meters say no less. */
const NOTHING_KW = 0.5;
const gives = ({ less_kw }: Previewed): boolean => less_kw !== null && less_kw >= NOTHING_KW;

function giversOf(stations: readonly Previewed[]): Givers {
  const giving = stations.filter(gives);
  const sum = (of: (one: Previewed) => number | null) =>
    giving.reduce((total, one) => total + (of(one) ?? 0), 0);
  return { count: giving.length, power_kw: sum((one) => one.power_kw), less_kw: sum((one) => one.less_kw) };
}

/** Who gives how much and who is spared. */
export function effectOf(stations: readonly Previewed[]): LimitEffect {
  const led = stations.filter(({ state }) => state !== 'left_out');
  const known = led.filter(({ less_kw }) => less_kw !== null);
  const ordinary = known.filter(({ priority }) => priority === 'ordinary');
  const priority = known.filter((one) => one.priority !== 'ordinary');
  const spared = (some: readonly Previewed[]) => some.filter((one) => !gives(one)).length;
  return {
    ordinary: giversOf(ordinary),
    priority: giversOf(priority),
    spared: { ordinary: spared(ordinary), priority: spared(priority) },
    left_out: stations.length - led.length,
    unknown: led.length - known.length,
  };
}

const lostShare = ({ less_kw, power_kw }: Previewed): number =>
  less_kw === null ? -1 : less_kw / Math.max(power_kw ?? less_kw, 1);

/** Who gives most of what it takes first. */
export const byLoss = (stations: readonly Previewed[]): Previewed[] =>
  stations.toSorted((a, b) => lostShare(b) - lostShare(a) || a.id.localeCompare(b.id));

const URGENCY: Record<ShareState, number> = { starved: 0, floor: 1, limited: 2, open: 3, left_out: 4 };

/** Who does not get even its share first, then who is held lowest; those that are left out last. */
export const bySource = (stations: readonly SourceStation[]): SourceStation[] =>
  stations.toSorted(
    (a, b) =>
      URGENCY[a.state] - URGENCY[b.state] ||
      (a.load ?? Infinity) - (b.load ?? Infinity) ||
      a.id.localeCompare(b.id),
  );
