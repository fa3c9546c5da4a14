/** The form that every control setting of a circuit shares: checked by the API's own schema, sent as one change. */
import type { CircuitSettings, StationView } from '@heat-center/api/stations.ts';
import type { ReactNode } from 'react';
import { api } from '../api.ts';
import { circuitFaults, withSetting } from '../model/settings.ts';
import type { ControlKey, Fault } from '../model/settings.ts';
import { faultText } from '../parts/fault-text.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { Theirs, useUnchanged } from '../parts/use-unchanged.tsx';
import { useWords } from '../parts/words.ts';

export interface SettingProps {
  readonly view: StationView;
  readonly circuit: CircuitSettings;
  readonly close: () => void;
}

/** What keeps the setting from being taken, each thing once. */
export function FaultNote({ faults }: { faults: readonly Fault[] }) {
  const words = useWords();
  const texts = [...new Set(faults.map((fault) => faultText(fault, words)))];
  if (texts.length === 0) return null;
  return (
    <ul className="problem" role="alert">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

/** What the API's schema says of a circuit with this setting, as far as it is about the setting. */
export function settingFaults<K extends ControlKey>(
  { view, circuit }: Pick<SettingProps, 'view' | 'circuit'>,
  key: K,
  value: CircuitSettings[K] | undefined,
): readonly Fault[] {
  const next = withSetting(view.circuits, circuit.id, { key, value }).find(({ id }) => id === circuit.id);
  return circuitFaults(next).filter(({ path }) => path === key || path.startsWith(`${key}.`));
}

interface FormProps<K extends ControlKey> extends SettingProps {
  readonly setting: K;
  /** Until something is typed the form shows what there is, whoever changes it. */
  readonly edited: boolean;
  readonly value: CircuitSettings[K] | undefined;
  readonly faults: readonly Fault[];
  /** Something else that the form itself says is wrong. */
  readonly blocked?: boolean;
  readonly title: string;
  /** The verb that takes the setting away; absent where there is nothing to take away. */
  readonly clear?: string | undefined;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function SettingForm<K extends ControlKey>(props: FormProps<K>) {
  const { view, circuit, close, setting, edited, value, faults, blocked, title, clear, wide, children } =
    props;
  const { t } = useWords();
  const { save, theirs } = useUnchanged({
    began: circuit[setting],
    follows: !edited,
    read: () => api.settingsOf(view.id),
    partOf: ({ circuits }) => circuits.find(({ id }) => id === circuit.id)?.[setting],
  });
  const send = async (next: CircuitSettings[K] | undefined) => {
    await save(({ value: now, tag }) => {
      const circuits = withSetting(now.circuits, circuit.id, { key: setting, value: next });
      return api.changeStation(view.id, { circuits }, tag);
    });
    close();
  };
  return (
    <FormDialog
      title={title}
      button={t('setting.save')}
      ready={faults.length === 0 && blocked !== true}
      send={() => send(value)}
      close={close}
      wide={wide === true}
      {...(clear === undefined ? {} : { aside: { text: clear, send: () => send(undefined) } })}
    >
      {children}
      <FaultNote faults={faults} />
      <Theirs change={theirs} />
    </FormDialog>
  );
}
