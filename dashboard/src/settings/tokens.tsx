/** Tokens with which other programs ask the API. */
import type { Role } from '@heat-center/api/access.ts';
import type { TokenView } from '@heat-center/api/tokens.ts';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { api } from '../api.ts';
import { useFromTime } from '../feed/context.tsx';
import { Age, Moment } from '../parts/age.tsx';
import { Choice } from '../parts/choice.tsx';
import { FormDialog, Secret, Text } from '../parts/form-dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { RoleChoice } from './users.tsx';

const VALID = { d30: 30, d90: 90, d365: 365 } as const;
type Valid = keyof typeof VALID;
const VALID_KEYS = Object.keys(VALID).filter((key): key is Valid => key in VALID);

interface DialogProps {
  readonly close: () => void;
  readonly again: () => void;
}

function AddToken({ close, again }: DialogProps) {
  const { t } = useWords();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [valid, setValid] = useState<Valid>('d90');
  const [token, setToken] = useState<string | null>(null);
  if (token !== null) {
    return (
      <FormDialog title={t('settings.tokenOf', { token: name })} close={close}>
        <Secret text={token} />
      </FormDialog>
    );
  }
  const send = async () => {
    const added = await api.addToken({ name, role, valid_days: VALID[valid] });
    again();
    setToken(added.token);
  };
  return (
    <FormDialog
      title={t('settings.addToken')}
      button={t('settings.addToken')}
      ready={name !== ''}
      send={send}
      close={close}
    >
      <Text
        label={t('settings.tokenName')}
        help={t('settings.tokenNameHelp')}
        value={name}
        set={setName}
        first
      />
      <RoleChoice role={role} choose={setRole} />
      <Choice
        label={t('settings.valid')}
        value={valid}
        options={VALID_KEYS.map((value) => ({ value, text: t(`settings.validDays.${value}`) }))}
        choose={setValid}
      />
    </FormDialog>
  );
}

function Revoke({ token, close, again }: DialogProps & { token: TokenView }) {
  const { t } = useWords();
  const send = async () => {
    await api.removeToken(token.id);
    again();
    close();
  };
  return (
    <FormDialog
      title={t('settings.revokeTitle', { token: token.name })}
      button={t('settings.revoke')}
      send={send}
      close={close}
      alert
    >
      <p>{t('settings.revokeBody')}</p>
    </FormDialog>
  );
}

function TokenRow({ token, revoke }: { token: TokenView; revoke: () => void }) {
  const { t } = useWords();
  const over = useFromTime((now) => token.expires_at <= now);
  return (
    <tr className={over ? 'off' : undefined}>
      <td>
        <b>{token.name}</b>
      </td>
      <td>
        {t(`role.${token.role}`)}{' '}
        <span className="quiet">
          {token.scope === null
            ? t('settings.whole')
            : t('settings.scope', { actions: token.scope.join(', ') })}
        </span>
      </td>
      <td>
        <Moment at={token.expires_at} /> {over && <span className="quiet">{t('settings.expired')}</span>}
      </td>
      <td className="minor">
        <Age at={token.used_at} suffix />
      </td>
      <td className="minor">{token.created_by}</td>
      <td className="does">
        <Button className="button small" onPress={revoke}>
          {t('settings.revoke')}
        </Button>
      </td>
    </tr>
  );
}

export function Tokens() {
  const { t } = useWords();
  const { answer, problem, again } = useAsked(api.tokens);
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('settings.tokens')}</h2>
        <Button className="button small" onPress={() => setAdding(true)}>
          {t('settings.addToken')}
        </Button>
        <span className="quiet">{t('settings.tokensHelp')}</span>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {answer?.tokens.length === 0 && <p className="quiet">{t('settings.noTokens')}</p>}
      {answer && answer.tokens.length > 0 && (
        <div className="scroll-x">
          <table className="list people">
            <thead>
              <tr>
                <th>{t('signIn.name')}</th>
                <th>{t('settings.role')}</th>
                <th>{t('settings.expires')}</th>
                <th className="minor">{t('settings.used')}</th>
                <th className="minor">{t('settings.createdBy')}</th>
                <th aria-label={t('settings.revoke')} />
              </tr>
            </thead>
            <tbody>
              {answer.tokens.map((token) => (
                <TokenRow key={token.id} token={token} revoke={() => setRevoking(token)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <AddToken close={() => setAdding(false)} again={again} />}
      {revoking && <Revoke token={revoking} close={() => setRevoking(null)} again={again} />}
    </section>
  );
}
