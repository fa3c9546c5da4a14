/** All circuits by relative warmth, what corrects them now and what will; who is left out and why. */
import type { BalanceView } from '@heat-center/api/balance.ts';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { formatDifference, formatNumber } from '../format/number.ts';
import { BALANCE_SORTS, balanceRows } from '../model/balance.ts';
import type { BalanceRow, BalanceSort } from '../model/balance.ts';
import { Age } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Spans } from '../parts/spans.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { BalanceSettings, USUAL } from './balance-settings.tsx';
import { Fact, Facts } from './fact.tsx';
import { networkApi } from './network-api.ts';
import { NotLooked } from './not-looked.tsx';
import { StationName } from './station-name.tsx';

/** Half of the scale, in relative warmth, and from where on a circuit stands out. */
const WIDEST = 0.15;
const OUT = 0.03;

function Warmth({ off }: { off: number | null }) {
  const size = off === null ? 0 : Math.min(1, Math.abs(off) / WIDEST) * 50;
  return (
    <span className="deviation-scale" aria-hidden="true">
      {off !== null && (
        <i
          className={Math.abs(off) > OUT ? 'off' : undefined}
          style={{ left: `${off < 0 ? 50 - size : 50}%`, width: `${Math.max(size, 0.6)}%` }}
        />
      )}
    </span>
  );
}

function Row({ row }: { row: BalanceRow }) {
  const { t, language } = useWords();
  const { relative, off, mean_c, design_mean_c, shift_k, kept_k, next_k, why, blocked } = row;
  const c = (value: number | null) => (value === null ? '–' : formatNumber(value, 1, language));
  const k = (value: number) => formatDifference(value, 1, language);
  const notes = [
    ...(why === null ? [] : [t(`balance.why.${why}`)]),
    ...(blocked === null ? [] : [t(`balance.blocked.${blocked}`)]),
    ...(kept_k === 0 ? [] : [t('balance.kept', { by: k(kept_k) })]),
  ];
  return (
    <tr className={why === null ? undefined : 'off'}>
      <td>
        <StationName id={row.station} /> <span className="circuit-id">{row.id}</span>
      </td>
      <td className="number">
        <b>{relative === null ? '–' : formatNumber(relative, 2, language)}</b>
      </td>
      <td className="warmth">
        <Warmth off={off} />
      </td>
      <td className="number minor">
        {c(mean_c)} <span className="quiet">/ {c(design_mean_c)} °C</span>
      </td>
      <td className="number">
        {k(shift_k)}
        {next_k !== null && (
          <>
            {' '}
            → <b>{k(next_k)}</b>
          </>
        )}{' '}
        <span className="unit">K</span>
      </td>
      <td>{notes.join(' · ')}</td>
    </tr>
  );
}

/** More rows than that are drawn when somebody asks. */
const FIRST_ROWS = 100;

function Rows({ view, sort, bound_k }: { view: BalanceView; sort: BalanceSort; bound_k: number }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const rows = balanceRows(view, sort, bound_k);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <>
      <div className="scroll-x">
        <table className="list">
          <thead>
            <tr>
              <th>{t('network.station')}</th>
              <th className="number">{t('balance.relative')}</th>
              <th>{t('balance.beside')}</th>
              <th className="number minor">{t('balance.mean')}</th>
              <th className="number" title={t('balance.correctionHelp')}>
                {t('balance.correction')}
              </th>
              <th>{t('network.note')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={`${row.station} ${row.id}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < rows.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {t('network.showAll', { count: rows.length })}
        </button>
      )}
    </>
  );
}

function Figures({ view }: { view: BalanceView }) {
  const { t, language } = useWords();
  const r = (value: number | null) => (value === null ? '–' : formatNumber(value, 3, language));
  return (
    <Facts>
      <Fact name={t('balance.spread')} help={t('balance.spreadHelp')}>
        {r(view.spread)}
      </Fact>
      <Fact name={t('balance.range')}>
        {r(view.least)} – {r(view.greatest)}
      </Fact>
      <Fact name={t('balance.reference')}>{r(view.reference)}</Fact>
      <Fact name={t('balance.goodShare')}>
        {view.good_share === null ? '–' : `${formatNumber(view.good_share * 100, 0, language)} %`}
      </Fact>
      <Fact name={t('network.looked')}>
        <Age at={view.at} suffix />
      </Fact>
    </Facts>
  );
}

export function Balance() {
  const { t } = useWords();
  const may = useMay();
  const { answer, problem, again } = useAsked(networkApi.balance);
  const settings = useAsked(networkApi.settings);
  const [query, setQuery] = useSearchParams();
  const sort = BALANCE_SORTS.find((each) => each === query.get('sort')) ?? 'cold';
  const [changing, setChanging] = useState(false);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t('network.balance')}</h2>
        {answer && <span>{t(answer.on ? 'network.on' : 'network.off')}</span>}
        {may('configure') && settings.answer && (
          <button type="button" className="button small" onClick={() => setChanging(true)}>
            {t('balance.change')}
          </button>
        )}
        <Spans
          label={t('overview.sortBy')}
          values={BALANCE_SORTS}
          value={sort}
          text={(each) => t(`balance.sort.${each}`)}
          choose={(each) => setQuery(each === 'cold' ? {} : { sort: each }, { replace: true })}
        />
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!answer && !problem && <div className="skeleton" aria-hidden="true" />}
      {answer?.frozen === true && <p className="notice">{t('balance.frozen')}</p>}
      {answer && !answer.on && <p className="quiet">{t('balance.isOff')}</p>}
      {answer?.at === null && <NotLooked />}
      {answer && answer.at !== null && <Figures view={answer} />}
      {answer && answer.at !== null && answer.stations.length === 0 && (
        <p className="quiet">{t('balance.empty')}</p>
      )}
      {answer && answer.stations.length > 0 && (
        <Rows view={answer} sort={sort} bound_k={settings.answer?.balance?.bound_k ?? USUAL.bound_k} />
      )}
      {changing && settings.answer && (
        <BalanceSettings
          settings={settings.answer}
          close={() => setChanging(false)}
          saved={() => {
            again();
            settings.again();
          }}
        />
      )}
    </section>
  );
}
