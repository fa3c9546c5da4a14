/** Cap and price for each hour of the day, and how far rooms may be moved for them. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import { useState } from 'react';
import { planDraftOf, putIn, shavingOf } from '../model/plan.ts';
import type { PlanDraft } from '../model/plan.ts';
import { isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { useWords } from '../parts/words.ts';
import { Excluded } from './excluded.tsx';
import { SectionDialog, sectionFaults } from './section-dialog.tsx';

interface HoursProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly set: (values: readonly string[]) => void;
  readonly wrong: (place: number) => boolean;
}

/** A field for each hour; several values pasted into one fill those after it. */
function Hours({ label, values, set, wrong }: HoursProps) {
  const { t } = useWords();
  return (
    <fieldset className="hours">
      <legend>{label}</legend>
      <button
        type="button"
        className="link"
        disabled={(values[0] ?? '') === ''}
        onClick={() => set(values.map(() => values[0] ?? ''))}
      >
        {t('plan.sameForAll')}
      </button>
      <div>
        {values.map((value, hour) => (
          // oxlint-disable-next-line react/no-array-index-key -- an hour is its place in the day
          <label key={hour}>
            {String(hour).padStart(2, '0')}
            <input
              inputMode="decimal"
              value={value}
              aria-label={t('plan.hourOf', { what: label, hour })}
              aria-invalid={wrong(hour)}
              onChange={(event) => set(putIn(values, hour, event.target.value))}
              onPaste={(event) => {
                event.preventDefault();
                set(putIn(values, hour, event.clipboardData.getData('text')));
              }}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SettingsProps {
  readonly settings: NetworkSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

interface PartProps {
  readonly draft: PlanDraft;
  readonly set: (draft: PlanDraft) => void;
  readonly faults: readonly Fault[];
}

function Comfort({ draft, set, faults }: PartProps) {
  const { t } = useWords();
  return (
    <div className="fields">
      <NumberText
        label={t('field.comfort_band_k')}
        unit="K"
        step={0.1}
        value={draft.comfort_band_k}
        set={(comfort_band_k) => set({ ...draft, comfort_band_k })}
        usual="1"
        wrong={isFaulty(faults, 'shaving.comfort_band_k')}
      />
      <NumberText
        label={t('field.cap_margin')}
        unit=""
        step={0.01}
        value={draft.cap_margin}
        set={(cap_margin) => set({ ...draft, cap_margin })}
        usual="0.04"
        wrong={isFaulty(faults, 'shaving.cap_margin')}
      />
      <NumberText
        label={t('field.time_constant_h')}
        unit="h"
        step={10}
        value={draft.time_constant_h}
        set={(time_constant_h) => set({ ...draft, time_constant_h })}
        usual="100"
        wrong={isFaulty(faults, 'shaving.time_constant_h')}
      />
    </div>
  );
}

export function PlanSettings({ settings, close, saved }: SettingsProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => planDraftOf(settings.shaving));
  const shaving = shavingOf(draft);
  const faults = sectionFaults({ shaving });
  return (
    <SectionDialog
      title={t('plan.settings')}
      section="shaving"
      settings={settings}
      value={() => shaving}
      close={close}
      saved={saved}
      wide
    >
      <Choice
        label={t('network.plan')}
        value={draft.on ? 'on' : 'off'}
        options={[
          { value: 'on', text: t('network.on') },
          { value: 'off', text: t('network.off') },
        ]}
        choose={(on) => setDraft({ ...draft, on: on === 'on' })}
      />
      <Hours
        label={t('plan.capLabel')}
        values={draft.cap}
        set={(cap) => setDraft({ ...draft, cap })}
        wrong={(hour) => isFaulty(faults, `shaving.cap_kw.${hour}`)}
      />
      <Hours
        label={t('plan.priceLabel')}
        values={draft.price}
        set={(price) => setDraft({ ...draft, price })}
        wrong={(hour) => isFaulty(faults, `shaving.price_per_mwh.${hour}`)}
      />
      <Comfort draft={draft} set={setDraft} faults={faults} />
      <Excluded ids={draft.excluded} set={(excluded) => setDraft({ ...draft, excluded })} />
      <ul className="effects">
        <li>{t('plan.effect')}</li>
      </ul>
    </SectionDialog>
  );
}
