/** What a visitor without a session sees. */
import { useTranslation } from 'react-i18next';
import { Preferences } from '../shell/preferences.tsx';
import type { SessionState } from './session.ts';

export function SignIn({ state }: { state: Exclude<SessionState, { phase: 'in' }> }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <h1>{t('app.name')}</h1>
      {state.phase === 'asking' && <p role="status">{t('signIn.working')}</p>}
      {state.phase === 'unreachable' && <p role="status">{t('signIn.unreachable')}</p>}
      {state.phase === 'out' && (
        <>
          {state.linkFailed && <p className="problem">{t('signIn.used')}</p>}
          <p>{t('signIn.body')}</p>
          <pre>pnpm heat link</pre>
          <p>{t('signIn.open')}</p>
        </>
      )}
      <Preferences />
    </main>
  );
}
