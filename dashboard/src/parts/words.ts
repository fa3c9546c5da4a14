/** The words, the language and the place of the person and the site, together. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useZone } from '../feed/context.tsx';
import type { Language } from '../format/point.ts';

export interface Words {
  readonly t: TFunction;
  readonly language: Language;
  /** Time zone of the site. */
  readonly zone: string;
}

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const zone = useZone();
  return { t, zone, language: i18n.resolvedLanguage === 'zh' ? 'zh' : 'en' };
}
