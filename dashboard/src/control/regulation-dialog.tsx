/** How a circuit shares its load between temperature and flow. */
import type { CircuitSettings } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { formatNumber } from '../format/number.ts';
import { typedNumber } from '../model/schedule.ts';
import { isFaulty } from '../model/settings.ts';
import type { Fault } from '../model/settings.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { sentence } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import { SettingForm, settingFaults } from './setting-dialog.tsx';
import type { SettingProps } from './setting-dialog.tsx';

type Regulation = NonNullable<CircuitSettings['regulation']>;
const MODES = ['quality', 'stepped', 'quantity', 'mixed'] as const satisfies readonly Regulation['mode'][];

interface Draft {
  readonly mode: Regulation['mode'];
  readonly stages: readonly (readonly [below: string, ratio: string])[];
  readonly supply_c: string;
  readonly exponent: string;
}

/** The center's own stages and exponent where nobody sets others. */
const USUAL_STAGES = [
  ['0.75', '0.75'],
  ['0.5', '0.6'],
] as const;
const USUAL_EXPONENT = 0.33;
const MOST_STAGES = 4;

function draftOf({ regulation, design }: CircuitSettings): Draft {
  const stages = regulation?.mode === 'stepped' ? regulation.stages : undefined;
  const exponent = regulation?.mode === 'mixed' ? regulation.exponent : undefined;
  const supply_c = regulation?.mode === 'quantity' ? regulation.supply_c : (design?.supply_c ?? 70);
  return {
    mode: regulation?.mode ?? 'quality',
    stages:
      stages?.map(({ below_load, ratio }) => [String(below_load), String(ratio)] as const) ?? USUAL_STAGES,
    supply_c: String(supply_c),
    exponent: exponent === undefined ? '' : String(exponent),
  };
}

function regulationOf({ mode, stages, supply_c, exponent }: Draft): Regulation {
  if (mode === 'stepped') {
    const list = stages.map(([below, ratio]) => ({
      below_load: typedNumber(below),
      ratio: typedNumber(ratio),
    }));
    return { mode, stages: list };
  }
  if (mode === 'quantity') return { mode, supply_c: typedNumber(supply_c) };
  if (mode === 'mixed') return exponent.trim() === '' ? { mode } : { mode, exponent: typedNumber(exponent) };
  return { mode };
}

interface StagesProps {
  readonly draft: Draft;
  readonly set: (draft: Draft) => void;
  readonly faults: readonly Fault[];
}

function Stages({ draft, set, faults }: StagesProps) {
  const { t } = useWords();
  const { stages } = draft;
  const change = (place: number, stage: readonly [string, string]) =>
    set({ ...draft, stages: stages.map((each, index) => (index === place ? stage : each)) });
  return (
    <div>
      <ul className="periods">
        {stages.map(([below, ratio], place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a stage is its place in the list
          <li key={place}>
            <NumberText
              label={t('field.below_load')}
              unit=""
              step={0.05}
              value={below}
              set={(next) => change(place, [next, ratio])}
              wrong={isFaulty(faults, `regulation.stages.${place}.below_load`)}
            />
            <NumberText
              label={t('field.ratio')}
              unit=""
              step={0.05}
              value={ratio}
              set={(next) => change(place, [below, next])}
              wrong={isFaulty(faults, `regulation.stages.${place}.ratio`)}
            />
            {stages.length > 1 && (
              <button
                type="button"
                className="link"
                aria-label={t('regulationForm.removeStage', { number: place + 1 })}
                onClick={() => set({ ...draft, stages: stages.filter((_, index) => index !== place) })}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      {stages.length < MOST_STAGES && (
        <button
          type="button"
          className="button small"
          onClick={() => set({ ...draft, stages: [...stages, ['', '']] })}
        >
          {t('regulationForm.addStage')}
        </button>
      )}
    </div>
  );
}

export function RegulationDialog(props: SettingProps) {
  const { circuit } = props;
  const { t, language } = useWords();
  const [edited, setEdited] = useState<Draft>();
  const draft = edited ?? draftOf(circuit);
  const regulation = regulationOf(draft);
  const faults = settingFaults(props, 'regulation', regulation);
  return (
    <SettingForm
      {...props}
      edited={edited !== undefined}
      setting="regulation"
      value={regulation}
      faults={faults}
      title={t('regulationForm.title', { circuit: circuit.id })}
    >
      <Choice
        label={t('regulationForm.mode')}
        value={draft.mode}
        options={MODES.map((value) => ({ value, text: sentence(t(`regulation.${value}`)) }))}
        choose={(mode) => setEdited({ ...draft, mode })}
      />
      {draft.mode === 'stepped' && <Stages draft={draft} set={setEdited} faults={faults} />}
      {draft.mode === 'quantity' && (
        <NumberText
          label={t('field.constant_c')}
          unit="°C"
          value={draft.supply_c}
          set={(supply_c) => setEdited({ ...draft, supply_c })}
          wrong={isFaulty(faults, 'regulation.supply_c')}
        />
      )}
      {draft.mode === 'mixed' && (
        <NumberText
          label={t('field.exponent')}
          unit=""
          step={0.01}
          value={draft.exponent}
          set={(exponent) => setEdited({ ...draft, exponent })}
          usual={formatNumber(USUAL_EXPONENT, 2, language)}
          wrong={isFaulty(faults, 'regulation.exponent')}
        />
      )}
      <ul className="effects">
        <li>{t(`regulationForm.meaning.${draft.mode}`)}</li>
      </ul>
    </SettingForm>
  );
}
