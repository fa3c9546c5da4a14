/** The coming week of a schedule: comfort as bars over the hours of each day. */
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { comfortHours } from '../model/schedule.ts';
import type { WeekDay } from '../model/schedule.ts';
import { useWords } from '../parts/words.ts';

const DAY_MS = 86_400_000;
const MARKS = [0, 6, 12, 18, 24];

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export function WeekPreview({ week }: { week: readonly WeekDay[] }) {
  const words = useWords();
  const { t, language } = words;
  const said = ({ holiday, comfort }: WeekDay): string =>
    holiday
      ? t('schedule.holiday')
      : comfort.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(', ') || t('schedule.noComfort');
  return (
    <figure className="week">
      <figcaption>
        {t('schedule.week')}{' '}
        <span className="quiet">
          {t('schedule.hours', { hours: formatNumber(comfortHours(week), 0, language) })}
        </span>
      </figcaption>
      <ul>
        {week.map((day) => (
          <li key={day.day}>
            <span className="week-day">
              {/* A day number is the same date everywhere; the site's zone would shift it. */}
              {formatTime(day.day * DAY_MS, 'day', { zone: 'UTC', language })}
            </span>
            <span className="week-bar" title={said(day)}>
              {day.comfort.map(([from, to]) => (
                <i
                  key={from}
                  style={{ left: `${(from / 1440) * 100}%`, width: `${((to - from) / 1440) * 100}%` }}
                />
              ))}
              {day.holiday && <span className="week-note">{t('schedule.holiday')}</span>}
              <span className="hidden">{said(day)}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="week-hours" aria-hidden="true">
        {MARKS.map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {hour}
          </span>
        ))}
      </p>
    </figure>
  );
}
