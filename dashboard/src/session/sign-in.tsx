/** What a visitor without a session sees. */
import type { Problem } from '@heat-center/api/common.ts';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { problemOf } from '../api.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useWords } from '../parts/words.ts';
import { Preferences } from '../shell/preferences.tsx';
import type { SessionControl } from './session.ts';

function PasswordForm({ signIn }: { signIn: SessionControl['signIn'] }) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    try {
      await signIn(name.trim(), password);
    } catch (error) {
      setPassword('');
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  return (
    <form className="sign-in-form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{t('signIn.name')}</span>
        <input
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      </label>
      <label>
        <span>{t('signIn.password')}</span>
        <input
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
        />
      </label>
      {problem && <ProblemNote problem={problem} />}
      <button type="submit" className="button primary" disabled={sending}>
        {sending ? t('signIn.working') : t('signIn.button')}
      </button>
    </form>
  );
}

export function SignIn({ control }: { control: SessionControl }) {
  const { t } = useWords();
  const { state, signIn } = control;
  return (
    <main className="sign-in">
      <h1>{t('app.name')}</h1>
      {state.phase === 'asking' && <p role="status">{t('signIn.working')}</p>}
      {state.phase === 'unreachable' && <p role="status">{t('signIn.unreachable')}</p>}
      {state.phase === 'out' && (
        <>
          {state.linkFailed && <p className="problem">{t('signIn.used')}</p>}
          <PasswordForm signIn={signIn} />
          <h2>{t('signIn.link')}</h2>
          <p>{t('signIn.body')}</p>
          <pre>pnpm heat link</pre>
          <p>{t('signIn.open')}</p>
        </>
      )}
      <Preferences />
    </main>
  );
}
