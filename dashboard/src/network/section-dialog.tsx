/** A form for one section of the network's settings: checked by the API's own schema, replaced whole. */
import { networkSettingsChange } from '@heat-center/api/network.ts';
import type { ReactNode } from 'react';
import { FaultNote } from '../control/setting-dialog.tsx';
import { faultsIn } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useWords } from '../parts/words.ts';
import { networkApi } from './network-api.ts';
import type { SettingsChange } from './network-api.ts';

export const sectionFaults = (change: SettingsChange): readonly Fault[] =>
  faultsIn(networkSettingsChange.partial().safeParse(change));

interface SectionProps {
  readonly title: string;
  readonly change: SettingsChange;
  readonly close: () => void;
  /** Asks anew what the change concerns. */
  readonly saved: () => void;
  readonly button?: string;
  readonly alert?: boolean;
  readonly wide?: boolean;
  readonly clear?: { readonly text: string; readonly change: SettingsChange } | undefined;
  readonly children: ReactNode;
}

export function SectionDialog(props: SectionProps) {
  const { title, change, close, saved, button, alert, wide, clear, children } = props;
  const { t } = useWords();
  const faults = sectionFaults(change);
  const send = async (what: SettingsChange) => {
    await networkApi.change(what);
    saved();
    close();
  };
  return (
    <FormDialog
      title={title}
      button={button ?? t('setting.save')}
      ready={faults.length === 0}
      send={() => send(change)}
      close={close}
      alert={alert === true}
      wide={wide === true}
      {...(clear ? { aside: { text: clear.text, send: () => send(clear.change) } } : {})}
    >
      {children}
      <FaultNote faults={faults} />
    </FormDialog>
  );
}
