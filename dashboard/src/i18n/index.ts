/** The words of the screen in the language of the person. */
import i18next from 'i18next';
import type { i18n, TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../format/point.ts';
import type { Words } from './en.ts';

/** Each is loaded when somebody reads it. */
const TEXTS: Record<Language, () => Promise<Words>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
};

export async function createWords(language: Language): Promise<i18n> {
  const words = i18next.createInstance();
  await words.use(initReactI18next).init({
    lng: language,
    // Both languages have every text.
    fallbackLng: false,
    resources: { [language]: { translation: await TEXTS[language]() } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
  return words;
}

/** Rejects, and changes nothing, when the texts cannot be loaded. */
export async function speak(words: i18n, language: Language): Promise<void> {
  if (!words.hasResourceBundle(language, 'translation'))
    words.addResourceBundle(language, 'translation', await TEXTS[language]());
  await words.changeLanguage(language);
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
