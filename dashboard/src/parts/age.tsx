/** Times: relative when young, absolute when old, both on hover. */
import { useFromTime } from '../feed/context.tsx';
import { ageOf, formatTime, OLD_MS } from '../format/time.ts';
import { useWords } from './words.ts';
import type { Words } from './words.ts';

/** A page of rows asks for the same few texts each second. */
const texts = new WeakMap<Words['t'], Map<string, string>>();

export function ageText(ms: number, { t }: Pick<Words, 't'>): string {
  const { n, unit } = ageOf(ms);
  const known = texts.get(t) ?? new Map<string, string>();
  texts.set(t, known);
  const key = `${n}${unit}`;
  const text = known.get(key) ?? t(`age.${unit}`, { n });
  known.set(key, text);
  return text;
}

export function Age({ at, suffix = false }: { at: number | null; suffix?: boolean }) {
  const words = useWords();
  const text = useFromTime((now) => {
    if (at === null) return '';
    if (now - at > OLD_MS) return formatTime(at, 'dateTime', words);
    const age = ageText(now - at, words);
    return suffix ? words.t('age.ago', { age }) : age;
  });
  if (at === null) return <span className="age">{words.t('age.never')}</span>;
  return (
    <time
      className="age"
      dateTime={new Date(at).toISOString()}
      onPointerEnter={({ currentTarget }) =>
        currentTarget.setAttribute('title', formatTime(at, 'full', words))
      }
    >
      {text}
    </time>
  );
}

/** An instant as the site's clock showed it; the date only when it is not today. */
export function Moment({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const words = useWords();
  const text = useFromTime((now) => {
    const recent = Math.abs(now - at) < OLD_MS / 2;
    if (recent) return formatTime(at, seconds ? 'clock' : 'minute', words);
    return formatTime(at, 'dateTime', words);
  });
  return (
    <time dateTime={new Date(at).toISOString()} title={formatTime(at, 'full', words)}>
      {text}
    </time>
  );
}
