/** A measured value with what is known of its worth. */
import type { PointTuple } from '@heat-center/api/stations.ts';
import { useFromTime } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { definitionOf, freshFor, pointName } from '../format/point.ts';
import type { Periods } from '../format/point.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { ageText } from './age.tsx';
import { useWords } from './words.ts';
import type { Words } from './words.ts';

export interface ValueProps {
  readonly point: string;
  readonly tuple: PointTuple | undefined;
  readonly every_s: Periods;
  readonly unit?: boolean;
}

/** `old` comes beside the quality: an uncertain value can be old too. */
export type Worth = 'good' | 'uncertain' | 'bad' | 'missing' | 'good old' | 'uncertain old' | 'bad old';

/** What a value is worth now, as classes of the style sheet. */
export function worthOf(tuple: PointTuple | undefined, now: number, fresh_ms: number): Worth {
  if (!tuple) return 'missing';
  const quality = tuple[1] === null ? 'bad' : tuple[2];
  return now - tuple[0] > fresh_ms ? `${quality} old` : quality;
}

export function useWorth({ point, tuple, every_s }: ValueProps): Worth {
  return useFromTime((now) => worthOf(tuple, now, freshFor(point, every_s)));
}

/** The number in the digits that its sensor deserves, or the word of a state. */
export function valueText(point: string, tuple: PointTuple | undefined, words: Words): string {
  const value = tuple?.[1] ?? null;
  if (value === null) return '–';
  if (typeof value === 'number')
    return formatNumber(value, definitionOf(point)?.decimals ?? 1, words.language);
  return typeof value === 'boolean'
    ? wordFor(words.t, `running.${value}`)
    : wordFor(words.t, `follows.${value}`);
}

/** "Secondary supply temperature, low: 55.1 °C, 8 s ago", for hover and for those who listen. */
export function valueTitle(
  { point, tuple }: ValueProps,
  worth: Worth,
  words: Words & { now: number },
): string {
  const name = pointName(point, words.language);
  if (!tuple) return `${name}: ${words.t('quality.missing')}`;
  const unit = definitionOf(point)?.unit ?? '';
  const age = words.t('age.ago', { age: ageText(words.now - tuple[0], words) });
  const quality = worth
    .split(' ')
    .flatMap((word) => (word === 'good' ? [] : [` · ${wordFor(words.t, `quality.${word}`)}`]));
  const time = formatTime(tuple[0], 'full', words);
  return `${name}: ${valueText(point, tuple, words)} ${unit}${quality.join('')} · ${age} · ${time}`;
}

export function Value(props: ValueProps) {
  const words = useWords();
  const worth = useWorth(props);
  const { point, tuple, unit = true } = props;
  const title = () => valueTitle(props, worth, { ...words, now: Date.now() });
  return (
    <span
      className={`value ${worth}`}
      onPointerEnter={(event) => event.currentTarget.setAttribute('title', title())}
    >
      {worth.startsWith('uncertain') && <span className="tilde">~</span>}
      <span className="digits">{valueText(point, tuple, words)}</span>
      {unit && tuple && typeof tuple[1] !== 'string' && typeof tuple[1] !== 'boolean' && (
        <span className="unit">{definitionOf(point)?.unit}</span>
      )}
    </span>
  );
}
