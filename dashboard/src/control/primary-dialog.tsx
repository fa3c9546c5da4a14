/** Limits of a station's primary side, and its low-pass of the outdoor temperature. */
import type { StationChange, StationDetail } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import { formatNumber } from '../format/number.ts';
import { OUTDOOR_TIME_CONSTANT_H } from '../model/curve-past.ts';
import { changeFaults, isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { typedNumber } from '../model/schedule.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { Theirs, useUnchanged } from '../parts/use-unchanged.tsx';
import { useWords } from '../parts/words.ts';
import { FaultNote } from './setting-dialog.tsx';

/** As typed: an empty field is no limit. */
interface Draft {
  readonly return: 'none' | 'fixed' | 'slide';
  readonly return_max_c: string;
  readonly slide: readonly [cold: string, coldMax: string, mild: string, mildMax: string];
  readonly flow_max_m3_h: string;
  readonly power_max_kw: string;
  readonly transit_min: string;
  readonly time_constant_h: string;
}

const TRANSIT_MIN = 30;
const text = (value: number | undefined): string => (value === undefined ? '' : String(value));

function draftOf({ primary_limits: limits, outdoor_time_constant_h }: StationDetail): Draft {
  const [cold, mild] = limits?.return_slide ?? [];
  const transit_s = limits?.transit_s;
  return {
    return: cold ? 'slide' : limits?.return_max_c === undefined ? 'none' : 'fixed',
    return_max_c: text(limits?.return_max_c),
    slide: [text(cold?.[0] ?? -10), text(cold?.[1] ?? 55), text(mild?.[0] ?? 5), text(mild?.[1] ?? 45)],
    flow_max_m3_h: text(limits?.flow_max_m3_h),
    power_max_kw: text(limits?.power_max_kw),
    transit_min: transit_s === undefined ? '' : text(transit_s / 60),
    time_constant_h: text(outdoor_time_constant_h),
  };
}

const given = <K extends string>(key: K, typed: string, factor = 1): { readonly [P in K]?: number } => {
  const one: { [P in K]?: number } = {};
  if (typed.trim() !== '') one[key] = typedNumber(typed) * factor;
  return one;
};

const primaryOf = ({ primary_limits, outdoor_time_constant_h }: StationDetail) => ({
  primary_limits,
  outdoor_time_constant_h,
});

/** Only what the dialog holds; null where nothing is left. */
function changeOf(draft: Draft): StationChange {
  const [cold, coldMax, mild, mildMax] = draft.slide.map(typedNumber);
  const slide: [[number, number], [number, number]] = [
    [cold ?? Number.NaN, coldMax ?? Number.NaN],
    [mild ?? Number.NaN, mildMax ?? Number.NaN],
  ];
  const limits = {
    ...(draft.return === 'fixed' ? { return_max_c: typedNumber(draft.return_max_c) } : {}),
    ...(draft.return === 'slide' ? { return_slide: slide } : {}),
    ...given('flow_max_m3_h', draft.flow_max_m3_h),
    ...given('power_max_kw', draft.power_max_kw),
    ...given('transit_s', draft.transit_min, 60),
  };
  return {
    primary_limits: Object.keys(limits).length > 0 ? limits : null,
    outdoor_time_constant_h: draft.time_constant_h.trim() === '' ? null : typedNumber(draft.time_constant_h),
  };
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (draft: Draft) => void;
  readonly faults: readonly Fault[];
}

function ReturnLimit({ draft, set, faults }: PartProps) {
  const { t } = useWords();
  const [cold, coldMax, mild, mildMax] = draft.slide;
  const corner = (place: number) => (typed: string) => {
    const at = (index: number, was: string) => (index === place ? typed : was);
    set({ ...draft, slide: [at(0, cold), at(1, coldMax), at(2, mild), at(3, mildMax)] });
  };
  const wrong = isFaulty(faults, 'primary_limits.return_slide');
  return (
    <>
      <Choice
        label={t('primaryForm.return')}
        value={draft.return}
        options={(['none', 'fixed', 'slide'] as const).map((value) => ({
          value,
          text: t(`primaryForm.returnKind.${value}`),
        }))}
        choose={(next) => set({ ...draft, return: next })}
      />
      {draft.return === 'fixed' && (
        <NumberText
          label={t('field.return_max_c')}
          unit="°C"
          value={draft.return_max_c}
          set={(return_max_c) => set({ ...draft, return_max_c })}
          wrong={isFaulty(faults, 'primary_limits.return_max_c')}
        />
      )}
      {draft.return === 'slide' && (
        <div className="slide">
          <NumberText label={t('primaryForm.cold')} unit="°C" value={cold} set={corner(0)} wrong={wrong} />
          <NumberText
            label={t('primaryForm.coldMax')}
            unit="°C"
            value={coldMax}
            set={corner(1)}
            wrong={wrong}
          />
          <NumberText label={t('primaryForm.mild')} unit="°C" value={mild} set={corner(2)} wrong={wrong} />
          <NumberText
            label={t('primaryForm.mildMax')}
            unit="°C"
            value={mildMax}
            set={corner(3)}
            wrong={wrong}
          />
        </div>
      )}
    </>
  );
}

function Amounts({ draft, set, faults }: PartProps) {
  const { t, language } = useWords();
  return (
    <div className="fields">
      <NumberText
        label={t('field.flow_max_m3_h')}
        unit="m³/h"
        value={draft.flow_max_m3_h}
        set={(flow_max_m3_h) => set({ ...draft, flow_max_m3_h })}
        usual={t('primaryForm.noLimit')}
        wrong={isFaulty(faults, 'primary_limits.flow_max_m3_h')}
      />
      <NumberText
        label={t('field.power_max_kw')}
        unit="kW"
        step={10}
        value={draft.power_max_kw}
        set={(power_max_kw) => set({ ...draft, power_max_kw })}
        usual={t('primaryForm.noLimit')}
        wrong={isFaulty(faults, 'primary_limits.power_max_kw')}
      />
      <NumberText
        label={t('field.transit_s')}
        unit="min"
        step={1}
        value={draft.transit_min}
        set={(transit_min) => set({ ...draft, transit_min })}
        usual={formatNumber(TRANSIT_MIN, 0, language)}
        wrong={isFaulty(faults, 'primary_limits.transit_s')}
      />
      <NumberText
        label={t('field.outdoor_time_constant_h')}
        unit="h"
        value={draft.time_constant_h}
        set={(time_constant_h) => set({ ...draft, time_constant_h })}
        usual={formatNumber(OUTDOOR_TIME_CONSTANT_H, 0, language)}
        wrong={isFaulty(faults, 'outdoor_time_constant_h')}
      />
    </div>
  );
}

interface PrimaryProps {
  readonly detail: StationDetail;
  readonly close: () => void;
  /** The live feed does not carry these: asks anew. */
  readonly reload: () => void;
}

export function PrimaryDialog({ detail, close, reload }: PrimaryProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(() => draftOf(detail));
  const change = changeOf(draft);
  const faults = changeFaults(change);
  const part = { draft, set: setDraft, faults };
  const { save, theirs } = useUnchanged({
    began: primaryOf(detail),
    read: () => api.settingsOf(detail.id),
    partOf: primaryOf,
  });
  return (
    <FormDialog
      title={t('primaryForm.title')}
      button={t('setting.save')}
      ready={faults.length === 0}
      send={async () => {
        await save(({ tag }) => api.changeStation(detail.id, change, tag));
        reload();
        close();
      }}
      close={close}
    >
      <ReturnLimit {...part} />
      <Amounts {...part} />
      <FaultNote faults={faults} />
      <Theirs change={theirs} />
      <ul className="effects">
        <li>{t('primaryForm.meaning')}</li>
      </ul>
    </FormDialog>
  );
}
