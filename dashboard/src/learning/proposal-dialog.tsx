/** A proposed curve beside the one in force; a person applies it or does not. */
import type { CurveProposal } from '@heat-center/api/learning.ts';
import { CurvePlot } from '../control/curve-plot.tsx';
import { formatDifference, formatNumber } from '../format/number.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { learningApi } from './learning-api.ts';

/** Supply temperatures of both curves at the same outdoor temperatures. */
function Both({ now, proposed }: Pick<CurveProposal, 'now' | 'proposed'>) {
  const { t, language } = useWords();
  const c = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value, 1, language));
  return (
    <div className="scroll-x">
      <table className="curve-points both">
        <tbody>
          <tr>
            <th scope="row">{t('curve.outdoor')} °C</th>
            {now.map(([outdoor_c]) => (
              <td key={outdoor_c}>{formatNumber(outdoor_c, 0, language)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('learning.inForce')}</th>
            {now.map(([outdoor_c, supply_c]) => (
              <td key={outdoor_c}>{c(supply_c)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('learning.proposed')}</th>
            {proposed.map(([outdoor_c, supply_c]) => (
              <td key={outdoor_c}>
                <b>{c(supply_c)}</b>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface ProposalProps {
  readonly id: string;
  readonly circuit: string;
  readonly proposal: CurveProposal;
  readonly close: () => void;
  readonly applied: () => void;
}

export function ProposalDialog({ id, circuit, proposal, close, applied }: ProposalProps) {
  const { t, language } = useWords();
  const may = useMay()('configure');
  const { made_at, now, proposed, error_k, room_c, target_c, days_used, kind } = proposal;
  const send = async () => {
    await learningApi.apply(id, circuit, made_at);
    applied();
    close();
  };
  const room = formatDifference(room_c - target_c, 1, language);
  return (
    <FormDialog
      title={t('learning.proposalOf', { circuit })}
      close={close}
      alert={may}
      {...(may ? { button: t('learning.apply'), send } : {})}
    >
      <p>
        {t(`learning.because.${kind}`, {
          room,
          target: formatNumber(target_c, 1, language),
          days: days_used,
          error: formatNumber(error_k, 1, language),
        })}
      </p>
      <CurvePlot points={proposed} before={now} now={null} />
      <Both now={now} proposed={proposed} />
      <ul className="effects">
        <li>{t(room_c > target_c ? 'wish.cooler' : 'wish.warmer')}</li>
        <li>{t('curve.after')}</li>
      </ul>
    </FormDialog>
  );
}
