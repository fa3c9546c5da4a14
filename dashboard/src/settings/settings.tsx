/** What an administrator sets: who may sign in, and which programs may ask. */
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';

export function SettingsView() {
  const { t } = useWords();
  const may = useMay();
  return (
    <div className="engineering">
      <header className="view-head">
        <h1>{t('settings.title')}</h1>
      </header>
      {may('manage_users') && <Users />}
      {may('manage_tokens') && <Tokens />}
      {!may('manage_users') && !may('manage_tokens') && <p>{t('error.not_permitted.meaning')}</p>}
    </div>
  );
}
