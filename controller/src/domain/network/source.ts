/**
 * A short source, shared: everybody falls to the same relative load instead of the far stations freezing. Stepped by
 * the network's cycle; what it decides goes to the stations as targets.
 */
import type { CircuitDesign } from '../config.ts';
import type { NetworkTarget } from '../state.ts';
import { meanPower, takeHeat, type HeatWindow } from './heat-window.ts';
import { median } from './outdoor.ts';
import type { SourceLimit, SourceSettings } from './settings.ts';
import type { Claim } from './share.ts';
import { sharedStation, type SharedStation } from './shared-station.ts';
import { factsOf, HOUR_MS, NOW_MS, primaryOf, type Facts, type ShareStation } from './source-facts.ts';
import { NO_LEVEL, stepLevel, type LevelState } from './source-level.ts';
import { isInForce, limitPower } from './source-limit.ts';
import { NO_SIGNS, stepSigns, type SignState } from './source-signs.ts';
import { floorLoad, heatDesign, LEAST_LOAD, meterReading } from './station-heat.ts';

const STEP_MS = 60_000;
/** Room temperatures for ever that floors stand for where none are set, °C. */
const FLOOR_C = { ordinary: 8, priority: 14 } as const;
/** The network's normal load and losses are learned over this time while nothing is limited, ms. */
const NORMAL_MS = 2 * HOUR_MS;
/** Losses beyond this share of what the source gives are a matter of meters. */
const MOST_LOSS = 0.25;
/** Plain data: it is snapshotted whole. */
export interface SourceState extends LevelState {
  /** When it was last stepped, ms UTC; 0 never. */
  readonly at: number;
  /** Stations and sources that there were then. */
  readonly looked: number;
  /** The limit that the last step went by. */
  readonly limit?: SourceLimit | undefined;
  readonly limit_kw?: number | undefined;
  /** Undefined while nothing is measured anywhere. */
  readonly total_kw?: number | undefined;
  readonly total_from?: 'source' | 'stations' | undefined;
  readonly loss_kw: number;
  /** Relative load of the network while nothing is limited. */
  readonly normal: number;
  /** Flow at the source while nothing is limited, m³/h. */
  readonly flow_m3_h?: number | undefined;
  /** Heat meter of the source. */
  readonly meter?: HeatWindow | undefined;
  readonly signs: SignState;
  readonly stations: ReadonlyMap<string, SharedStation>;
}

export const NEW_SOURCE: SourceState = {
  ...NO_LEVEL,
  at: 0,
  looked: 0,
  loss_kw: 0,
  normal: 1,
  signs: NO_SIGNS,
  stations: new Map(),
};

export interface SourceInput {
  readonly now: number;
  readonly stations: ReadonlyMap<string, ShareStation>;
  /** Filtered outdoor temperature of the network, °C. */
  readonly outdoor_c: number | undefined;
  readonly settings: SourceSettings | undefined;
}

