/** States, modes and tags: by form first, by colour second. */
import type { StationState, StationView } from '@heat-center/api/stations.ts';
import { memo } from 'react';
import { wordFor } from '../i18n/index.ts';
import { useWords } from './words.ts';

const SHAPES: Record<StationState, React.ReactNode> = {
  good: <circle cx="8" cy="8" r="3" className="thin" />,
  deviating: <path d="M3 10.5 8 3.5v9M13 5.5 8 12.5" className="thick" />,
  faulty: <path d="M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5" className="thick" />,
  stale: <circle cx="8" cy="8" r="5" className="dashed" />,
  offline: <path d="M8 2.5a5.5 5.5 0 1 1-.01 0M4 12 12 4" className="thick" />,
  silent: <path d="M3 8h2.2M6.9 8h2.2M10.8 8H13" className="thick" />,
};

export const StateMark = memo(function StateMark({
  state,
  text = true,
}: {
  state: StationState;
  text?: boolean;
}) {
  const { t } = useWords();
  return (
    <span className={`state ${state}`} title={t(`stateMeaning.${state}`)}>
      <svg viewBox="0 0 16 16" width="16" height="16" role="img" aria-label={t(`state.${state}`)}>
        {SHAPES[state]}
      </svg>
      {text && <span aria-hidden="true">{t(`state.${state}`)}</span>}
    </span>
  );
});

const PRIORITY_SHAPES = ['▲', '◆', '■', '●'];

/** The most urgent alarm of a station: shape, number and colour of its priority. */
export function AlarmMark({ priority, code }: { priority: number; code?: string }) {
  const { t } = useWords();
  const title = code === undefined ? undefined : wordFor(t, `alarm.${code}`);
  return (
    <span className={`alarm p${priority}`} title={title}>
      {PRIORITY_SHAPES[priority - 1]}
      <b>{priority}</b>
    </span>
  );
}

export function SimulatedTag() {
  const { t } = useWords();
  return (
    <span className="tag hatched" title={t('tag.simulated')}>
      <span>{t('tag.simulatedShort')}</span>
    </span>
  );
}

/** A boxed M or L; nothing while the station takes commands. */
export function ModeBox({ mode }: { mode: StationView['mode'] }) {
  const { t } = useWords();
  if (mode === 'remote') return null;
  return (
    <span className="box" title={`${t(`mode.${mode}`)}: ${t(`modeMeaning.${mode}`)}`}>
      {mode === 'manual' ? 'M' : 'L'}
    </span>
  );
}
