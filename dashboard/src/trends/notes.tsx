/** What a trend leaves out or lacks, in words beneath it. */
import type { ReactNode } from 'react';
import type { ShownSeries } from '../charts/series.ts';
import { formatNumber } from '../format/number.ts';
import { spanText } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';

/** More than this and the line visibly ends early, s. */
const BEHIND_S = 60;

interface NotesProps {
  readonly series: readonly ShownSeries[];
  readonly behind_s: number;
  readonly loading: boolean;
  readonly children?: ReactNode;
}

export function TrendNotes({ series, behind_s, loading, children }: NotesProps) {
  const words = useWords();
  const { t, language } = words;
  const shown = series.reduce((sum, { points }) => sum + points.length, 0);
  const total = series.reduce((sum, each) => sum + each.total, 0);
  const hollow = series.some(({ points }) => points.some(([, , quality]) => quality !== 'good'));
  const number = (value: number) => formatNumber(value, 0, language);
  const minutes = Math.round(behind_s / 60) * 60;
  return (
    <div className="quiet trend-notes">
      <p>
        {total > shown && t('trend.less', { shown: number(shown), total: number(total) })}
        {total > 0 && total <= shown && t('trend.all', { total: number(total) })}
        {total === 0 && !loading && t('trend.nothing')}
        {hollow && ` ${t('trend.hollow')}`}
        {behind_s > BEHIND_S && ` ${t('trend.behind', { age: spanText(minutes, words) })}`}
      </p>
      {children}
    </div>
  );
}
