/** A circuit's weather curve: the design's or six points, what bends it, and what it would have asked for. */
import type { CircuitSettings, StationView } from '@heat-center/api/stations.ts';
import { useDeferredValue, useState } from 'react';
import { formatNumber } from '../format/number.ts';
import { curveFault, curveSettingsOf, curveSupply, startPoints } from '../model/curve.ts';
import type { CurvePoint } from '../model/curve.ts';
import { OUTDOOR_TIME_CONSTANT_H } from '../model/curve-past.ts';
import { typedNumber } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { quantity } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { CurvePast } from './curve-past.tsx';
import { CurvePlot } from './curve-plot.tsx';
import { SettingForm, settingFaults } from './setting-dialog.tsx';
import type { SettingProps } from './setting-dialog.tsx';

/** As typed: an empty field is not zero. */
interface Draft {
  readonly from: 'design' | 'points';
  readonly points: readonly (readonly [string, string])[];
  readonly shift_k: string;
  readonly gain_k: string;
}

const draftOf = (circuit: CircuitSettings): Draft => ({
  from: circuit.curve?.points || !circuit.design ? 'points' : 'design',
  points: (startPoints(circuit) ?? []).map(([outdoor_c, supply_c]) => [String(outdoor_c), String(supply_c)]),
  shift_k: String(circuit.curve?.shift_k ?? 0),
  gain_k: String(circuit.curve?.internal_gain_k ?? 0),
});

const pointsOf = ({ points }: Draft): CurvePoint[] =>
  points.map(([outdoor, supply]) => [typedNumber(outdoor), typedNumber(supply)]);

const curveOf = (draft: Draft): CircuitSettings['curve'] =>
  curveSettingsOf(draft.from === 'points' ? pointsOf(draft) : null, {
    shift_k: typedNumber(draft.shift_k),
    internal_gain_k: draft.from === 'design' ? typedNumber(draft.gain_k) : 0,
  });

interface PartProps {
  readonly draft: Draft;
  readonly set: (draft: Draft) => void;
}

function Points({ draft, wrong, set }: PartProps & { wrong: number | undefined }) {
  const { t } = useWords();
  const change = (place: number, which: 0 | 1, text: string) => {
    const points = draft.points.map(([outdoor, supply], index): [string, string] =>
      index !== place ? [outdoor, supply] : which === 0 ? [text, supply] : [outdoor, text],
    );
    set({ ...draft, points });
  };
  const rows = [t('curve.outdoor'), t('curve.supply')] as const;
  return (
    <table className="curve-points">
      <tbody>
        {([0, 1] as const).map((which) => (
          <tr key={which}>
            <th scope="row">{rows[which]} °C</th>
            {draft.points.map((point, place) => (
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

function Bends({ draft, set, faults }: PartProps & { faults: readonly Fault[] }) {
  const { t } = useWords();
  return (
    <div className="fields">
      <NumberText
        label={t('field.shift_k')}
        unit="K"
        value={draft.shift_k}
        set={(shift_k) => set({ ...draft, shift_k })}
        wrong={isFaulty(faults, 'curve.shift_k')}
      />
      {draft.from === 'design' && (
        <NumberText
          label={t('field.internal_gain_k')}
          unit="K"
          value={draft.gain_k}
          set={(gain_k) => set({ ...draft, gain_k })}
          wrong={isFaulty(faults, 'curve.internal_gain_k')}
        />
      )}
    </div>
  );
}

/** Which of the six points is wrong, in the words of a drawing. */
function PointFault({ draft, circuit }: { draft: Draft; circuit: CircuitSettings }) {
  const { t, language } = useWords();
  const wrong = draft.from === 'points' ? curveFault(pointsOf(draft), circuit.limits) : null;
  if (!wrong) return null;
  const { limits } = circuit;
  return (
    <p className="problem" role="alert">
      {t(`curve.fault.${wrong.fault}`, {
        place: wrong.place + 1,
        min: limits ? formatNumber(limits.supply_min_c, 1, language) : '',
        max: limits ? formatNumber(limits.supply_max_c, 1, language) : '',
      })}
    </p>
  );
}

const plotted = (circuit: CircuitSettings): CurvePoint[] =>
  (startPoints(circuit) ?? []).flatMap(([outdoor_c]) => {
    const supply_c = curveSupply(circuit, outdoor_c);
    return supply_c === null ? [] : [[outdoor_c, supply_c] as const];
  });

function Preview({ view, circuit, time_constant_h }: CurveProps) {
  const words = useWords();
  const { t } = words;
  const outdoor = view.points['outdoor_c'];
  const outdoor_c = outdoor?.[2] === 'good' && typeof outdoor[1] === 'number' ? outdoor[1] : null;
  const supply_c = outdoor_c === null ? null : curveSupply(circuit, outdoor_c);
  const now: CurvePoint | null = supply_c === null || outdoor_c === null ? null : [outdoor_c, supply_c];
  // Reckoning three days anew at each key would make typing slow.
  const later = useDeferredValue(circuit);
  return (
    <>
      <CurvePlot points={plotted(circuit)} now={now} />
      <CurvePast view={view} circuit={later} time_constant_h={time_constant_h ?? OUTDOOR_TIME_CONSTANT_H} />
      <ul className="effects">
        {now && (
          <li>
            {t('curve.now', {
              outdoor: quantity(now[0], 'supply_c', words),
              supply: quantity(now[1], 'supply_c', words),
            })}
          </li>
        )}
        <li>{t('curve.after')}</li>
      </ul>
    </>
  );
}

interface CurveProps {
  readonly view: StationView;
  readonly circuit: CircuitSettings;
  /** The station's low-pass of the outdoor temperature, where it is not the usual one. */
  readonly time_constant_h: number | undefined;
}

export function CurveDialog(props: SettingProps & CurveProps) {
  const { view, circuit, time_constant_h } = props;
  const { t } = useWords();
  // Until somebody edits, it follows what is set: a change may still be on its way when this opens.
  const [edited, setEdited] = useState<Draft>();
  const draft = edited ?? draftOf(circuit);
  const curve = curveOf(draft);
  const faults = settingFaults(props, 'curve', curve);
  const wrong = draft.from === 'points' ? curveFault(pointsOf(draft), circuit.limits) : null;
  const { curve: _, ...rest } = circuit;
  const next = curve ? { ...rest, curve } : rest;
  const bends = faults.filter(({ path }) => !path.startsWith('curve.points'));
  return (
    <SettingForm
      {...props}
      edited={edited !== undefined}
      setting="curve"
      value={curve}
      faults={wrong ? bends : faults}
      blocked={wrong !== null}
      title={t('curve.title', { circuit: circuit.id })}
      clear={circuit.curve && circuit.design ? t('curve.design') : undefined}
      wide
    >
      {circuit.design && (
        <Choice
          label={t('curve.from')}
          value={draft.from}
          options={[
            { value: 'design', text: t('curve.kind.design') },
            { value: 'points', text: t('curve.kind.points') },
          ]}
          choose={(from) => setEdited({ ...draft, from })}
        />
      )}
      {draft.from === 'points' && <Points draft={draft} wrong={wrong?.place} set={setEdited} />}
      <Bends draft={draft} set={setEdited} faults={faults} />
      <PointFault draft={draft} circuit={circuit} />
      {faults.length === 0 && !wrong && (
        <Preview view={view} circuit={next} time_constant_h={time_constant_h} />
      )}
    </SettingForm>
  );
}
