/** What the API's schema finds wrong with a setting, in the words of the screen. */
import { formatNumber } from '../format/number.ts';
import { wordFor } from '../i18n/index.ts';
import type { Fault } from '../model/settings.ts';
import type { Words } from './words.ts';

/** Rules about several fields together, by the path at which the schema reports them, with `#` for a place in a list. */
const TOGETHER: Readonly<Record<string, string>> = {
  'schedule.comfort.#': 'sameTimes',
  'schedule.holidays.#': 'holidayOrder',
  'regulation.stages': 'stagesFall',
  regulation: 'needsFlow',
  dp_day: 'timesRise',
  curve: 'gainTooHigh',
  'curve.points': 'curvePoints',
  'primary_limits.return_slide': 'outdoorRise',
  'source.limit': 'limitEmpty',
  'source.limit.until': 'untilOrder',
  shaving: 'planEmpty',
  'weather.place': 'placeMissing',
  'weather.contact': 'contactMissing',
  'weather.every_s': 'tooOften',
  'weather.file': 'fileMissing',
};

const pattern = (path: string): string => path.replaceAll(/\b\d+\b/g, '#');

/** The field that a path ends in: `schedule.comfort.0.from` is `from`. */
const fieldOf = (path: string): string => path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;

const numbers = (value: unknown): number => (typeof value === 'number' ? value : Number(value));

/** "Set-back: at most 10.": the field and what it may be; a rule of the schema without a text of its own in its words. */
export function faultText({ path, issue }: Fault, { t, language }: Words): string {
  const field = wordFor(t, `field.${fieldOf(path)}`);
  const bound = (value: unknown) =>
    formatNumber(numbers(value), Number.isInteger(numbers(value)) ? 0 : 2, language);
  if (issue.code === 'custom') {
    const rule = TOGETHER[pattern(path)];
    return rule === undefined ? issue.message : wordFor(t, `fault.${rule}`);
  }
  if (issue.code === 'too_small' && issue.origin === 'array') return t('fault.none', { field });
  if (issue.code === 'too_small') {
    const key = issue.inclusive === false ? 'fault.above' : 'fault.least';
    return t(key, { field, min: bound(issue.minimum) });
  }
  if (issue.code === 'too_big' && issue.origin !== 'array')
    return t('fault.most', { field, max: bound(issue.maximum) });
  if (issue.code === 'too_big') return t('fault.many', { field, max: bound(issue.maximum) });
  if (issue.code === 'invalid_format') return t('fault.format', { field });
  return t('fault.missing', { field });
}
