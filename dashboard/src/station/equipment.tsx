/** Pumps and valve of a circuit: how they are, what holds them, and the way to stop them. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { Problem } from '@heat-center/api/common.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api, problemOf } from '../api.ts';
import { useFromTime } from '../feed/context.tsx';
import { formatTime } from '../format/time.ts';
import { actuatorsOf, holdOn } from '../model/equipment.ts';
import type { Actuator } from '../model/equipment.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { sentence } from '../parts/reason-text.ts';
import { Value } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { actuatorName, OperateDialog } from './operate-dialog.tsx';
import type { Select } from './scheme.tsx';

interface EquipmentProps {
  readonly view: StationView;
  readonly circuit: string;
  readonly commands: readonly CommandView[];
  readonly select: Select;
  readonly reload: () => void;
}

type OneProps = Omit<EquipmentProps, 'circuit'> & {
  readonly actuator: Actuator;
  readonly fail: (problem: Problem | null) => void;
};

function One({ view, actuator, commands, select, reload, fail }: OneProps) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const [open, setOpen] = useState(false);
  const { point, target, action, kind } = actuator;
  const value = view.points[point]?.[1];
  const hold = useFromTime((now) => holdOn(commands, target, now));
  const release = (command: CommandView) => {
    fail(null);
    api.wish(view.id, { kind: 'cancel', cancels: command.id, reason: '' }).then(reload, (error: unknown) => {
      fail(problemOf(error));
    });
  };
  const speed = kind === 'pump' ? `${target}.pct` : null;
  const takes = view.control === 'on' && view.mode === 'remote';
  // What stands still already is not stopped.
  const acts = hold !== undefined || (value !== false && value !== 0);
  return (
    <li>
      <button type="button" className="quantity-name" onClick={() => select(speed ?? point)}>
        {sentence(actuatorName(actuator, words))}
      </button>
      <Value point={point} tuple={view.points[point]} every_s={view.every_s} />
      {speed !== null && speed in view.points ? (
        <Value point={speed} tuple={view.points[speed]} every_s={view.every_s} />
      ) : (
        <span />
      )}
      {may('command') && acts && (
        <button
          type="button"
          className="button small"
          disabled={!takes}
          onClick={() => (hold ? release(hold) : setOpen(true))}
        >
          {t(hold ? `operate.again.${action}` : `operate.verb.${action}`)}
        </button>
      )}
      {hold && (
        <p className="wish-note">
          {t(`operate.held.${action}`, {
            by: hold.by,
            time: formatTime(hold.ends_at, 'dateTime', words),
          })}
        </p>
      )}
      {open && (
        <OperateDialog view={view} actuator={actuator} commands={commands} close={() => setOpen(false)} />
      )}
    </li>
  );
}

export function Equipment(props: EquipmentProps) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const actuators = actuatorsOf(props.view, props.circuit);
  if (actuators.length === 0) return null;
  return (
    <>
      <ul className="equipment" aria-label={t('operate.equipment', { circuit: props.circuit })}>
        {actuators.map((actuator) => (
          <One key={actuator.target} {...props} actuator={actuator} fail={setProblem} />
        ))}
      </ul>
      {problem && <ProblemNote problem={problem} />}
    </>
  );
}
