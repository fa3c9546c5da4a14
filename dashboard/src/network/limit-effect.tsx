/** What a limit of the source would do, before it is set: who gets how much less, who is spared. */
import type { SourcePreview } from '@heat-center/api/source.ts';
import { useState } from 'react';
import { formatNumber } from '../format/number.ts';
import { byLoss, effectOf } from '../model/source.ts';
import type { Givers } from '../model/source.ts';
import { useWords } from '../parts/words.ts';
import { StationText } from './station-name.tsx';

const FIRST_ROWS = 50;

function Stations({ preview }: { preview: SourcePreview }) {
  const { t, language } = useWords();
  const [all, setAll] = useState(false);
  const rows = byLoss(preview.stations);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  const kw = (value: number | null) => (value === null ? '–' : formatNumber(value, 0, language));
  return (
    <>
      <table className="list">
        <thead>
          <tr>
            <th>{t('network.station')}</th>
            <th className="number">{t('source.takes')}, kW</th>
            <th className="number">{t('source.less')}, kW</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, priority, why, power_kw, less_kw }) => (
            <tr key={id} className={why === null ? undefined : 'off'}>
              <td>
                <StationText id={id} />{' '}
                {priority !== 'ordinary' && <span className="quiet">{t(`priority.${priority}`)}</span>}
                {why !== null && <span className="quiet">{t(`source.why.${why}`)}</span>}
              </td>
              <td className="number">{kw(power_kw)}</td>
              <td className="number">{kw(less_kw)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {t('network.showAll', { count: rows.length })}
        </button>
      )}
    </>
  );
}

export function LimitEffect({ preview }: { preview: SourcePreview }) {
  const { t, language } = useWords();
  const [open, setOpen] = useState(false);
  const { ordinary, priority, spared, left_out, unknown } = effectOf(preview.stations);
  const n = (value: number) => formatNumber(value, 0, language);
  const figures = ({ count, power_kw, less_kw }: Givers) => ({
    count,
    kw: n(less_kw),
    percent: n((100 * less_kw) / Math.max(power_kw, less_kw, 1)),
  });
  const none = ordinary.count + priority.count === 0;
  return (
    <>
      {!preview.reachable && <p className="notice">{t('source.unreachable')}</p>}
      <ul className="effects">
        {preview.limit_kw === null && <li>{t('source.effect.flowUnknown')}</li>}
        {ordinary.count > 0 && <li>{t('source.effect.ordinary', figures(ordinary))}</li>}
        {priority.count > 0 && <li>{t('source.effect.priority', figures(priority))}</li>}
        {!none && spared.priority > 0 && <li>{t('source.effect.spared', { count: spared.priority })}</li>}
        {!none && spared.ordinary > 0 && (
          <li>{t('source.effect.sparedOrdinary', { count: spared.ordinary })}</li>
        )}
        {none && preview.limit_kw !== null && <li>{t('source.effect.nobody')}</li>}
        {preview.rough && <li>{t('source.effect.rough')}</li>}
        {left_out > 0 && <li>{t('source.effect.leftOut', { count: left_out })}</li>}
        {unknown > 0 && <li>{t('source.effect.unknown', { count: unknown })}</li>}
      </ul>
      <details className="left-out" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('source.each')}</summary>
        {open && <Stations preview={preview} />}
      </details>
    </>
  );
}
