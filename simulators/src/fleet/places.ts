/** A made-up fleet in a real city: where its stations stand, what they heat. */

export type Layout =
  | 'low'
  | 'low+high'
  | 'floor'
  | 'low+floor'
  | 'floor+dhw'
  | 'low+dhw'
  | 'floor+high-floor';

export interface Place {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly district: DistrictId;
  readonly lat: number;
  readonly lon: number;
  readonly heated_area_m2: number;
  readonly layout: Layout;
  readonly priority: 'ordinary' | 'hospital' | 'school' | 'elderly';
  /** What its controller measures; the primary side alone at old stations. */
  readonly measures?: 'primary';
}

export const DISTRICTS = {
  yingze: { en: 'Yingze', zh: '迎泽区', lat: 37.863, lon: 112.563 },
  xinghualing: { en: 'Xinghualing', zh: '杏花岭区', lat: 37.894, lon: 112.57 },
  wanbailin: { en: 'Wanbailin', zh: '万柏林区', lat: 37.86, lon: 112.515 },
  xiaodian: { en: 'Xiaodian', zh: '小店区', lat: 37.805, lon: 112.566 },
  jiancaoping: { en: 'Jiancaoping', zh: '尖草坪区', lat: 37.94, lon: 112.487 },
  jinyuan: { en: 'Jinyuan', zh: '晋源区', lat: 37.795, lon: 112.48 },
} as const;
export type DistrictId = keyof typeof DISTRICTS;

type Row = readonly [string, string, string, DistrictId, number, number, number, Layout, Place['priority']?];

/** Id, English, Chinese, district, latitude, longitude, heated area in m², circuits, priority. */
const ROWS: readonly Row[] = [
  ['dongshan-3', 'Dongshan 3', '东山三号', 'xinghualing', 37.881, 112.602, 35_000, 'low+high'],
  ['dongshan-5', 'Dongshan 5', '东山五号', 'xinghualing', 37.886, 112.609, 62_000, 'low+high'],
  ['jianhe-road', 'Jianhe Road', '涧河路', 'xinghualing', 37.899, 112.583, 88_000, 'low'],
  ['north-gate', 'North Gate', '北大门', 'xinghualing', 37.889, 112.561, 54_000, 'low+floor'],
  [
    'city-hospital',
    'City Hospital',
    '市人民医院',
    'xinghualing',
    37.876,
    112.567,
    72_000,
    'low+dhw',
    'hospital',
  ],
  ['yingze-park', 'Yingze Park', '迎泽公园', 'yingze', 37.861, 112.556, 46_000, 'low+high'],
  ['shuangta-west', 'Shuangta West', '双塔西街', 'yingze', 37.853, 112.571, 118_000, 'low+high'],
  ['haozhuang', 'Haozhuang', '郝庄', 'yingze', 37.858, 112.596, 97_000, 'floor'],
  ['south-inner-ring', 'South Inner Ring', '南内环', 'yingze', 37.845, 112.561, 41_000, 'low'],
  ['no-5-school', 'No. 5 Middle School', '第五中学', 'yingze', 37.867, 112.574, 28_000, 'low', 'school'],
  ['fenhe-west-1', 'Fenhe West 1', '汾河西一号', 'wanbailin', 37.871, 112.527, 132_000, 'floor+high-floor'],
  ['fenhe-west-2', 'Fenhe West 2', '汾河西二号', 'wanbailin', 37.858, 112.524, 126_000, 'floor'],
  ['xiyuan', 'Xiyuan', '西苑', 'wanbailin', 37.849, 112.509, 58_000, 'low+high'],
  ['heping-north', 'Heping North', '和平北路', 'wanbailin', 37.882, 112.508, 79_000, 'low'],
  ['xishan-mine', 'Xishan Miners', '西山矿区', 'wanbailin', 37.876, 112.474, 68_000, 'low+high'],
  [
    'wangjiazhuang-home',
    'Evergreen Home',
    '常青养老院',
    'wanbailin',
    37.853,
    112.489,
    22_000,
    'floor+dhw',
    'elderly',
  ],
  ['changfeng-east', 'Changfeng East', '长风东街', 'xiaodian', 37.824, 112.581, 154_000, 'floor+high-floor'],
  ['xuefu-garden', 'Xuefu Garden', '学府花园', 'xiaodian', 37.815, 112.572, 105_000, 'floor'],
  [
    'university-south',
    'University South',
    '大学城南',
    'xiaodian',
    37.797,
    112.586,
    93_000,
    'low+dhw',
    'school',
  ],
  ['longcheng-2', 'Longcheng 2', '龙城二号', 'xiaodian', 37.79, 112.562, 140_000, 'floor+dhw'],
  ['yingxin', 'Yingxin Street', '迎新街', 'jiancaoping', 37.925, 112.531, 84_000, 'low'],
  ['xinlan-road', 'Xinlan Road', '新兰路', 'jiancaoping', 37.936, 112.519, 49_000, 'low+floor'],
  ['jinci-road', 'Jinci Road', '晋祠路', 'jinyuan', 37.806, 112.502, 64_000, 'low+floor'],
  ['jinyang-lake', 'Jinyang Lake', '晋阳湖', 'jinyuan', 37.788, 112.494, 111_000, 'floor+high-floor'],
];

/** Old stations whose controller knows the heat meter and a limiter, and nothing of the circuits. */
const PRIMARY_ONLY = new Set(['heping-north', 'xinlan-road']);

const HAND_MADE: readonly Place[] = ROWS.map(
  ([id, en, zh, district, lat, lon, heated_area_m2, layout, priority = 'ordinary']) => ({
    id,
    en,
    zh,
    district,
    lat,
    lon,
    heated_area_m2,
    layout,
    priority,
    ...(PRIMARY_ONLY.has(id) ? { measures: 'primary' as const } : {}),
  }),
);

const DISTRICT_IDS = [
  'yingze',
  'xinghualing',
  'wanbailin',
  'xiaodian',
  'jiancaoping',
  'jinyuan',
] as const satisfies readonly DistrictId[];
const LAYOUTS: readonly Layout[] = ['low', 'low+high', 'floor', 'low+floor', 'floor+dhw', 'floor+high-floor'];

/** Stations beyond those made by hand: numbered within a district, on a spiral around its middle. */
function patterned(index: number): Place {
  const ids = DISTRICT_IDS;
  const district = ids[index % ids.length] ?? 'yingze';
  const number = 11 + Math.floor(index / ids.length);
  const { en, zh, lat, lon } = DISTRICTS[district];
  const angle = number * 2.4;
  const radius = 0.0032 * Math.sqrt(number);
  return {
    id: `${district}-${number}`,
    en: `${en} ${number}`,
    zh: `${zh.slice(0, -1)}${number}号`,
    district,
    lat: Math.round((lat + radius * Math.sin(angle)) * 1e4) / 1e4,
    lon: Math.round((lon + radius * Math.cos(angle)) * 1e4) / 1e4,
    heated_area_m2: 20_000 + 1000 * ((number * 37 + index * 11) % 141),
    layout: LAYOUTS[(index * 5 + number) % LAYOUTS.length] ?? 'low',
    priority: index % 17 === 9 ? 'school' : index % 41 === 20 ? 'hospital' : 'ordinary',
    ...(index % 19 === 4 ? { measures: 'primary' as const } : {}),
  };
}

/** The first `count` stations, always the same ones in the same order. */
export function places(count: number): Place[] {
  return Array.from({ length: count }, (_, index) => HAND_MADE[index] ?? patterned(index - HAND_MADE.length));
}
