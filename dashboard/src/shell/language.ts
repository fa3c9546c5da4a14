import type { i18n } from 'i18next';
import type { Language } from '../format/point.ts';
import { keepPreference, readPreference } from './use-preference.ts';

export const LANGUAGES = ['en', 'zh'] as const satisfies readonly Language[];

export function storedLanguage(): Language {
  return readPreference('language', LANGUAGES, navigator.language.startsWith('zh') ? 'zh' : 'en');
}

export function applyLanguage(words: i18n, language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  keepPreference('language', language);
  if (words.language !== language) void words.changeLanguage(language);
}
