/** The lists of a schedule: periods of comfort by weekday, and holidays. */
import { weekdayName } from '../format/time.ts';
import { tidyTime, WEEKDAYS } from '../model/schedule.ts';
import type { PeriodDraft, ScheduleDraft } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { useWords } from '../parts/words.ts';

interface ListProps {
  readonly draft: ScheduleDraft;
  readonly set: (draft: ScheduleDraft) => void;
  readonly faults: readonly Fault[];
}

const without = <T,>(list: readonly T[], place: number): T[] => list.filter((_, index) => index !== place);
const replaced = <T,>(list: readonly T[], place: number, by: T): T[] =>
  list.map((each, index) => (index === place ? by : each));

interface PeriodProps {
  readonly period: PeriodDraft;
  readonly number: number;
  readonly wrong: (field: string) => boolean;
  readonly set: (period: PeriodDraft) => void;
  /** Absent for the only one: a schedule has at least one period. */
  readonly remove: (() => void) | undefined;
}

function Period({ period, number, wrong, set, remove }: PeriodProps) {
  const { t, language } = useWords();
  const { days } = period;
  const toggled = (day: number) =>
    days.includes(day) ? days.filter((each) => each !== day) : [...days, day].toSorted((a, b) => a - b);
  const times = [
    ['from', t('field.from')],
    ['to', t('field.to')],
  ] as const;
  return (
    <li>
      <div
        className={wrong('days') ? 'spans days wrong' : 'spans days'}
        role="group"
        aria-label={t('schedule.daysOf', { number })}
      >
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            onClick={() => set({ ...period, days: toggled(day) })}
          >
            {weekdayName(day, language)}
          </button>
        ))}
      </div>
      {times.map(([field, label]) => (
        <label key={field} className="time">
          {label}
          <input
            inputMode="numeric"
            maxLength={5}
            aria-label={t('schedule.timeOf', { what: label, number })}
            aria-invalid={wrong(field)}
            value={period[field]}
            onChange={(event) => set({ ...period, [field]: event.target.value })}
            onBlur={(event) => set({ ...period, [field]: tidyTime(event.target.value) })}
          />
        </label>
      ))}
      {remove && (
        <button
          type="button"
          className="link"
          aria-label={t('schedule.removePeriod', { number })}
          onClick={remove}
        >
          ✕
        </button>
      )}
    </li>
  );
}

export function Periods({ draft, set, faults }: ListProps) {
  const { t } = useWords();
  const { comfort } = draft;
  return (
    <div>
      <span className="label">{t('schedule.comfort')}</span>
      <ul className="periods">
        {comfort.map((period, place) => (
          <Period
            // oxlint-disable-next-line react/no-array-index-key -- a period is its place in the list
            key={place}
            period={period}
            number={place + 1}
            wrong={(field) => isFaulty(faults, `schedule.comfort.${place}.${field}`)}
            set={(next) => set({ ...draft, comfort: replaced(comfort, place, next) })}
            remove={
              comfort.length > 1 ? () => set({ ...draft, comfort: without(comfort, place) }) : undefined
            }
          />
        ))}
      </ul>
      <button
        type="button"
        className="button small"
        onClick={() => set({ ...draft, comfort: [...comfort, { days: [6, 7], from: '08:00', to: '23:00' }] })}
      >
        {t('schedule.addPeriod')}
      </button>
    </div>
  );
}

export function Holidays({ draft, set, faults }: ListProps) {
  const { t } = useWords();
  const { holidays } = draft;
  return (
    <div>
      <span className="label">{t('schedule.holidays')}</span>
      <ul className="periods">
        {holidays.map((holiday, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a holiday is its place in the list
          <li key={place}>
            {(['from', 'to'] as const).map((field) => (
              <label key={field} className="time">
                {t(`schedule.day.${field}`)}
                <input
                  type="date"
                  aria-invalid={isFaulty(faults, `schedule.holidays.${place}`)}
                  value={holiday[field]}
                  onChange={(event) =>
                    set({
                      ...draft,
                      holidays: replaced(holidays, place, { ...holiday, [field]: event.target.value }),
                    })
                  }
                />
              </label>
            ))}
            <button
              type="button"
              className="link"
              aria-label={t('schedule.removeHoliday', { number: place + 1 })}
              onClick={() => set({ ...draft, holidays: without(holidays, place) })}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button small"
        onClick={() => set({ ...draft, holidays: [...holidays, { from: '', to: '' }] })}
      >
        {t('schedule.addHoliday')}
      </button>
    </div>
  );
}
