/** What is known of the source, and the floors below which nobody falls. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import type { SourceSettings } from '@heat-center/api/source.ts';
import { useState } from 'react';
import { isFaulty } from '../model/settings.ts';
import { typedNumber } from '../model/schedule.ts';
import { NumberText } from '../parts/fields.tsx';
import { useWords } from '../parts/words.ts';
import { SectionDialog, sectionFaults } from './section-dialog.tsx';

const KEYS = ['capacity_kw', 'flow_max_m3_h', 'floor_room_c', 'priority_floor_room_c'] as const;
type Key = (typeof KEYS)[number];
const UNITS: Record<Key, string> = {
  capacity_kw: 'kW',
  flow_max_m3_h: 'm³/h',
  floor_room_c: '°C',
  priority_floor_room_c: '°C',
};
/** What holds while a field is empty. */
const USUAL: Partial<Record<Key, string>> = { floor_room_c: '8', priority_floor_room_c: '14' };
const STEPS: Partial<Record<Key, number>> = { capacity_kw: 10, flow_max_m3_h: 1 };

interface SettingsProps {
  readonly settings: NetworkSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

/** The section without the limit, which has a form of its own. */
function floorsOf({ source }: NetworkSettings): unknown {
  const { limit: _, ...floors } = source ?? {};
  return floors;
}

export function SourceSettingsDialog({ settings, close, saved }: SettingsProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(KEYS.map((key) => [key, String(settings.source?.[key] ?? '')])),
  );
  const value = ({ source: now }: NetworkSettings): SourceSettings | null => {
    const source: SourceSettings = now?.limit ? { limit: now.limit } : {};
    for (const key of KEYS) {
      const text = typed[key] ?? '';
      if (text.trim() !== '') source[key] = typedNumber(text);
    }
    return Object.keys(source).length > 0 ? source : null;
  };
  const faults = sectionFaults({ source: value(settings) });
  return (
    <SectionDialog
      title={t('source.settings')}
      section="source"
      settings={settings}
      value={value}
      part={floorsOf}
      close={close}
      saved={saved}
    >
      <div className="fields">
        {KEYS.map((key) => (
          <NumberText
            key={key}
            label={t(`field.${key}`)}
            unit={UNITS[key]}
            step={STEPS[key] ?? 0.5}
            value={typed[key] ?? ''}
            set={(value) => setTyped({ ...typed, [key]: value })}
            {...(USUAL[key] === undefined ? {} : { usual: USUAL[key] })}
            wrong={isFaulty(faults, `source.${key}`)}
          />
        ))}
      </div>
      <ul className="effects">
        <li>{t('source.floorMeaning')}</li>
        <li>{t('source.capacityMeaning')}</li>
      </ul>
    </SectionDialog>
  );
}
