/** Parts of the wish dialog: the allowed range, what to expect. */
import type { StationView } from '@heat-center/api/stations.ts';
import { formatTime } from '../format/time.ts';
import { wordFor } from '../i18n/index.ts';
import { reasonParts } from '../model/reason.ts';
import { effectOf } from '../model/wish.ts';
import type { Quantity } from '../model/wish.ts';
import { quantity } from '../parts/reason-text.ts';
import { Scale } from '../parts/scale.tsx';
import { useWords } from '../parts/words.ts';

/** Allowed range with the rules that bind it, on a scale with now and wished. */
export function Range({ now, wished }: { now: Quantity; wished: number }) {
  const words = useWords();
  const { t } = words;
  const { min, max, minBy, maxBy } = now.range;
  if (min === null && max === null) return null;
  const show = (value: number | null) =>
    value === null ? t('circuit.open') : quantity(value, now.name, words);
  const rules = [minBy, maxBy].flatMap((reason) => (reason ? [wordFor(t, `rule.${reason.code}`)] : []));
  const low = (min ?? Math.min(wished, now.value ?? wished)) - 2;
  const high = (max ?? Math.max(wished, now.value ?? wished)) + 2;
  return (
    <div className="wish-range">
      <Scale
        low={low}
        high={high}
        value={now.value}
        set={wished}
        min={min ?? undefined}
        max={max ?? undefined}
      />
      <p className="quiet">
        {t('wish.allowed', { min: show(min), max: show(max) })}
        {rules.length > 0 && ` · ${[...new Set(rules)].join(', ')}`}
      </p>
    </div>
  );
}

/** What to expect, how long it holds, what comes after. */
export function Effects({ view, circuit, now, wished, until }: EffectsProps) {
  const words = useWords();
  const { t } = words;
  const ramp = view.circuits.find(({ id }) => id === circuit)?.limits?.ramp_k_per_min;
  const effect = effectOf(now, wished, ramp);
  const warmth = now.name === 'supply_c';
  const source = now.decided ? reasonParts(now.decided) : undefined;
  return (
    <ul className="effects">
      {effect.direction === 'same' && <li>{t('wish.same')}</li>}
      {effect.direction === 'up' && <li>{t(warmth ? 'wish.warmer' : 'wish.moreFlow')}</li>}
      {effect.direction === 'down' && <li>{t(warmth ? 'wish.cooler' : 'wish.lessFlow')}</li>}
      {effect.minutes !== null && effect.rate_k_per_min !== null && effect.direction !== 'same' && (
        <li>{t('wish.ramp', { minutes: effect.minutes, rate: `${effect.rate_k_per_min} K` })}</li>
      )}
      {effect.heldBack && (
        <li>
          {t('wish.heldBack', {
            limit: wordFor(t, `rule.${effect.heldBack.code}`),
            max: quantity(effect.heldBack.max, now.name, words),
          })}
        </li>
      )}
      <li>
        {t('wish.until', { time: formatTime(until, 'zoned', words) })}
        {words.language === 'zh' ? '。' : '. '}
        {source?.source && source.wanted !== null
          ? t('wish.after', {
              source: wordFor(t, `rule.${source.source.code}`),
              value: quantity(source.wanted, now.name, words),
            })
          : t('wish.afterPlain')}
      </li>
    </ul>
  );
}

interface EffectsProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly now: Quantity;
  readonly wished: number;
  readonly until: number;
}
