/** Reasons and setpoints in words. */
import type { Reason } from '@heat-center/api/common.ts';
import type { DecidedSetpoint, SetpointName } from '@heat-center/api/stations.ts';
import { formatNumber } from '../format/number.ts';
import { definitionOf, pointName } from '../format/point.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { reasonParts } from '../model/reason.ts';
import type { Words } from './words.ts';

const UNITS: Record<SetpointName, { readonly unit: string; readonly decimals: number }> = {
  supply_c: { unit: '°C', decimals: 1 },
  flow_m3_h: { unit: 'm³/h', decimals: 1 },
  dp_kpa: { unit: 'kPa', decimals: 0 },
};

export const unitOf = (name: SetpointName): { readonly unit: string; readonly decimals: number } =>
  UNITS[name];

/** "57.6 °C" */
export function quantity(value: number, name: SetpointName, { language }: Pick<Words, 'language'>): string {
  const { unit, decimals } = UNITS[name];
  return `${formatNumber(value, decimals, language)} ${unit}`;
}

/** "30 s", "15 min": an age or a length of time in its own unit. */
export function spanText(s: number, { t }: Pick<Words, 't'>): string {
  if (s < 120 && s % 60 !== 0) return t('age.s', { n: Math.round(s) });
  if (s < 7200 && s % 3600 !== 0) return t('age.min', { n: Math.round(s / 60) });
  return s < 48 * 3600 || s % 86_400 !== 0
    ? t('age.h', { n: Math.round(s / 3600) })
    : t('age.d', { n: s / 86_400 });
}

/** Parameters that are words, with the group of their texts. */
const WORDS: Readonly<Record<string, string>> = {
  cause: 'cause',
  mode: 'regulation',
  source: 'outdoorFrom',
  why: 'unfit',
};

/** Parameters in a unit of their own, whatever setpoint they are about: suffix, unit, decimals. */
const OWN_UNITS: readonly (readonly [suffix: string, unit: string, decimals: number])[] = [
  ['_k', 'K', 1],
  ['_kw', 'kW', 0],
  ['_m3_h', 'm³/h', 1],
  ['_pct', '%', 0],
  ['ratio', '', 2],
  ['relative', '', 2],
  ['reference', '', 2],
  ['rooms', '', 0],
];

function paramText([key, value]: [string, number | string], name: SetpointName, words: Words): string {
  const { t, language } = words;
  if (key === 'until' || key === 'since') return formatTime(Number(value), 'dateTime', words);
  if (key === 'missing') {
    const text = String(value);
    return definitionOf(text) ? pointName(text, language) : wordFor(t, `missing.${text}`);
  }
  const group = WORDS[key];
  if (group) return wordFor(t, `${group}.${value}`);
  if (typeof value === 'string') return value;
  if (key.endsWith('_c')) return quantity(value, 'supply_c', words);
  const own = OWN_UNITS.find(([suffix]) => key.endsWith(suffix));
  if (own) return `${formatNumber(value, own[2], language)} ${own[1]}`.trimEnd();
  return quantity(value, name, words);
}

/** One rule in full, for the trace: "Return limit: at most 55.2 °C (return 52.1 °C, limit 50.0 °C)". */
export function reasonText(reason: Reason, name: SetpointName, words: Words): string {
  const open = words.t('circuit.open');
  const params: Record<string, string> = {
    min: open,
    max: open,
    until: open,
    room_c: '–',
    power_kw: '–',
    flow_m3_h: '–',
    relative: '–',
    reference: '–',
  };
  for (const param of Object.entries(reason.params)) params[param[0]] = paramText(param, name, words);
  return wordFor(words.t, `reason.${reason.code}`, params);
}

export const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

const lines = new WeakMap<Words, WeakMap<DecidedSetpoint, string>>();

/** A setpoint's reason in one line: "Weather curve 57.6, lowered 2.4 by return limit". */
export function reasonLine(setpoint: DecidedSetpoint, words: Words): string {
  const known = lines.get(words) ?? new WeakMap<DecidedSetpoint, string>();
  lines.set(words, known);
  const text = known.get(setpoint) ?? makeLine(setpoint, words);
  known.set(setpoint, text);
  return text;
}

function makeLine(setpoint: DecidedSetpoint, words: Words): string {
  const { t, language } = words;
  const { decimals } = UNITS[setpoint.name];
  const number = (value: number) => formatNumber(value, decimals, language);
  const rule = (reason: Reason) => wordFor(t, `rule.${reason.code}`);
  const { source, wanted, limit, moved, target } = reasonParts(setpoint);
  const { value } = setpoint;
  if (target && value !== null) {
    const way = { source: rule(target.reason), wanted: number(target.value), value: number(value) };
    return sentence(t('line.way', way));
  }
  if (!source || value === null) return reasonText(setpoint.reason, setpoint.name, words);
  if (!limit || wanted === null) {
    return source.code === 'held' || source.code === 'no_input'
      ? reasonText(source, setpoint.name, words)
      : sentence(t('line.plain', { source: rule(source), value: number(value) }));
  }
  const params = {
    source: rule(source),
    wanted: number(wanted),
    moved: number(Math.abs(moved)),
    limit: rule(limit),
  };
  if (moved === 0) return sentence(t('line.bound', params));
  return sentence(moved < 0 ? t('line.lowered', params) : t('line.raised', params));
}
