/** One station: scheme, setpoints, trend, commands, details. */
import { Link } from 'wouter';
import { ControlPanel } from '../control/control-panel.tsx';
import { useFeed, useStation } from '../feed/context.tsx';
import { LearningPanel } from '../learning/learning-panel.tsx';
import { LoadPanel } from '../learning/load-panel.tsx';
import { useWords } from '../parts/words.ts';
import { Commands } from './commands.tsx';
import { StationDetails, StationHead } from './facts.tsx';
import { Scheme } from './scheme.tsx';
import { Setpoints } from './setpoints.tsx';
import { Trend } from './trend.tsx';
import { useTrendChoice } from './trend-choice.ts';
import { useDetail } from './use-detail.ts';

const NO_GAPS: readonly [] = [];

export function StationView({ id }: { id: string }) {
  const { t } = useWords();
  const view = useStation(id);
  const ready = useFeed((state) => state.n !== null);
  const { detail, commands, reload } = useDetail(id);
  const trend = useTrendChoice(view);
  if (!view) {
    return ready ? (
      <div className="empty">
        <p>{t('station.notFound', { id })}</p>
        <Link href="/">{t('station.toOverview')}</Link>
      </div>
    ) : (
      <div className="skeleton" aria-hidden="true" />
    );
  }
  return (
    <div className={view.kind === 'source' ? 'station source' : 'station'}>
      <StationHead view={view} />
      <section className="panel scheme-panel">
        <Scheme view={view} select={trend.show} />
      </section>
      <Setpoints view={view} select={trend.show} commands={commands} reload={reload} />
      <Trend view={view} choice={trend} gaps={detail?.gaps ?? NO_GAPS} />
      <Commands id={id} commands={commands} reload={reload} />
      <ControlPanel view={view} detail={detail} reload={reload} />
      <LoadPanel id={id} />
      {view.kind === 'station' && <LearningPanel id={id} />}
      <StationDetails view={view} detail={detail} />
    </div>
  );
}
