/** The six points of a circuit's weather curve, with what they would give now. */
import type { CircuitSettings, StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import { formatNumber } from '../format/number.ts';
import { curveFault, startPoints, supplyAt, withCurve } from '../model/curve.ts';
import type { CurvePoint } from '../model/curve.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { quantity } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { CurvePlot } from './curve-plot.tsx';

interface CurveProps {
  readonly view: StationView;
  readonly circuit: CircuitSettings;
  readonly close: () => void;
}

/** Points as typed: an empty field is not zero. */
type Draft = readonly (readonly [string, string])[];

const numbersOf = (draft: Draft): CurvePoint[] =>
  draft.map(([outdoor, supply]) => [
    outdoor.trim() === '' ? Number.NaN : Number(outdoor),
    supply.trim() === '' ? Number.NaN : Number(supply),
  ]);

interface PointsProps {
  readonly draft: Draft;
  readonly wrong: number | undefined;
  readonly set: (draft: Draft) => void;
}

function Points({ draft, wrong, set }: PointsProps) {
  const { t } = useWords();
  const change = (place: number, which: 0 | 1, text: string) =>
    set(
      draft.map(([outdoor, supply], index) =>
        index !== place ? [outdoor, supply] : which === 0 ? [text, supply] : [outdoor, text],
      ),
    );
  const rows = [t('curve.outdoor'), t('curve.supply')] as const;
  return (
    <table className="curve-points">
      <tbody>
        {([0, 1] as const).map((which) => (
          <tr key={which}>
            <th scope="row">{rows[which]} °C</th>
            {draft.map((point, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- a point is its place in the row
              <td key={place}>
                <input
                  type="number"
                  step="0.5"
                  aria-label={`${rows[which]} ${place + 1}`}
                  aria-invalid={place === wrong}
                  value={point[which]}
                  onChange={(event) => change(place, which, event.target.value)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const draftOf = (circuit: CurveProps['circuit']): Draft =>
  (startPoints(circuit) ?? []).map(([outdoor_c, supply_c]) => [String(outdoor_c), String(supply_c)]);

export function CurveDialog({ view, circuit, close }: CurveProps) {
  const words = useWords();
  const { t, language } = words;
  // Until somebody edits, it follows what is set: a change may still be on its way when this opens.
  const [edited, setEdited] = useState<Draft>();
  const draft = edited ?? draftOf(circuit);
  const points = numbersOf(draft);
  const wrong = curveFault(points, circuit.limits);
  const outdoor = view.points['outdoor_c'];
  const outdoor_c = outdoor?.[2] === 'good' && typeof outdoor[1] === 'number' ? outdoor[1] : null;
  const supply_c = wrong || outdoor_c === null ? null : supplyAt(points, outdoor_c);
  const send = async (next: readonly CurvePoint[] | null) => {
    await api.changeStation(view.id, { circuits: withCurve(view.circuits, circuit.id, next) });
    close();
  };
  const { limits } = circuit;
  return (
    <FormDialog
      title={t('curve.title', { circuit: circuit.id })}
      button={t('curve.save')}
      ready={wrong === null}
      send={() => send(points)}
      close={close}
      {...(circuit.curve?.points ? { aside: { text: t('curve.design'), send: () => send(null) } } : {})}
    >
      <Points draft={draft} wrong={wrong?.place} set={setEdited} />
      {wrong && (
        <p className="problem" role="alert">
          {t(`curve.fault.${wrong.fault}`, {
            place: wrong.place + 1,
            min: limits ? formatNumber(limits.supply_min_c, 1, language) : '',
            max: limits ? formatNumber(limits.supply_max_c, 1, language) : '',
          })}
        </p>
      )}
      {!wrong && (
        <CurvePlot
          points={points}
          now={supply_c === null || outdoor_c === null ? null : [outdoor_c, supply_c]}
        />
      )}
      <ul className="effects">
        {supply_c !== null && outdoor_c !== null && (
          <li>
            {t('curve.now', {
              outdoor: quantity(outdoor_c, 'supply_c', words),
              supply: quantity(supply_c, 'supply_c', words),
            })}
          </li>
        )}
        <li>{t('curve.after')}</li>
      </ul>
    </FormDialog>
  );
}
