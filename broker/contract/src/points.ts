/**
 * The point catalogue: every quantity a station can report, written once.
 *
 * Payload schema, history columns, API, axis labels and `docs/points.md` follow from this table.
 * A pattern's `*` stands for the id of a circuit, pump or room. Temperatures are °C, differences K,
 * pressures gauge kPa; the unit is the suffix of the name.
 */

export type Unit = '°C' | 'm³/h' | 'm³' | 'kW' | 'kWh' | 'kPa' | '%' | '';

/** Which part of a station a point belongs to: decides the history table and the key. */
export type PointPart = 'station' | 'circuit' | 'pump' | 'room';

export interface PointDefinition {
  /** Path with dots; `*` stands for a circuit, pump or room id. */
  readonly pattern: string;
  readonly part: PointPart;
  readonly unit: Unit;
  /** Inclusive bounds of a physically credible value; outside them the reading is bad. */
  readonly min: number;
  readonly max: number;
  /** `counter` rises for ever, `gauge` is momentary, `state` is one of `codes`. */
  readonly behaves: 'gauge' | 'counter' | 'state';
  /** Whether the station's heat meter speaks it (its reporting period is `every_s.meter`). */
  readonly metered: boolean;
  /** Digits after the decimal point that the sensor deserves. */
  readonly decimals: number;
  /** For states: the words on the wire; the index is the code in history. Booleans are `false`, `true`. */
  readonly codes?: readonly (string | boolean)[];
  readonly meaning: { readonly en: string; readonly zh: string };
  /** Where the range and the meaning come from. */
  readonly source: string;
}

const WATER = 'Liquid water in district heating, with margin for sensor offset';
const METER = 'Heat meter after EN 1434';
const STATION = 'Station controller';

type Spec = Omit<PointDefinition, 'pattern' | 'metered'> & { metered?: boolean };

const temperature = (part: PointPart, meaning: Spec['meaning']): Spec => ({
  part,
  unit: '°C',
  min: -30,
  max: 200,
  behaves: 'gauge',
  decimals: 1,
  meaning,
  source: WATER,
});

const pressure = (part: PointPart, meaning: Spec['meaning']): Spec => ({
  part,
  unit: 'kPa',
  min: -100,
  max: 4000,
  behaves: 'gauge',
  decimals: 0,
  meaning,
  source: 'Gauge pressure; nominal pressure PN 40 is the highest in use',
});

const flow = (part: PointPart, meaning: Spec['meaning']): Spec => ({
  part,
  unit: 'm³/h',
  min: 0,
  max: 20_000,
  behaves: 'gauge',
  decimals: 1,
  meaning,
  source: 'DN 1200 at 5 m/s',
});

const counter = (unit: Unit, meaning: Spec['meaning'], source: string): Spec => ({
  part: 'station',
  unit,
  min: 0,
  max: 1e12,
  behaves: 'counter',
  decimals: 1,
  meaning,
  source,
});

const percent = (part: PointPart, meaning: Spec['meaning']): Spec => ({
  part,
  unit: '%',
  min: 0,
  max: 110,
  behaves: 'gauge',
  decimals: 0,
  meaning,
  source: `${STATION}; drives may report a little above 100 %`,
});