const isSame = (one: SourceLimit | undefined, two: SourceLimit | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(two);

/** Due each minute, at once when people change the limit or stations come and go, not before there is a station. */
function isDue(before: SourceState, { now, settings, stations }: SourceInput): boolean {
  if (before.looked !== stations.size) return true;
  return stations.size > 0 && (now - before.at >= STEP_MS || !isSame(before.limit, settings?.limit));
}

/** One step where one is due. */
export function stepSource(before: SourceState, input: SourceInput): SourceState {
  if (!isDue(before, input)) return before;
  const { now, settings } = input;
  const passed_ms = before.at === 0 ? 0 : Math.min(now - before.at, 10 * STEP_MS);
  const usual = usualPoint(input.stations);
  const all: Facts[] = [];
  const sources: ShareStation[] = [];
  for (const [id, station] of input.stations) {
    if (station.config.kind === 'source') sources.push(station);
    else all.push(factsOf(station, before.stations.get(id), { now, outdoor_c: input.outdoor_c, usual }));
  }
  const seen = seenAtSource(before, sources, now);
  const sums = sumsOf(all, before);
  const isShort = isInForce(settings?.limit, now);
  const limit_kw = limitPower(settings, { flow_m3_h: before.flow_m3_h ?? seen.flow_m3_h, ...seen.back }, now);
  const total_kw = seen.now_kw ?? sums.now_kw + before.loss_kw;
  const priced = all.filter(({ why }) => why === undefined).map((facts) => claimOf(facts, input));
  const claims = priced.map(({ claim }) => claim);
  const { normal } = before;
  const other_kw = sums.other_kw + before.loss_kw;
  const given = { limit_kw, total_kw, most_kw: seen.most_kw ?? total_kw, read_at: seen.meter?.at, other_kw };
  const level = stepLevel(before, { now, passed_ms, isShort, ...given, claims, normal });
  const known = new Map(priced.map(({ facts, claim }) => [facts.id, claim]));
  const stations = new Map(
    all.map((facts, nth) => {
      const place = { nth, of: all.length, passed_ms, until: settings?.limit?.until, now };
      const was = before.stations.get(facts.id);
      return [
        facts.id,
        sharedStation(facts, { claim: known.get(facts.id), level: level.level, normal, was, place }),
      ];
    }),
  );
  return {
    ...level,
    at: now,
    looked: input.stations.size,
    limit: settings?.limit,
    limit_kw,
    ...totalOf(seen.now_kw, all, total_kw),
    meter: seen.meter,
    stations,
    signs: stepSigns(before.signs, {
      now,
      outdoor_c: input.outdoor_c,
      sources,
      supply_c: seen.supply_c,
      starved: sums.starved,
    }),
    ...(level.phase === 'normal' && !isShort
      ? learnedNormal(before, { seen, sums, passed_ms })
      : { loss_kw: before.loss_kw, normal, flow_m3_h: before.flow_m3_h }),
  };
}

/** What is told of the total: a sum of designs alone is no measurement. */
function totalOf(
  source_kw: number | undefined,
  stations: readonly Facts[],
  total_kw: number,
): Pick<SourceState, 'total_kw' | 'total_from'> {
  if (source_kw !== undefined) return { total_kw, total_from: 'source' };
  const isMeasured = stations.some(({ now_kw }) => now_kw !== undefined);
  return isMeasured ? { total_kw, total_from: 'stations' } : {};
}

/** Most stations name a design point; the others are taken to be built for the same weather. */
function usualPoint(stations: SourceInput['stations']): CircuitDesign | undefined {
  let first: CircuitDesign | undefined;
  const outdoor: number[] = [];
  for (const { config } of stations.values()) {
    const point = heatDesign(config)?.point;
    if (!point) continue;
    first ??= point;
    outdoor.push(point.outdoor_c);
  }
  const outdoor_c = median(outdoor);
  return first && outdoor_c !== undefined ? { ...first, outdoor_c } : undefined;
}

function seenAtSource(before: SourceState, sources: readonly ShareStation[], now: number) {
  const [source] = sources;
  // With several sources none of them speaks for the network.
  if (!source || sources.length > 1) return { back: { return_c: undefined } };
  const { config, image } = source;
  const reading = meterReading({ config, image, now });
  const meter = reading && takeHeat(before.meter, reading);
  const { flow_m3_h, return_c, supply_c } = primaryOf(source, now);
  const now_kw = meanPower(meter, NOW_MS) ?? meter?.power_kw;
  const most_kw = meter && now_kw !== undefined ? Math.max(now_kw, meter.power_kw) : undefined;
  return {
    meter,
    now_kw,
    most_kw,
    hour_kw: meanPower(meter, HOUR_MS),
    flow_m3_h,
    supply_c,
    back: { return_c },
  };
}

type SeenAtSource = ReturnType<typeof seenAtSource>;

function sumsOf(all: readonly Facts[], { normal }: SourceState) {
  let [now_kw, hour_kw, other_kw, design_kw, hour_design_kw, starved_kw] = [0, 0, 0, 0, 0, 0];
  let complete = true;
  for (const facts of all) {
    const guess_kw = (facts.design_kw ?? 0) * normal;
    now_kw += facts.now_kw ?? guess_kw;
    if (facts.hour_kw === undefined) complete = false;
    else hour_kw += facts.hour_kw;
    if (facts.design_kw !== undefined && facts.hour_load !== undefined) {
      hour_design_kw += facts.design_kw * facts.hour_load;
      design_kw += facts.design_kw;
    }
    if (facts.starved) starved_kw += facts.design_kw ?? 0;
    const { meter, heating } = facts;
    const hotWater_kw = meter && heating ? Math.max(0, meter.power_kw - heating.power_kw) : 0;
    other_kw += facts.why === undefined ? hotWater_kw : (facts.now_kw ?? guess_kw);
  }
  const load = design_kw > 0 ? hour_design_kw / design_kw : undefined;
  return {
    now_kw,
    hour_kw: complete ? hour_kw : undefined,
    other_kw,
    load,
    starved: design_kw > 0 ? starved_kw / design_kw : 0,
  };
}

/** While nothing is limited the network shows what is normal: its load, its losses, its flow. */
function learnedNormal(
  before: SourceState,
  now: { seen: SeenAtSource; sums: ReturnType<typeof sumsOf>; passed_ms: number },
) {
  const { seen, sums, passed_ms } = now;
  const share = 1 - Math.exp(-passed_ms / NORMAL_MS);
  const towards = (was: number | undefined, is: number | undefined): number | undefined =>
    was === undefined || is === undefined ? (was ?? is) : was + (is - was) * share;
  const { hour_kw } = seen;
  const lost_kw =
    hour_kw === undefined || sums.hour_kw === undefined
      ? undefined
      : Math.min(Math.max(hour_kw - sums.hour_kw, 0), MOST_LOSS * hour_kw);
  return {
    loss_kw: towards(before.loss_kw === 0 ? undefined : before.loss_kw, lost_kw) ?? 0,
    normal: Math.min(
      Math.max(towards(before.normal === 1 ? undefined : before.normal, sums.load) ?? 1, 0.3),
      2,
    ),
    flow_m3_h: towards(before.flow_m3_h, seen.flow_m3_h),
  };
}

const isPriority = ({ station }: Facts): boolean =>
  station.config.priority !== undefined && station.config.priority !== 'ordinary';

function claimOf(facts: Facts, { outdoor_c, settings, stations }: SourceInput) {
  const { point, design_kw = 0, want = 1, id } = facts;
  const priority = isPriority(facts);
  const room_c = priority
    ? (settings?.priority_floor_room_c ?? FLOOR_C.priority)
    : (settings?.floor_room_c ?? FLOOR_C.ordinary);
  const tw_c = outdoor_c ?? stations.get(id)?.state.outdoor?.value_c;
  const floor = point && tw_c !== undefined ? floorLoad(point, tw_c, room_c) : LEAST_LOAD;
  const claim: Claim = { design_kw, want, floor, priority };
  return { facts, claim };
}

/** What a station is told; nothing while nothing is limited. */
export function shortTarget({ level, stations }: SourceState, id: string): NetworkTarget | undefined {
  if (level === undefined) return undefined;
  const { target, primary, after } = stations.get(id) ?? {};
  return target && { short: target, ...(primary && { primary }), ...(after && { after }) };
}
