/** What the center learned of a station's buildings, with its confidence, and the curve that follows from it. */
import type { CircuitLearning, LossLine, TimeConstant } from '@heat-center/api/learning.ts';
import { useCallback, useState } from 'react';
import { formatDifference, formatNumber } from '../format/number.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { learningApi } from './learning-api.ts';
import { ProposalDialog } from './proposal-dialog.tsx';

/** It changes once a day. */
const AGAIN_MS = 300_000;

function Loss({ line }: { line: LossLine }) {
  const { t, language } = useWords();
  const n = (value: number, decimals: number) => formatNumber(value, decimals, language);
  if (!line.identifiable) {
    return (
      <>
        {t('learning.notIdentifiable')}{' '}
        <span className="quiet">{t(`learning.why.${line.why}`, { days: line.days_used })}</span>
      </>
    );
  }
  const { a_kw_k, a_error_kw_k, t0_c, t0_error_k, base_kw, days_used, days_dropped, residual_kw } = line;
  return (
    <>
      <b>{n(a_kw_k, 1)}</b> ± {n(a_error_kw_k, 1)} kW/K
      {` · ${t('learning.from', { t0: n(t0_c, 1), error: n(t0_error_k, 1) })}`}
      {base_kw !== null && ` · ${t('learning.base', { base: n(base_kw, 0) })}`}{' '}
      <span className="quiet">
        {t('learning.days', { days: days_used, dropped: days_dropped, residual: n(residual_kw, 0) })}
      </span>
    </>
  );
}

function Tau({ constant }: { constant: TimeConstant }) {
  const { t, language } = useWords();
  const n = (value: number) => formatNumber(value, 0, language);
  if (!constant.identifiable) {
    return (
      <>
        {t('learning.notIdentifiable')}{' '}
        <span className="quiet">{t(`learning.why.${constant.why}`, { days: constant.days_used })}</span>
      </>
    );
  }
  return (
    <>
      <b>{n(constant.tau_h)}</b> ± {n(constant.error_h)} h{' '}
      <span className="quiet">{t(`learning.tauFrom.${constant.from}`, { days: constant.days_used })}</span>
    </>
  );
}

function Proposal({ learned }: { learned: CircuitLearning }) {
  const { t, language } = useWords();
  const { proposal, no_proposal } = learned;
  if (!proposal) return <>{no_proposal ? t(`learning.noProposal.${no_proposal}`) : '–'}</>;
  const room = formatDifference(proposal.room_c - proposal.target_c, 1, language);
  return <>{t(`learning.proposes.${proposal.kind}`, { room })}</>;
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="setting">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface CircuitProps {
  readonly id: string;
  readonly learned: CircuitLearning;
  readonly again: () => void;
}

function Circuit({ id, learned, again }: CircuitProps) {
  const { t } = useWords();
  const may = useMay();
  const [looking, setLooking] = useState(false);
  const { circuit, heat_from, rooms_measured, loss, time_constant, proposal } = learned;
  return (
    <div className="settings-of">
      <h3>
        <span className="circuit-id">{circuit}</span>{' '}
        <span className="quiet">
          {t(`learning.heatFrom.${heat_from ?? 'none'}`)} ·{' '}
          {t(`learning.rooms.${rooms_measured ? 'measured' : 'none'}`)}
        </span>
      </h3>
      <dl>
        <Line name={t('learning.loss')}>
          <Loss line={loss} />
        </Line>
        <Line name={t('learning.tau')}>
          <Tau constant={time_constant} />
        </Line>
        <div className="setting">
          <dt>{t('learning.proposal')}</dt>
          <dd>
            <Proposal learned={learned} />
          </dd>
          {proposal && (
            <button type="button" className="button small" onClick={() => setLooking(true)}>
              {t(may('configure') ? 'learning.look' : 'learning.show')}
            </button>
          )}
        </div>
      </dl>
      {looking && proposal && (
        <ProposalDialog
          id={id}
          circuit={circuit}
          proposal={proposal}
          close={() => setLooking(false)}
          applied={again}
        />
      )}
    </div>
  );
}

export function LearningPanel({ id }: { id: string }) {
  const { t } = useWords();
  const ask = useCallback((signal: AbortSignal) => learningApi.learning(id, signal), [id]);
  const { answer, problem, again } = useAsked(ask, AGAIN_MS);
  return (
    <section className="panel learning">
      <h2>{t('learning.title')}</h2>
      {problem && <ProblemNote problem={problem} />}
      {answer?.circuits.length === 0 && <p className="quiet">{t('learning.nothing')}</p>}
      <div className="settings-list">
        {answer?.circuits.map((learned) => (
          <Circuit key={learned.circuit} id={id} learned={learned} again={again} />
        ))}
      </div>
    </section>
  );
}
