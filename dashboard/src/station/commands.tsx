/** Wishes and what became of them. */
import type { CommandState, CommandView } from '@heat-center/api/commands.ts';
import type { Problem } from '@heat-center/api/common.ts';
import { setpointName } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api, problemOf } from '../api.ts';
import { useFromTime } from '../feed/context.tsx';
import { errorMeaning, errorRemedy, wordFor } from '../i18n/index.ts';
import { CENTER } from '../feed/state.ts';
import { Moment } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { quantity, spanText } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { useMay } from '../session/may.ts';

const WAY: readonly CommandState[] = ['sent', 'accepted', 'applied', 'achieved'];
/** Which step comes last; the rest of the kinds are over once they are taken. */
const LAST: Partial<Record<CommandView['kind'], number>> = { setpoints: 3, operate: 2 };
const ENDS: ReadonlySet<CommandState> = new Set(['refused', 'superseded', 'cancelled', 'expired']);

/** What a person can end before its time. */
const UNDONE: ReadonlySet<CommandView['kind']> = new Set(['setpoints', 'operate']);

/** A wish that still holds and can therefore be undone. */
export const isOpen = (command: CommandView, now: number): boolean =>
  UNDONE.has(command.kind) && !ENDS.has(command.state) && command.ends_at > now && command.by !== CENTER;

/** "Stop circuits.low.pumps.a, 1 h". */
function actuationText(asked: CommandView['asked'], words: Words): string {
  const { action, target, hold_s } = asked;
  const verb = wordFor(words.t, `operate.verb.${action}`);
  return `${verb} ${target}${typeof hold_s === 'number' ? `, ${spanText(hold_s, words)}` : ''}`;
}

/** "72.0 °C" of a wish, "low 72.0 °C, high 70.5 °C" of the center's own (`low.supply_c`); else what it is about. */
function askedText({ kind, asked }: CommandView, words: Words): string {
  if (kind === 'select' || kind === 'operate') return actuationText(asked, words);
  if (kind !== 'setpoints') return '';
  const parts = Object.entries(asked).map(([key, value]) => {
    const [last = '', circuit] = key.split('.').toReversed();
    const name = setpointName.options.find((option) => option === last);
    const text = name && typeof value === 'number' ? quantity(value, name, words) : `${last} ${value}`;
    return circuit === undefined ? text : `${circuit} ${text}`;
  });
  return parts.join(', ');
}

/** The steps from the wish to its effect, those to come hollow. */
export function Progress({ command }: { command: CommandView }) {
  const { t } = useWords();
  const times = new Map(command.steps.map(({ state, at }) => [state, at]));
  const ended = command.steps.find(({ state }) => ENDS.has(state));
  const reached = WAY.findLastIndex((state) => times.has(state));
  const last = LAST[command.kind] ?? -1;
  const way = WAY.filter((state, index) => times.has(state) || (!ended && index > reached && index <= last));
  return (
    <ol className="progress" aria-label={t('commands.steps')}>
      {way.map((state) => {
        const at = times.get(state);
        return (
          <li key={state} className={at === undefined ? 'to-come' : 'done'}>
            <span>{t(`commandState.${state}`)}</span>
            {at !== undefined && <Moment at={at} seconds />}
          </li>
        );
      })}
      {ended && (
        <li className={`end ${ended.state}`}>
          <span>{t(`commandState.${ended.state}`)}</span>
          <Moment at={ended.at} seconds />
        </li>
      )}
    </ol>
  );
}

function Command({ command, undo }: { command: CommandView; undo: (command: CommandView) => void }) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const open = useFromTime((now) => isOpen(command, now));
  const by = command.by === CENTER ? t('commands.center') : command.by;
  return (
    <li className={`command ${command.state}`}>
      <div className="command-line">
        <strong>
          {command.circuit !== null && <span className="circuit-id">{command.circuit} </span>}
          {command.kind !== 'setpoints' && `${wordFor(t, `commandKind.${command.kind}`)} `}
          {askedText(command, words)}
        </strong>
        <span className="quiet">
          {t('commands.by', { by })} · <Moment at={command.at} />
          {open && (
            <>
              {' → '}
              <Moment at={command.ends_at} />
            </>
          )}
        </span>
        {open && may('command') && (
          <button
            type="button"
            className="button small"
            title={t('commands.undoLabel')}
            onClick={() => undo(command)}
          >
            {t('commands.undo')}
          </button>
        )}
      </div>
      <Progress command={command} />
      {command.why !== undefined && (
        <p className="why">
          {errorMeaning(t, command.why)} {errorRemedy(t, command.why)}
        </p>
      )}
      {command.reason !== undefined && command.reason !== '' && <p className="quiet">{command.reason}</p>}
    </li>
  );
}

/** What people asked for; an undo that worked is told by the wish that it ended. */
const isShown = ({ by, kind, state }: CommandView): boolean =>
  by !== CENTER && !(kind === 'cancel' && state === 'achieved');

interface CommandsProps {
  readonly id: string;
  readonly commands: readonly CommandView[];
  readonly reload: () => void;
}

export function Commands({ id, commands, reload }: CommandsProps) {
  const { t } = useWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [all, setAll] = useState(false);
  const shown = all ? commands : commands.filter(isShown);
  const undo = (command: CommandView) => {
    setProblem(null);
    api.wish(id, { kind: 'cancel', cancels: command.id, reason: '' }).then(reload, (error: unknown) => {
      setProblem(problemOf(error));
    });
  };
  return (
    <section className="panel commands">
      <div className="panel-head">
        <h2>{t('station.commands')}</h2>
        <button type="button" className="button small" aria-pressed={all} onClick={() => setAll(!all)}>
          {t('commands.own')}
        </button>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {shown.length === 0 ? (
        <p className="quiet">{t('commands.none')}</p>
      ) : (
        <ul>
          {shown.map((command) => (
            <Command key={command.id} command={command} undo={undo} />
          ))}
        </ul>
      )}
    </section>
  );
}