const SPECS = {
  'primary.supply_c': temperature('station', { en: 'Primary supply temperature', zh: '一次侧供水温度' }),
  'primary.return_c': temperature('station', { en: 'Primary return temperature', zh: '一次侧回水温度' }),
  'primary.flow_m3_h': { ...flow('station', { en: 'Primary flow', zh: '一次侧流量' }), metered: true },
  'primary.power_kw': {
    part: 'station',
    unit: 'kW',
    min: -1000,
    max: 500_000,
    behaves: 'gauge',
    metered: true,
    decimals: 0,
    meaning: { en: 'Heat power', zh: '热功率' },
    source: `${METER}; beyond any single station or plant`,
  },
  'primary.energy_kwh': {
    ...counter('kWh', { en: 'Heat energy counter', zh: '累计热量' }, METER),
    metered: true,
  },
  'primary.volume_m3': {
    ...counter('m³', { en: 'Primary volume counter', zh: '一次侧累计流量' }, METER),
    metered: true,
  },
  'primary.supply_kpa': pressure('station', { en: 'Primary supply pressure', zh: '一次侧供水压力' }),
  'primary.return_kpa': pressure('station', { en: 'Primary return pressure', zh: '一次侧回水压力' }),
  outdoor_c: {
    part: 'station',
    unit: '°C',
    min: -60,
    max: 60,
    behaves: 'gauge',
    decimals: 1,
    meaning: { en: 'Outdoor temperature', zh: '室外温度' },
    source: 'Recorded extremes of inhabited places (World Meteorological Organization archive)',
  },
  tank_pct: percent('station', { en: 'Make-up tank level', zh: '补水箱液位' }),
  electricity_kwh: counter('kWh', { en: 'Electricity counter', zh: '累计电量' }, 'Electricity meter'),
  'circuits.*.supply_c': temperature('circuit', { en: 'Secondary supply temperature', zh: '二次侧供水温度' }),
  'circuits.*.return_c': temperature('circuit', { en: 'Secondary return temperature', zh: '二次侧回水温度' }),
  'circuits.*.flow_m3_h': flow('circuit', { en: 'Secondary flow', zh: '二次侧流量' }),
  'circuits.*.valve_pct': percent('circuit', { en: 'Control valve position', zh: '调节阀开度' }),
  'circuits.*.supply_kpa': pressure('circuit', { en: 'Secondary supply pressure', zh: '二次侧供水压力' }),
  'circuits.*.return_kpa': pressure('circuit', { en: 'Secondary return pressure', zh: '二次侧回水压力' }),
  'circuits.*.dp_kpa': pressure('circuit', { en: 'Secondary differential pressure', zh: '二次侧供回水压差' }),
  'circuits.*.supply_set_c': temperature('circuit', {
    en: 'Supply temperature setpoint in force',
    zh: '供水温度设定值',
  }),
  'circuits.*.flow_set_m3_h': flow('circuit', { en: 'Flow setpoint in force', zh: '流量设定值' }),
  'circuits.*.dp_set_kpa': pressure('circuit', {
    en: 'Differential pressure setpoint in force',
    zh: '压差设定值',
  }),
  'circuits.*.follows': {
    part: 'circuit',
    unit: '',
    min: 0,
    max: 2,
    behaves: 'state',
    codes: ['center', 'curve', 'hand'],
    decimals: 0,
    meaning: { en: 'What sets the local loop', zh: '设定来源' },
    source: STATION,
  },
  'circuits.*.makeup_m3_h': {
    ...flow('circuit', { en: 'Make-up water flow', zh: '补水流量' }),
    max: 500,
    decimals: 2,
  },
  'circuits.*.makeup_m3': {
    ...counter('m³', { en: 'Make-up water counter', zh: '累计补水量' }, 'Water meter'),
    part: 'circuit',
  },
  'circuits.*.pumps.*.running': {
    part: 'pump',
    unit: '',
    min: 0,
    max: 1,
    behaves: 'state',
    codes: [false, true],
    decimals: 0,
    meaning: { en: 'Pump running', zh: '水泵运行' },
    source: STATION,
  },
  'circuits.*.pumps.*.pct': percent('pump', { en: 'Pump speed', zh: '水泵转速' }),
  'rooms.*.air_c': {
    part: 'room',
    unit: '°C',
    min: -40,
    max: 60,
    behaves: 'gauge',
    decimals: 1,
    meaning: { en: 'Room air temperature', zh: '室内温度' },
    source: 'Sample flats; range of common room sensors',
  },
} as const satisfies Record<string, Spec>;

/** The catalogue in its order of display. */
export const POINTS: readonly PointDefinition[] = Object.entries(SPECS).map(([pattern, spec]) => ({
  metered: false,
  ...spec,
  pattern,
}));

const BY_PATTERN = new Map(POINTS.map((point) => [point.pattern, point]));

export interface ResolvedPoint {
  readonly definition: PointDefinition;
  /** Circuit of a circuit's or pump's point, room of a room's; undefined for the station's own. */
  readonly circuit?: string;
  readonly pump?: string;
  readonly room?: string;
}

/** Finds what a full point id (`circuits.low.flow_m3_h`) stands for; undefined when the catalogue lacks it. */
export function resolvePoint(id: string): ResolvedPoint | undefined {
  const parts = id.split('.');
  const [head, name] = parts;
  const own = BY_PATTERN.get(id);
  if (own) return { definition: own };
  if (head === 'circuits' && name !== undefined && parts.length >= 3) {
    const pump = parts.length === 5 ? parts[3] : undefined;
    const pattern = ['circuits', '*', parts[2], ...(pump === undefined ? [] : ['*', parts[4]])].join('.');
    const definition = parts.length === 3 || pump !== undefined ? BY_PATTERN.get(pattern) : undefined;
    if (!definition) return undefined;
    return pump === undefined ? { definition, circuit: name } : { definition, circuit: name, pump };
  }
  if (head === 'rooms' && name !== undefined && parts.length === 3) {
    const definition = BY_PATTERN.get(`rooms.*.${parts[2]}`);
    return definition && { definition, room: name };
  }
  return undefined;
}

/** The code that stands for a state's word on the wire; undefined when the word is not one of the point's. */
export function codeOf(definition: PointDefinition, word: string | boolean): number | undefined {
  const index = definition.codes?.indexOf(word) ?? -1;
  return index < 0 ? undefined : index;
}

/** What an API shows for a stored number: the word of a state, the number itself otherwise. */
export function presented(
  definition: PointDefinition,
  value: number | null,
): number | string | boolean | null {
  if (value === null || !definition.codes) return value;
  return definition.codes[value] ?? value;
}
