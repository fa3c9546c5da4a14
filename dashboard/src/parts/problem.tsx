/** What went wrong and what to do, in the words of the screen. */
import type { Problem } from '@heat-center/api/common.ts';
import { formatNumber } from '../format/number.ts';
import { errorMeaning, errorRemedy } from '../i18n/index.ts';
import { useWords } from './words.ts';

export function ProblemNote({ problem }: { problem: Problem }) {
  const { t, language } = useWords();
  const local = problem.code === 'unreachable' || problem.code === 'unknown';
  const remedy = local
    ? t(problem.code === 'unreachable' ? 'problem.unreachableRemedy' : 'problem.unknownRemedy')
    : errorRemedy(t, problem.code) || problem.remedy;
  const meaning = local
    ? t(problem.code === 'unreachable' ? 'problem.unreachable' : 'problem.unknown')
    : errorMeaning(t, problem.code);
  const bound = (value: number | undefined) =>
    value === undefined ? t('circuit.open') : formatNumber(value, 1, language);
  const { limits } = problem;
  return (
    <p className="problem" role="alert">
      <strong>{meaning}</strong>
      {limits && <span> {t('problem.limits', { min: bound(limits.min), max: bound(limits.max) })}</span>}
      <span> {remedy}</span>
      {problem.detail !== '' && language === 'en' && problem.detail !== meaning && (
        <span className="quiet"> {problem.detail}</span>
      )}
    </p>
  );
}
