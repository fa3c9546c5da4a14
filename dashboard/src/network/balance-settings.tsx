/** How fast and how far circuits are corrected towards the others. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import { useState } from 'react';
import { isFaulty } from '../model/settings.ts';
import { typedNumber } from '../model/schedule.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { useWords } from '../parts/words.ts';
import { SectionDialog, sectionFaults } from './section-dialog.tsx';

/** What holds where nobody set anything; the API's schema has the same. */
export const USUAL = { gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 1, bound_k: 5 } as const;
type Key = keyof typeof USUAL;
const UNITS = { gain_k_per_h: 'K/h', deadband: '', rate_k_per_h: 'K/h', bound_k: 'K' } as const;
const KEYS = ['gain_k_per_h', 'deadband', 'rate_k_per_h', 'bound_k'] as const satisfies readonly Key[];

interface SettingsProps {
  readonly settings: NetworkSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

export function BalanceSettings({ settings, close, saved }: SettingsProps) {
  const { t } = useWords();
  const was = settings.balance;
  const [on, setOn] = useState<'on' | 'off'>(was?.on === true ? 'on' : 'off');
  const [typed, setTyped] = useState(() =>
    Object.fromEntries(KEYS.map((key) => [key, String(was?.[key] ?? USUAL[key])])),
  );
  const number = (key: Key) => typedNumber(typed[key] ?? '');
  const balance = {
    on: on === 'on',
    gain_k_per_h: number('gain_k_per_h'),
    deadband: number('deadband'),
    rate_k_per_h: number('rate_k_per_h'),
    bound_k: number('bound_k'),
  };
  const faults = sectionFaults({ balance });
  return (
    <SectionDialog
      title={t('balance.settings')}
      section="balance"
      settings={settings}
      value={() => balance}
      close={close}
      saved={saved}
    >
      <Choice
        label={t('network.balance')}
        value={on}
        options={[
          { value: 'on', text: t('network.on') },
          { value: 'off', text: t('network.off') },
        ]}
        choose={setOn}
      />
      <div className="fields">
        {KEYS.map((key) => (
          <NumberText
            key={key}
            label={t(`field.${key}`)}
            unit={UNITS[key]}
            step={key === 'deadband' ? 0.005 : 0.5}
            value={typed[key] ?? ''}
            set={(value) => setTyped({ ...typed, [key]: value })}
            wrong={isFaulty(faults, `balance.${key}`)}
          />
        ))}
      </div>
      <ul className="effects">
        <li>{t(on === 'on' ? 'balance.effectOn' : 'balance.effectOff')}</li>
      </ul>
    </SectionDialog>
  );
}
