/** A form for one section of the network's settings: checked by the API's own schema, replaced whole. */
import { networkSettingsChange } from '@heat-center/api/network.ts';
import type { NetworkSettings } from '@heat-center/api/network.ts';
import type { ReactNode } from 'react';
import { FaultNote } from '../control/setting-dialog.tsx';
import { faultsIn } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { Theirs, useUnchanged } from '../parts/use-unchanged.tsx';
import { useWords } from '../parts/words.ts';
import { networkApi } from './network-api.ts';
import type { SettingsChange } from './network-api.ts';

type Section = keyof NetworkSettings;

export const sectionFaults = (change: SettingsChange): readonly Fault[] =>
  faultsIn(networkSettingsChange.partial().safeParse(change));

interface SectionProps {
  readonly title: string;
  readonly section: Section;
  /** The settings that the form began with. */
  readonly settings: NetworkSettings;
  /** What the section would be, on top of what there is now; null clears it. */
  readonly value: (now: NetworkSettings) => SettingsChange[Section];
  /** What of the settings the form is about; the section where absent. */
  readonly part?: (settings: NetworkSettings) => unknown;
  readonly close: () => void;
  /** Asks anew what the change concerns. */
  readonly saved: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function SectionDialog(props: SectionProps) {
  const { title, section, settings, value, close, saved, wide, children } = props;
  const { part = (now) => now[section] } = props;
  const { t } = useWords();
  const change = (now: NetworkSettings): SettingsChange => ({ [section]: value(now) });
  const faults = sectionFaults(change(settings));
  const { save, theirs } = useUnchanged({
    began: part(settings),
    read: networkApi.taggedSettings,
    partOf: part,
  });
  return (
    <FormDialog
      title={title}
      button={t('setting.save')}
      ready={faults.length === 0}
      send={async () => {
        await save(({ value: now, tag }) => networkApi.change(change(now), tag));
        saved();
        close();
      }}
      close={close}
      wide={wide === true}
    >
      {children}
      <FaultNote faults={faults} />
      <Theirs change={theirs} />
    </FormDialog>
  );
}
