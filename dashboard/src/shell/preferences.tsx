/** Language and theme: two choosers that need no menu. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applyLanguage, LANGUAGES } from './language.ts';
import { applyTheme, storedTheme, THEMES } from './theme.ts';

export function Preferences() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useState(storedTheme);
  return (
    <span className="preferences">
      <label>
        <span className="hidden">{t('bar.language')}</span>
        <select
          value={i18n.resolvedLanguage}
          onChange={(event) => void applyLanguage(i18n, event.target.value === 'zh' ? 'zh' : 'en')}
        >
          {LANGUAGES.map((language) => (
            <option key={language} value={language}>
              {t(`language.${language}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="hidden">{t('bar.theme')}</span>
        <select
          value={theme}
          onChange={(event) => {
            const chosen = THEMES.find((candidate) => candidate === event.target.value) ?? 'system';
            applyTheme(chosen);
            setTheme(chosen);
          }}
        >
          {THEMES.map((choice) => (
            <option key={choice} value={choice}>
              {t(`theme.${choice}`)}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}
