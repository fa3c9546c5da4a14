/** The words of the screen in the language of the person. */
import i18next from 'i18next';
import type { i18n, TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../format/point.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export async function createWords(language: Language): Promise<i18n> {
  const words = i18next.createInstance();
  await words.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
  return words;
}

/** A text whose key holds a code that came from the center; the code itself when it is a new one. */
export function wordFor(t: TFunction, key: string, params: Record<string, unknown> = {}): string {
  const code = key.split('.').findLast((part) => part !== 'meaning' && part !== 'remedy') ?? key;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is made from a code of the center
  return t(key as 'app.name', { ...params, defaultValue: code });
}

/** The text of the contract's code, for example "A value lies outside its range." */
export const errorMeaning = (t: TFunction, code: string): string => wordFor(t, `error.${code}.meaning`);

/** What to do about it; empty when the code is a new one. */
export const errorRemedy = (t: TFunction, code: string): string =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  t(`error.${code}.remedy` as 'app.name', { defaultValue: '' });
