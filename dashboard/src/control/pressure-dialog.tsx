/** Differential pressure of a circuit over the day. */
import { useState } from 'react';
import { tidyTime, typedNumber } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import { NumberText } from '../parts/fields.tsx';
import { useWords } from '../parts/words.ts';
import { SettingForm, settingFaults } from './setting-dialog.tsx';
import type { SettingProps } from './setting-dialog.tsx';

interface Step {
  readonly from: string;
  readonly dp_kpa: string;
}

const FIRST: readonly Step[] = [
  { from: '06:00', dp_kpa: '80' },
  { from: '22:00', dp_kpa: '60' },
];
const MOST = 24;

export function PressureDialog(props: SettingProps) {
  const { circuit } = props;
  const { t } = useWords();
  const [edited, setEdited] = useState<readonly Step[]>();
  const steps =
    edited ?? circuit.dp_day?.map(({ from, dp_kpa }) => ({ from, dp_kpa: String(dp_kpa) })) ?? FIRST;
  const value = steps.map(({ from, dp_kpa }) => ({ from, dp_kpa: typedNumber(dp_kpa) }));
  const faults = settingFaults(props, 'dp_day', value);
  const change = (place: number, step: Step) =>
    setEdited(steps.map((each, index) => (index === place ? step : each)));
  return (
    <SettingForm
      {...props}
      edited={edited !== undefined}
      setting="dp_day"
      value={value}
      faults={faults}
      title={t('pressureForm.title', { circuit: circuit.id })}
      clear={circuit.dp_day ? t('pressureForm.clear') : undefined}
    >
      <ul className="periods">
        {steps.map((step, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a step is its place in the list
          <li key={place}>
            <label className="time">
              {t('field.from')}
              <input
                inputMode="numeric"
                maxLength={5}
                aria-invalid={isFaulty(faults, `dp_day.${place}.from`)}
                value={step.from}
                onChange={(event) => change(place, { ...step, from: event.target.value })}
                onBlur={(event) => change(place, { ...step, from: tidyTime(event.target.value) })}
              />
            </label>
            <NumberText
              label={t('field.dp_kpa')}
              unit="kPa"
              step={1}
              value={step.dp_kpa}
              set={(dp_kpa) => change(place, { ...step, dp_kpa })}
              wrong={isFaulty(faults, `dp_day.${place}.dp_kpa`)}
            />
            {steps.length > 1 && (
              <button
                type="button"
                className="link"
                aria-label={t('pressureForm.remove', { number: place + 1 })}
                onClick={() => setEdited(steps.filter((_, index) => index !== place))}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      {steps.length < MOST && (
        <button
          type="button"
          className="button small"
          onClick={() => setEdited([...steps, { from: '', dp_kpa: steps.at(-1)?.dp_kpa ?? '' }])}
        >
          {t('pressureForm.add')}
        </button>
      )}
      <ul className="effects">
        <li>{t('pressureForm.meaning')}</li>
      </ul>
    </SettingForm>
  );
}
