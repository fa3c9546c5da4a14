/** People who sign in with a password. */
import { ROLES } from '@heat-center/api/access.ts';
import type { Role } from '@heat-center/api/access.ts';
import type { UserView } from '@heat-center/api/users.ts';
import { useState } from 'react';
import { Button, Checkbox } from 'react-aria-components';
import { api } from '../api.ts';
import { Age } from '../parts/age.tsx';
import { Choice } from '../parts/choice.tsx';
import { FormDialog, Secret, Text } from '../parts/form-dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { madeUpPassword } from './made-up-password.ts';

export function RoleChoice({ role, choose }: { role: Role; choose: (role: Role) => void }) {
  const { t } = useWords();
  return (
    <div>
      <Choice
        label={t('settings.role')}
        value={role}
        options={ROLES.map((value) => ({ value, text: t(`role.${value}`) }))}
        choose={choose}
      />
      <p className="quiet">{t(`roleMeaning.${role}`)}</p>
    </div>
  );
}

interface DialogProps {
  readonly close: () => void;
  readonly again: () => void;
}

function PasswordOnce({ user, password, close }: { user: string; password: string; close: () => void }) {
  const { t } = useWords();
  return (
    <FormDialog title={t('settings.passwordOf', { user })} close={close}>
      <Secret text={password} />
    </FormDialog>
  );
}

function AddUser({ close, again }: DialogProps) {
  const { t } = useWords();
  const [id, setId] = useState('');
  const [fullName, setFullName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [password, setPassword] = useState<string | null>(null);
  if (password !== null) return <PasswordOnce user={id} password={password} close={close} />;
  const send = async () => {
    const named = fullName.trim() === '' ? {} : { full_name: fullName };
    const added = await api.addUser({ id, role, ...named });
    again();
    setId(added.id);
    setPassword(added.password ?? '');
  };
  return (
    <FormDialog
      title={t('settings.addUser')}
      button={t('settings.addUser')}
      ready={id.trim() !== ''}
      send={send}
      close={close}
    >
      <Text label={t('settings.userName')} help={t('settings.userNameHelp')} value={id} set={setId} first />
      <Text label={t('settings.fullName')} value={fullName} set={setFullName} />
      <RoleChoice role={role} choose={setRole} />
    </FormDialog>
  );
}

function ChangeUser({ user, close, again }: DialogProps & { user: UserView }) {
  const { t } = useWords();
  const [fullName, setFullName] = useState(user.full_name ?? '');
  const [role, setRole] = useState(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const send = async () => {
    const name = fullName.trim() === '' ? null : fullName.trim();
    await api.changeUser(user.id, {
      ...(name === user.full_name ? {} : { full_name: name }),
      ...(role === user.role ? {} : { role }),
      ...(disabled === user.disabled ? {} : { disabled }),
    });
    again();
    close();
  };
  return (
    <FormDialog
      title={t('settings.changeUser', { user: user.id })}
      button={t('settings.save')}
      send={send}
      close={close}
    >
      <Text label={t('settings.fullName')} value={fullName} set={setFullName} first />
      <RoleChoice role={role} choose={setRole} />
      <Checkbox className="check" isSelected={disabled} onChange={setDisabled}>
        <span className="check-box" aria-hidden="true" />
        <span>{t('settings.disable')}</span>
      </Checkbox>
      <p className="quiet">{t('settings.ends')}</p>
    </FormDialog>
  );
}

function ResetPassword({ user, close, again }: DialogProps & { user: UserView }) {
  const { t } = useWords();
  const [password, setPassword] = useState<string | null>(null);
  if (password !== null) return <PasswordOnce user={user.id} password={password} close={close} />;
  const send = async () => {
    const made = madeUpPassword();
    await api.changeUser(user.id, { password: made });
    again();
    setPassword(made);
  };
  return (
    <FormDialog
      title={t('settings.resetTitle', { user: user.id })}
      button={t('settings.reset')}
      send={send}
      close={close}
      alert
    >
      <p>{t('settings.resetBody')}</p>
    </FormDialog>
  );
}

type Open = { readonly what: 'change' | 'reset'; readonly user: UserView } | { readonly what: 'add' } | null;

function UserRow({ user, open }: { user: UserView; open: (open: Open) => void }) {
  const { t } = useWords();
  return (
    <tr className={user.disabled ? 'off' : undefined}>
      <td>
        <b>{user.id}</b> {user.disabled && <span className="quiet">{t('settings.disabled')}</span>}
      </td>
      <td className="minor">{user.full_name}</td>
      <td>{t(`role.${user.role}`)}</td>
      <td className="minor">
        <Age at={user.signed_in_at} suffix />
      </td>
      <td className="number minor">{user.sessions}</td>
      <td className="does">
        <Button className="button small" onPress={() => open({ what: 'change', user })}>
          {t('settings.change')}
        </Button>
        <Button className="button small" onPress={() => open({ what: 'reset', user })}>
          {t('settings.resetPassword')}
        </Button>
      </td>
    </tr>
  );
}

export function Users() {
  const { t } = useWords();
  const { answer, problem, again } = useAsked(api.users);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('settings.users')}</h2>
        <Button className="button small" onPress={() => setOpen({ what: 'add' })}>
          {t('settings.addUser')}
        </Button>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {answer?.users.length === 0 && <p className="quiet">{t('settings.noUsers')}</p>}
      {answer && answer.users.length > 0 && (
        <div className="scroll-x">
          <table className="list people">
            <thead>
              <tr>
                <th>{t('signIn.name')}</th>
                <th className="minor">{t('settings.fullName')}</th>
                <th>{t('settings.role')}</th>
                <th className="minor">{t('settings.signedIn')}</th>
                <th className="number minor">{t('settings.sessions')}</th>
                <th aria-label={t('settings.change')} />
              </tr>
            </thead>
            <tbody>
              {answer.users.map((user) => (
                <UserRow key={user.id} user={user} open={setOpen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.what === 'add' && <AddUser close={close} again={again} />}
      {open?.what === 'change' && <ChangeUser user={open.user} close={close} again={again} />}
      {open?.what === 'reset' && <ResetPassword user={open.user} close={close} again={again} />}
    </section>
  );
}
