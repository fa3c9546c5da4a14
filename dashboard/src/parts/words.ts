/** The words, the language and the place of the person and the site, together. */
import type { TFunction } from 'i18next';
import { createContext, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../format/point.ts';

export interface Words {
  readonly t: TFunction;
  readonly language: Language;
  /** Time zone of the site. */
  readonly zone: string;
}

const WordsContext = createContext<Words | null>(null);
export const WordsProvider = WordsContext.Provider;

/** For the provider alone: a screen full of rows has thousands of askers, and each would listen for itself. */
export function useWordsFor(zone: string): Words {
  const { t, i18n } = useTranslation();
  const language = i18n.resolvedLanguage === 'zh' ? 'zh' : 'en';
  return useMemo(() => ({ t: remembering(t), zone, language }), [t, zone, language]);
}

/** Looks a text without parameters up once. */
function remembering(t: TFunction): TFunction {
  const texts = new Map<unknown, unknown>();
  return new Proxy(t, {
    apply: (look, self, asked: unknown[]): unknown => {
      const [key] = asked;
      if (asked.length > 1) return Reflect.apply(look, self, asked);
      const text: unknown = texts.get(key) ?? Reflect.apply(look, self, asked);
      texts.set(key, text);
      return text;
    },
  });
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('WordsProvider is missing above this component');
  return words;
}
