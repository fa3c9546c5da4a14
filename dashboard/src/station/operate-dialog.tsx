/** Stopping a pump or closing a valve: selected first, then operated, with what it does to homes. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import { useConnection, useFromTime, useLive } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { errorMeaning, errorRemedy } from '../i18n/index.ts';
import { isEnded, othersRunning } from '../model/equipment.ts';
import type { Actuator } from '../model/equipment.ts';
import { Choice } from '../parts/choice.tsx';
import { FormDialog, Text } from '../parts/form-dialog.tsx';
import { valueText } from '../parts/value.tsx';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { Progress } from './commands.tsx';

/** The station holds nothing stopped for longer than four hours. */
const HOLDS = { min15: 900, h1: 3600, h4: 14_400 } as const;
type Hold = keyof typeof HOLDS;
const HOLD_KEYS = Object.keys(HOLDS).filter((key): key is Hold => key in HOLDS);

export const actuatorName = ({ kind, name }: Actuator, { t }: Pick<Words, 't'>): string =>
  kind === 'pump' ? t('operate.pump', { name }) : t('operate.valve');

interface OperateProps {
  readonly view: StationView;
  readonly actuator: Actuator;
  readonly commands: readonly CommandView[];
  readonly close: () => void;
}

function Effects({ view, actuator, until }: Pick<OperateProps, 'view' | 'actuator'> & { until: number }) {
  const words = useWords();
  const { t, language } = words;
  const area_m2 = view.circuits.find(({ id }) => id === actuator.circuit)?.heated_area_m2;
  const area =
    area_m2 === undefined
      ? ''
      : ` (${t('station.heatedArea', { area: formatNumber(area_m2, 0, language) })})`;
  const homes = { circuit: actuator.circuit, area };
  const others = othersRunning(view, actuator);
  return (
    <ul className="effects">
      {actuator.kind === 'valve' && <li>{t('operate.noHeatValve', homes)}</li>}
      {actuator.kind === 'pump' && others.length === 0 && <li>{t('operate.noHeatPump', homes)}</li>}
      {actuator.kind === 'pump' && others.length > 0 && (
        <li>{t('operate.others', { others: others.join(', ') })}</li>
      )}
      <li>{t('operate.until', { time: formatTime(until, 'zoned', words) })}</li>
      <li>{t('operate.after')}</li>
    </ul>
  );
}

function Refused({ command }: { command: CommandView | undefined }) {
  const { t } = useWords();
  if (command?.state === 'expired')
    return (
      <p className="problem" role="alert">
        {t('operate.lapsed')}
      </p>
    );
  if (command?.why === undefined) return null;
  return (
    <p className="problem" role="alert">
      <strong>{errorMeaning(t, command.why)}</strong> {errorRemedy(t, command.why)}
    </p>
  );
}

/** How far it is: what was selected and operated, as the feed tells of it. */
function useSteps(commands: readonly CommandView[]) {
  const [selectId, setSelectId] = useState<string | null>(null);
  const [operateId, setOperateId] = useState<string | null>(null);
  const select = commands.find(({ id }) => id === selectId);
  const operate = commands.find(({ id }) => id === operateId);
  const left_s = useFromTime((now) =>
    select?.state === 'accepted' ? Math.max(0, Math.ceil((select.ends_at - now) / 1000)) : 0,
  );
  const waiting = selectId !== null && (select === undefined || ['pending', 'sent'].includes(select.state));
  const over = select !== undefined && (isEnded(select) || (select.state === 'accepted' && left_s === 0));
  const phase =
    operateId !== null ? 'operated' : waiting ? 'selecting' : select && !over ? 'selected' : 'choosing';
  return { phase, select, operate, left_s, selectId, setSelectId, setOperateId } as const;
}

export function OperateDialog({ view, actuator, commands, close }: OperateProps) {
  const words = useWords();
  const { t } = words;
  const { clock } = useLive();
  const connection = useConnection();
  const [hold, setHold] = useState<Hold>('h1');
  const [reason, setReason] = useState('');
  const steps = useSteps(commands);
  const { phase, select, operate, left_s } = steps;
  const { target, action, point } = actuator;
  const what = actuatorName(actuator, words);
  const asked = { target, action, hold_s: HOLDS[hold], reason };
  const verb = t(`operate.button.${action}`, { what, hold: t(`operate.holds.${hold}`) });

  const send = async () => {
    if (phase === 'selected' && steps.selectId !== null) {
      const order = { kind: 'operate', select_id: steps.selectId, ...asked } as const;
      steps.setOperateId((await api.wish(view.id, order)).id);
    } else {
      steps.setSelectId((await api.wish(view.id, { kind: 'select', ...asked })).id);
    }
  };

  const title = t(`operate.title.${action}`, { what, circuit: actuator.circuit });
  if (phase === 'operated') {
    return (
      <FormDialog title={title} close={close}>
        <p>{verb}</p>
        {operate ? <Progress command={operate} /> : <p role="status">{t('operate.selecting')}</p>}
        <Refused command={operate} />
      </FormDialog>
    );
  }
  const button = {
    choosing: t('operate.select', { what }),
    selecting: t('operate.selecting'),
    selected: verb,
  }[phase];
  return (
    <FormDialog
      title={title}
      button={button}
      ready={phase !== 'selecting' && connection.phase === 'live'}
      send={send}
      close={close}
      alert
    >
      <p className="now-wished">
        <span className="big">{valueText(point, view.points[point], words)}</span>
        <span className="to" aria-hidden="true">
          →
        </span>
        <span className="big">{t(`operate.wished.${action}`)}</span>
      </p>
      {phase === 'choosing' && (
        <>
          <Choice
            label={t('operate.hold')}
            value={hold}
            options={HOLD_KEYS.map((value) => ({ value, text: t(`operate.holds.${value}`) }))}
            choose={setHold}
          />
          <Text label={t('wish.reason')} value={reason} set={setReason} />
        </>
      )}
      <Effects view={view} actuator={actuator} until={clock.now() + HOLDS[hold] * 1000} />
      {phase === 'choosing' && <Refused command={select} />}
      {phase === 'selected' && <p role="status">{t('operate.selected', { s: left_s })}</p>}
      {connection.phase !== 'live' && <p className="problem">{t('wish.lost')}</p>}
    </FormDialog>
  );
}
