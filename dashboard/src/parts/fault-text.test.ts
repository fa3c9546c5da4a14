import { circuitSettings } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { createWords } from '../i18n/index.ts';
import { changeFaults, circuitFaults } from '../model/settings.ts';
import { faultText } from './fault-text.ts';

const design = { supply_c: 75, return_c: 50, outdoor_c: -10, room_c: 18 };
const base = { id: 'low', kind: 'radiators', accepts: ['supply_c', 'flow_m3_h', 'dp_kpa'], design } as const;
const night = { kind: 'setback', room_k: 3 };
const period = { days: [1], from: '06:00', to: '22:00' };

/** Settings that break one rule each; the API's schema must find it, and the screen must have words for it. */
const BROKEN: readonly (readonly [string, object])[] = [
  ['a period without length', { schedule: { comfort: [{ ...period, to: '06:00' }], night } }],
  ['a period without days', { schedule: { comfort: [{ ...period, days: [] }], night } }],
  ['a time that is none', { schedule: { comfort: [{ ...period, to: '6' }], night } }],
  ['a set-back of nothing', { schedule: { comfort: [period], night: { ...night, room_k: 0 } } }],
  ['a limit that is missing', { schedule: { comfort: [period], night: { ...night, room_k: Number.NaN } } }],
  [
    'a holiday backwards',
    { schedule: { comfort: [period], night, holidays: [{ from: '2026-01-02', to: '2026-01-01' }] } },
  ],
  [
    'stages that rise',
    {
      regulation: {
        mode: 'stepped',
        stages: [
          { below_load: 0.5, ratio: 0.6 },
          { below_load: 0.7, ratio: 0.5 },
        ],
      },
    },
  ],
  ['an exponent above one', { regulation: { mode: 'mixed', exponent: 2 } }],
  [
    'times that fall',
    {
      dp_day: [
        { from: '22:00', dp_kpa: 60 },
        { from: '06:00', dp_kpa: 80 },
      ],
    },
  ],
  ['gains above all load', { curve: { internal_gain_k: 15 }, design: { ...design, outdoor_c: 4 } }],
  ['rooms, but none', { room_feedback: { rooms: [] } }],
];

describe('what the schema finds wrong', () => {
  it.each(BROKEN)('has words in both languages: %s', async (_, setting) => {
    const circuit = circuitSettings.safeParse({ ...base, ...setting });
    expect(circuit.success).toBe(false);
    // oxlint-disable-next-line typescript/no-explicit-any -- settings that are wrong on purpose
    const faults = circuitFaults({ ...base, ...setting } as any);
    for (const language of ['en', 'zh'] as const) {
      const { t } = await createWords(language);
      const text = faults.map((fault) => faultText(fault, { t, language, zone: 'UTC' })).join(' ');
      expect(text).toMatch(language === 'zh' ? /^[^a-z]*[一-鿿][^a-z]*。$/ : /^[A-Z].*\.$/);
    }
  });

  it('has words for a return limit that falls backwards', async () => {
    const faults = changeFaults({
      primary_limits: {
        return_slide: [
          [5, 45],
          [-10, 55],
        ],
      },
    });
    const { t } = await createWords('zh');
    expect(faults.map((fault) => faultText(fault, { t, language: 'zh', zone: 'UTC' }))).toEqual([
      '寒冷室外温度须低于温和室外温度。',
    ]);
  });
});
