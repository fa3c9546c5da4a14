import { ROLES } from '@heat-center/api/access.ts';
import { commandState, commandView } from '@heat-center/api/commands.ts';
import { centerTrouble } from '@heat-center/api/live.ts';
import { circuitKind, setpointName, stationState } from '@heat-center/api/stations.ts';
import { ERRORS } from '@heat-center/contract/errors.ts';
import { REASONS } from '@heat-center/contract/reasons.ts';
import { describe, expect, it } from 'vitest';
import { fakeStation } from '../../test/fake-stations.ts';
import { reasonLine, reasonText } from '../parts/reason-text.ts';
import { en } from './en.ts';
import { createWords, errorMeaning, errorRemedy } from './index.ts';
import { zh } from './zh.ts';

/** Every text with its path. */
function texts(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(here, value);
    else for (const [deeper, text] of texts(value, here)) found.set(deeper, text);
  }
  return found;
}

const english = texts(en);
const chinese = texts(zh);
const holes = (text: string | undefined) =>
  [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);

describe('both languages', () => {
  it('have the same keys, and none is empty', () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fill in the same values', () => {
    for (const [key, text] of english) {
      expect(new Set(holes(chinese.get(key))), key).toEqual(new Set(holes(text)));
    }
  });

  it('do not leave English sentences in the Chinese', () => {
    const same = [...english].filter(
      ([key, text]) => chinese.get(key) === text && /[a-z]{4,} [a-z]{3,}/.test(text),
    );
    expect(same).toEqual([]);
  });

  it.each([
    ['state', stationState.options],
    ['stateMeaning', stationState.options],
    ['commandState', commandState.options],
    ['commandKind', commandView.shape.kind.options],
    ['circuitKind', circuitKind.options],
    ['setpoint', setpointName.options],
    ['role', ROLES],
    ['roleMeaning', ROLES],
    ['trouble', centerTrouble.shape.code.options],
    ['rule', Object.keys(REASONS)],
    ['reason', Object.keys(REASONS)],
  ])('have a text for every %s', (group, codes) => {
    for (const code of codes) {
      expect(english.has(`${group}.${code}`), `en ${group}.${code}`).toBe(true);
      expect(chinese.has(`${group}.${code}`), `zh ${group}.${code}`).toBe(true);
    }
  });

  it('have meaning and remedy for every code of the contract', () => {
    for (const code of Object.keys(ERRORS)) {
      for (const part of ['meaning', 'remedy']) {
        expect(english.has(`error.${code}.${part}`), code).toBe(true);
        expect(chinese.get(`error.${code}.${part}`), code).toMatch(/[一-鿿]/);
      }
    }
  });

  it('use in a reason only what the contract gives with it', () => {
    for (const [code, params] of Object.entries(REASONS)) {
      const unknown = holes(english.get(`reason.${code}`)).filter(
        (name) => !(params as readonly string[]).includes(name ?? ''),
      );
      expect(unknown, code).toEqual([]);
    }
  });
});

describe('reasons in words', () => {
  const view = fakeStation(0, 1_795_305_600_000);
  const limited = view.setpoints['high']?.[0];
  const curve = view.setpoints['low']?.[0];

  it('say in one line what the curve wanted and what moved it', async () => {
    const { t } = await createWords('en');
    const words = { t, language: 'en', zone: 'UTC' } as const;
    expect(limited && reasonLine(limited, words)).toBe('Weather curve 72.9, lowered 2.4 by return limit');
    expect(curve && reasonLine(curve, words)).toBe('Weather curve 70.5');
    expect(
      reasonText(
        { code: 'held', params: { value: 57.64, since: 0, missing: 'outdoor_c' } },
        'supply_c',
        words,
      ),
    ).toBe('Held at 57.6 °C since 1 Jan, 00:00: Outdoor temperature is missing');
    expect(reasonText({ code: 'flow_limits', params: { min: 10 } }, 'flow_m3_h', words)).toBe(
      'Flow limits 10.0 m³/h to open',
    );
  });

  it('say the same in Chinese', async () => {
    const { t } = await createWords('zh');
    const words = { t, language: 'zh', zone: 'UTC' } as const;
    expect(limited && reasonLine(limited, words)).toBe('气候补偿曲线 72.9，因回水温度限制降低 2.4');
  });

  it('show the code of something newer than this page', async () => {
    const { t } = await createWords('zh');
    expect(errorMeaning(t, 'brand_new')).toBe('brand_new');
    expect(errorRemedy(t, 'brand_new')).toBe('');
  });
});
