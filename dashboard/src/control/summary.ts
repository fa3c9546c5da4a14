/** Control settings in one line each. */
import type { CircuitSettings, StationDetail } from '@heat-center/api/stations.ts';
import { formatDifference, formatNumber } from '../format/number.ts';
import { weekdayName } from '../format/time.ts';
import { OUTDOOR_TIME_CONSTANT_H } from '../model/curve-past.ts';
import { dayRuns } from '../model/schedule.ts';
import type { Schedule } from '../model/schedule.ts';
import { sentence, spanText } from '../parts/reason-text.ts';
import type { Words } from '../parts/words.ts';

const BETWEEN = ' · ';

function daysText(days: readonly number[], { t, language }: Words): string {
  if (days.length === 7) return t('schedule.daily');
  const name = (day: number) => weekdayName(day, language);
  return dayRuns(days)
    .map(([first, last]) => {
      if (first === last) return name(first);
      return last === first + 1 ? `${name(first)}, ${name(last)}` : `${name(first)}–${name(last)}`;
    })
    .join(', ');
}

/** "Mon–Fri 06:00–22:00 · set-back 3.0 K · boost 5.0 K for 1 h". */
export function scheduleSummary(schedule: Schedule | undefined, words: Words): string {
  const { t, language } = words;
  if (!schedule) return t('schedule.none');
  const { comfort, night, boost, start, holidays } = schedule;
  const k = (value: number) => `${formatNumber(value, 1, language)} K`;
  const periods = comfort.map(({ days, from, to }) => `${daysText(days, words)} ${from}–${to}`).join('; ');
  return [
    periods,
    night.kind === 'off' ? t('rule.night_off') : `${t('rule.setback')} ${k(night.room_k)}`,
    ...(boost ? [t('schedule.boostOf', { by: k(boost.supply_k), time: spanText(boost.for_s, words) })] : []),
    ...(start === 'fixed' ? [t('schedule.startKind.fixed')] : []),
    ...(holidays && holidays.length > 0 ? [t('schedule.holidayCount', { count: holidays.length })] : []),
  ].join(BETWEEN);
}

export function curveSummary({ curve, design }: CircuitSettings, { t, language }: Words): string {
  const [first, last] = [curve?.points?.[0], curve?.points?.at(-1)];
  const c = (value: number) => formatNumber(value, 1, language);
  const basis =
    first && last
      ? t('curve.sixPoints', { from: c(first[1]), to: c(last[1]), cold: c(first[0]), mild: c(last[0]) })
      : design
        ? t('curve.ofDesign', {
            supply: c(design.supply_c),
            back: c(design.return_c),
            outdoor: c(design.outdoor_c),
          })
        : t('curve.none');
  const k = (value: number) => `${formatDifference(value, 1, language)} K`;
  return [
    basis,
    ...(curve?.shift_k ? [t('curve.shifted', { by: k(curve.shift_k) })] : []),
    ...(curve?.internal_gain_k ? [t('curve.gains', { by: k(curve.internal_gain_k) })] : []),
  ].join(BETWEEN);
}

export function regulationSummary({ regulation }: CircuitSettings, { t, language }: Words): string {
  if (!regulation) return sentence(t('regulation.quality'));
  const name = sentence(t(`regulation.${regulation.mode}`));
  if (regulation.mode === 'quantity') return `${name} ${formatNumber(regulation.supply_c, 1, language)} °C`;
  if (regulation.mode === 'mixed' && regulation.exponent !== undefined)
    return `${name} ${formatNumber(regulation.exponent, 2, language)}`;
  if (regulation.mode === 'stepped' && regulation.stages)
    return `${name} 1 / ${regulation.stages.map(({ ratio }) => formatNumber(ratio, 2, language)).join(' / ')}`;
  return name;
}

export function roomsSummary({ room_feedback, design }: CircuitSettings, { t, language }: Words): string {
  if (!room_feedback) return t('roomsForm.off');
  const { rooms, target_c } = room_feedback;
  const target = formatNumber(target_c ?? design?.room_c ?? 18, 1, language);
  return rooms ? t('roomsForm.some', { count: rooms.length, target }) : t('roomsForm.every', { target });
}

export const pressureSummary = ({ dp_day }: CircuitSettings, { t, language }: Words): string =>
  dp_day
    ? dp_day.map(({ from, dp_kpa }) => `${from} ${formatNumber(dp_kpa, 0, language)} kPa`).join(BETWEEN)
    : t('pressureForm.none');

export function primarySummary(detail: StationDetail, { t, language }: Words): string {
  const { primary_limits: limits, outdoor_time_constant_h = OUTDOOR_TIME_CONSTANT_H } = detail;
  const number = (value: number, decimals: number) => formatNumber(value, decimals, language);
  const [cold, mild] = limits?.return_slide ?? [];
  const parts: string[] = [];
  if (cold && mild)
    parts.push(
      t('primaryForm.slides', {
        coldMax: number(cold[1], 1),
        cold: number(cold[0], 1),
        mildMax: number(mild[1], 1),
        mild: number(mild[0], 1),
      }),
    );
  else if (limits?.return_max_c !== undefined)
    parts.push(t('primaryForm.returnMax', { max: number(limits.return_max_c, 1) }));
  if (limits?.flow_max_m3_h !== undefined)
    parts.push(t('primaryForm.flowMax', { max: number(limits.flow_max_m3_h, 1) }));
  if (limits?.power_max_kw !== undefined)
    parts.push(t('primaryForm.powerMax', { max: number(limits.power_max_kw, 0) }));
  if (parts.length === 0) parts.push(t('primaryForm.none'));
  return [...parts, t('primaryForm.lowPass', { hours: number(outdoor_time_constant_h, 1) })].join(BETWEEN);
}
