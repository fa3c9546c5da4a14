/** Day, night, or as the system says. */
import { keepPreference, readPreference } from './use-preference.ts';

export const THEMES = ['system', 'day', 'night'] as const;
export type Theme = (typeof THEMES)[number];

export const storedTheme = (): Theme => readPreference('theme', THEMES, 'system');

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  keepPreference('theme', theme);
}
