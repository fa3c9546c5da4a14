/** A person's own new password. */
import { PASSWORD_MIN } from '@heat-center/api/users.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import { FormDialog, Text } from '../parts/form-dialog.tsx';
import { useWords } from '../parts/words.ts';

export function PasswordDialog({ close }: { close: () => void }) {
  const { t } = useWords();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [changed, setChanged] = useState(false);
  if (changed) {
    return (
      <FormDialog title={t('password.change')} close={close}>
        <p role="status">{t('password.changed')}</p>
      </FormDialog>
    );
  }
  const differ = again !== '' && again !== next;
  return (
    <FormDialog
      title={t('password.change')}
      button={t('password.save')}
      ready={current !== '' && next.length >= PASSWORD_MIN && again === next}
      send={async () => {
        await api.changePassword({ current, password: next });
        setChanged(true);
      }}
      close={close}
    >
      <Text
        label={t('password.current')}
        value={current}
        set={setCurrent}
        type="password"
        complete="current-password"
        first
      />
      <Text
        label={t('password.next')}
        value={next}
        set={setNext}
        help={t('password.least', { count: PASSWORD_MIN })}
        type="password"
        complete="new-password"
      />
      <Text
        label={t('password.again')}
        value={again}
        set={setAgain}
        {...(differ ? { help: t('password.differ') } : {})}
        type="password"
        complete="new-password"
      />
      <p className="quiet">{t('password.others')}</p>
    </FormDialog>
  );
}
