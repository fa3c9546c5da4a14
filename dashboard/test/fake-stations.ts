/** Test fixture: stations that look alive, computed from the time so that history and feed agree. */
import type { CircuitSettings, PointTuple, StationView } from '@heat-center/api/stations.ts';

const NAMES = [
  ['Dongshan', '东山'],
  ['Yingze', '迎泽'],
  ['Binhe', '滨河'],
  ['Xinghua', '兴华'],
  ['Nanhu', '南湖'],
  ['Taihang', '太行'],
] as const;
const AREAS = [
  ['North district', '城北片区'],
  ['Old town', '老城片区'],
  ['River side', '沿河片区'],
] as const;
const MINUTE = 60_000;

/** In [−1, 1], the same for the same arguments. */
function wave(seed: number, at: number, minutes: number): number {
  return Math.sin((at / MINUTE / minutes) * 2 * Math.PI + seed * 1.7);
}

function circuit(id: string, kind: 'radiators' | 'floor' | 'dhw', area: number): CircuitSettings {
  const hot = kind === 'radiators' ? 75 : kind === 'floor' ? 45 : 60;
  return {
    id,
    kind,
    accepts: kind === 'dhw' ? ['supply_c'] : ['supply_c', 'flow_m3_h'],
    design: { supply_c: hot, return_c: hot - 15, outdoor_c: -10.1, room_c: 18 },
    limits: {
      supply_min_c: 30,
      supply_max_c: kind === 'radiators' ? 85 : 60,
      flow_min_m3_h: 10,
      flow_max_m3_h: 200,
      ramp_k_per_min: 1,
    },
    heated_area_m2: area,
  };
}

function circuitsFor(index: number): CircuitSettings[] {
  const area = 28_000 + ((index * 7919) % 60_000);
  const low = circuit('low', index % 4 === 1 ? 'floor' : 'radiators', area);
  if (index % 3 === 1) return [low];
  const high = circuit('high', 'radiators', Math.round(area * 0.6));
  return index % 7 === 0 ? [low, high, circuit('dhw', 'dhw', 9000)] : [low, high];
}

const wantedOf = ({ design }: CircuitSettings): number =>
  design ? design.return_c + (design.supply_c - design.return_c) * 0.7 : 50;

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

export interface FakeMoment {
  readonly view: Pick<StationView, 'circuits' | 'state'>;
  readonly index: number;
  readonly at: number;
}

/** The value of a point at a time; undefined for a point that the station does not have. */
export function fakeValue({ view, index, at }: FakeMoment, point: string) {
  const [head, id = '', name] = point.split('.');
  if (head === 'outdoor_c') return round(-3 + 4 * wave(0, at, 1440) + 0.3 * wave(index, at, 17));
  if (head === 'tank_pct') return round(70 + 8 * wave(index, at, 90), 0);
  if (head === 'primary') {
    const load = 1 + 0.1 * wave(index, at, 240);
    const values: Record<string, number> = {
      supply_c: round(98 + 3 * wave(index, at, 300)),
      return_c: round(51 + 2 * wave(index, at, 120)),
      flow_m3_h: round(21.7 * load),
      power_kw: round(1170 * load, 0),
      supply_kpa: round(620 + 6 * wave(index, at, 45), 0),
      return_kpa: round(410 + 5 * wave(index, at, 50), 0),
    };
    return values[id];
  }
  const settings = view.circuits.find((each) => each.id === id);
  if (!settings) return undefined;
  const set = round(wantedOf(settings) + Math.round(2 * wave(0, at, 1440) * 2) / 2);
  const off = view.state === 'deviating' ? -6.4 : 0;
  const values: Record<string, number | string> = {
    supply_c: round(set + off + 0.5 * wave(index, at, 25) + 0.2 * wave(index, at, 3)),
    return_c: round(set - 14 + 0.6 * wave(index, at, 60)),
    flow_m3_h: round(88 + 4 * wave(index, at, 80)),
    valve_pct: round(41 + 9 * wave(index, at, 70), 0),
    supply_kpa: round(410 + 4 * wave(index, at, 33), 0),
    return_kpa: 330,
    dp_kpa: round(80 + 4 * wave(index, at, 33), 0),
    supply_set_c: set,
    flow_set_m3_h: 88,
    makeup_m3_h: 0.02,
    follows: 'center',
  };
  if (name === 'pumps')
    return point.endsWith('running') ? !point.includes('.b.') : point.includes('.b.') ? 0 : 78;
  return values[name ?? ''];
}

