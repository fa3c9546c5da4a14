/** When rooms of a circuit are to be warm, what happens outside of that, and the week that follows from it. */
import { useState } from 'react';
import { useFromTime } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { localDay } from '../format/time.ts';
import { draftOf, nightAt, NIGHT_LIMIT_C, scheduleOf, weekOf } from '../model/schedule.ts';
import type { Schedule, ScheduleDraft } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { Choice } from '../parts/choice.tsx';
import { Check, NumberText } from '../parts/fields.tsx';
import { quantity } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { Holidays, Periods } from './schedule-lists.tsx';
import { SettingForm, settingFaults } from './setting-dialog.tsx';
import type { SettingProps } from './setting-dialog.tsx';
import { WeekPreview } from './week-preview.tsx';

interface PartProps {
  readonly draft: ScheduleDraft;
  readonly set: (draft: ScheduleDraft) => void;
  readonly faults: readonly Fault[];
}

function Night({ draft, set, faults }: PartProps) {
  const { t, language } = useWords();
  const usual_c = NIGHT_LIMIT_C[draft.night];
  return (
    <>
      <Choice
        label={t('schedule.night')}
        value={draft.night}
        options={[
          { value: 'setback', text: t('schedule.nightKind.setback') },
          { value: 'off', text: t('schedule.nightKind.off') },
        ]}
        choose={(night) => set({ ...draft, night })}
      />
      <div className="fields">
        {draft.night === 'setback' && (
          <NumberText
            label={t('field.room_k')}
            unit="K"
            value={draft.room_k}
            set={(room_k) => set({ ...draft, room_k })}
            wrong={isFaulty(faults, 'schedule.night.room_k')}
          />
        )}
        <NumberText
          label={t(`schedule.limit.${draft.night}`)}
          unit="°C"
          value={draft.limit_c}
          set={(limit_c) => set({ ...draft, limit_c })}
          usual={formatNumber(usual_c, 0, language)}
          wrong={isFaulty(faults, 'schedule.night.limit_c')}
        />
      </div>
    </>
  );
}

function Return({ draft, set, faults }: PartProps) {
  const { t } = useWords();
  return (
    <>
      <Choice
        label={t('schedule.start')}
        value={draft.start}
        options={[
          { value: 'optimised', text: t('schedule.startKind.optimised') },
          { value: 'fixed', text: t('schedule.startKind.fixed') },
        ]}
        choose={(start) => set({ ...draft, start })}
      />
      <div className="fields">
        <Check on={draft.boost} set={(boost) => set({ ...draft, boost })}>
          {t('schedule.boost')}
        </Check>
        {draft.boost && (
          <>
            <NumberText
              label={t('field.supply_k')}
              unit="K"
              value={draft.supply_k}
              set={(supply_k) => set({ ...draft, supply_k })}
              wrong={isFaulty(faults, 'schedule.boost.supply_k')}
            />
            <NumberText
              label={t('field.for_s')}
              unit="min"
              step={5}
              value={draft.for_min}
              set={(for_min) => set({ ...draft, for_min })}
              wrong={isFaulty(faults, 'schedule.boost.for_s')}
            />
          </>
        )}
      </div>
    </>
  );
}

/** What the night would do in the weather of now. */
function NightNow({ schedule, outdoor_c }: { schedule: Schedule; outdoor_c: number | null }) {
  const words = useWords();
  const { t, language } = words;
  if (outdoor_c === null) return null;
  const now = nightAt(schedule, outdoor_c);
  const outdoor = quantity(outdoor_c, 'supply_c', words);
  const text =
    'off' in now
      ? t(now.off ? 'schedule.nowOff' : 'schedule.nowNotOff', { outdoor })
      : t('schedule.nowLeft', { outdoor, left: `${formatNumber(now.left_k, 1, language)} K` });
  return <li>{text}</li>;
}

export function ScheduleDialog(props: SettingProps) {
  const { view, circuit } = props;
  const { t, zone } = useWords();
  const [edited, setEdited] = useState<ScheduleDraft>();
  // Until somebody edits, it follows what is set: a change may still be on its way when this opens.
  const draft = edited ?? draftOf(circuit.schedule);
  const schedule = scheduleOf(draft);
  const faults = settingFaults(props, 'schedule', schedule);
  const today = useFromTime((now) => localDay(now, zone));
  const outdoor = view.points['outdoor_c'];
  const outdoor_c = outdoor?.[2] === 'good' && typeof outdoor[1] === 'number' ? outdoor[1] : null;
  const part = { draft, set: setEdited, faults };
  return (
    <SettingForm
      {...props}
      edited={edited !== undefined}
      setting="schedule"
      value={schedule}
      faults={faults}
      title={t('schedule.title', { circuit: circuit.id })}
      clear={circuit.schedule ? t('schedule.clear') : undefined}
      wide
    >
      <Periods {...part} />
      <Night {...part} />
      <Return {...part} />
      <Holidays {...part} />
      {faults.length === 0 && (
        <>
          <WeekPreview week={weekOf(schedule, today)} />
          <ul className="effects">
            <NightNow schedule={schedule} outdoor_c={outdoor_c} />
            {draft.start === 'optimised' && <li>{t('schedule.early')}</li>}
          </ul>
        </>
      )}
    </SettingForm>
  );
}
