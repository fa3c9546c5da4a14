import type { i18n } from 'i18next';
import type { Language } from '../format/point.ts';
import { speak } from '../i18n/index.ts';
import { keepPreference, readPreference } from './use-preference.ts';

export const LANGUAGES = ['en', 'zh'] as const satisfies readonly Language[];

export function storedLanguage(): Language {
  return readPreference('language', LANGUAGES, navigator.language.startsWith('zh') ? 'zh' : 'en');
}

/** Without its texts, for example while the center is away, the language stays as it was. */
export async function applyLanguage(words: i18n, language: Language): Promise<void> {
  try {
    await speak(words, language);
  } catch {
    return;
  }
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  keepPreference('language', language);
}