const CIRCUIT_POINTS =
  'supply_c return_c flow_m3_h valve_pct supply_kpa return_kpa dp_kpa supply_set_c flow_set_m3_h makeup_m3_h follows pumps.a.running pumps.a.pct pumps.b.running pumps.b.pct';
const OWN_POINTS =
  'primary.supply_c primary.return_c primary.flow_m3_h primary.power_kw primary.supply_kpa primary.return_kpa outdoor_c tank_pct';

export function pointsOf(view: Pick<StationView, 'circuits'>): string[] {
  const names = CIRCUIT_POINTS.split(' ');
  return [
    ...OWN_POINTS.split(' '),
    ...view.circuits.flatMap(({ id }) => names.map((n) => `circuits.${id}.${n}`)),
  ];
}

export function fakePoints(view: StationView, index: number, at: number): StationView['points'] {
  const tuples: Record<string, PointTuple> = {};
  for (const point of pointsOf(view)) {
    const value = fakeValue({ view, index, at }, point);
    if (value !== undefined) tuples[point] = [at, value, 'good'];
  }
  if (view.state === 'faulty') tuples['primary.return_kpa'] = [at, 8001, 'bad'];
  if (index % 5 === 2) tuples['primary.supply_c'] = [at, 99.2, 'uncertain'];
  return tuples;
}

function fakeSetpoints(circuits: CircuitSettings[], at: number): StationView['setpoints'] {
  const list = circuits.map((settings, place): [string, StationView['setpoints'][string]] => {
    const value = round(wantedOf(settings));
    const curve = { code: 'weather_curve', params: { outdoor_c: -3.1, value: value + 2.4 } };
    const limit = { code: 'return_limit', params: { max: value, return_c: 52.1, limit_c: 50 } };
    const limited = place === 1;
    const hard = { code: 'hard_limits', params: { min: 30, max: settings.limits?.supply_max_c ?? 85 } };
    const open = { binding: false, overridden: false };
    const trace = [
      { reason: curve, binding: !limited, overridden: false },
      { reason: { code: 'equipment_maximum', params: { max: 95 } }, max: 95, ...open },
      { reason: { code: 'frost', params: { min: 25, cause: 'outdoor' } }, min: 25, ...open },
      { reason: hard, min: 30, max: settings.limits?.supply_max_c ?? 85, ...open },
      { reason: limit, max: limited ? value : value + 9, binding: limited, overridden: false },
    ];
    const reason = limited ? limit : { ...curve, params: { outdoor_c: -3.1, value } };
    const wanted = limited ? round(value + 2.4) : value;
    return [settings.id, [{ name: 'supply_c', value, wanted, at, reason, trace }]];
  });
  return Object.fromEntries(list);
}

/** A station of the fleet: one deviates, one is faulty, one offline, one silent, one is local. */
export function fakeStation(index: number, at: number): StationView {
  const name = NAMES[index % NAMES.length] ?? NAMES[0];
  const area = AREAS[index % AREAS.length] ?? AREAS[0];
  const number = Math.floor(index / NAMES.length) + 1;
  const circuits = circuitsFor(index);
  const states = [
    'good',
    'good',
    'deviating',
    'good',
    'faulty',
    'good',
    'good',
    'offline',
    'good',
    'silent',
  ] as const;
  const state = index < states.length ? (states[index] ?? 'good') : index % 97 === 50 ? 'stale' : 'good';
  const heard = state === 'silent' ? null : state === 'offline' ? at - 47 * MINUTE : at;
  const view: StationView = {
    id: `${name[0].toLowerCase()}-${number}`,
    name: { en: `${name[0]} ${number}`, zh: `${name[1]}${number}号站` },
    kind: 'station',
    place: null,
    area: { en: area[0], zh: area[1] },
    heated_area_m2: circuits.reduce((sum, { heated_area_m2 }) => sum + (heated_area_m2 ?? 0), 0),
    priority: index === 3 ? 'hospital' : 'ordinary',
    control: index === 5 ? 'observe' : 'on',
    simulated: true,
    every_s: { default: 10, meter: 60 },
    circuits,
    state,
    mode: index === 6 ? 'local' : 'remote',
    heard_at: heard,
    state_since: at - (17 + index * 13) * MINUTE,
    deviation_k: null,
    faults: state === 'faulty' ? ['pump_b_trip'] : [],
    alarms: state === 'faulty' ? [{ priority: 3, code: 'fault', since: at }] : [],
    clock_suspect: index === 8 ? 'clock_ahead' : null,
    fallback: index === 3 ? 'pending' : 'verified',
    points: {},
    setpoints: fakeSetpoints(circuits, at),
  };
  return state === 'silent' ? view : { ...view, points: fakePoints(view, index, heard ?? at) };
}
