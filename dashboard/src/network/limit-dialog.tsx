/** A short source: what it can give, for how long; said once more with what it does to homes before it is set. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import { sourceLimit, sourceLimitBody } from '@heat-center/api/source.ts';
import type { SourceView } from '@heat-center/api/source.ts';
import { useCallback, useState } from 'react';
import { useLive } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { faultsIn, isFaulty } from '../model/settings.ts';
import { LIMIT_HOLDS, limitOf } from '../model/source.ts';
import type { LimitDraft, LimitHold, SourceLimit } from '../model/source.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { FormDialog, Text } from '../parts/form-dialog.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { Theirs, useUnchanged } from '../parts/use-unchanged.tsx';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { FaultNote } from '../control/setting-dialog.tsx';
import { LimitEffect } from './limit-effect.tsx';
import { networkApi } from './network-api.ts';

const ALL_HOLDS = Object.keys(LIMIT_HOLDS).filter((key): key is LimitHold => key in LIMIT_HOLDS);

/** "6,500 kW, 85.0 °C" */
export function limitText({ power_max_kw, supply_max_c }: SourceLimit, { language }: Words): string {
  const parts = [
    ...(power_max_kw === undefined ? [] : [`${formatNumber(power_max_kw, 0, language)} kW`]),
    ...(supply_max_c === undefined ? [] : [`${formatNumber(supply_max_c, 1, language)} °C`]),
  ];
  return parts.join(' · ');
}

interface LimitProps {
  readonly view: SourceView;
  readonly settings: NetworkSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

const limitIn = ({ source }: NetworkSettings): SourceLimit | undefined => source?.limit;

/** A limit that ends by itself is set as one; one without an end is a setting of the network. */
function useSetLimit(settings: NetworkSettings, limit: SourceLimit, hold_s: number | null) {
  const { save, theirs } = useUnchanged({
    began: limitIn(settings),
    read: networkApi.taggedSettings,
    partOf: limitIn,
  });
  const set = () =>
    save(({ value: now, tag }) =>
      hold_s === null
        ? networkApi.change({ source: { ...now.source, limit } }, tag)
        : networkApi.limitSource({ ...limit, hold_s }),
    );
  return { set, theirs };
}

/** What is in force and ends with this. */
function Replaced({ limit }: { limit: SourceLimit | undefined }) {
  const words = useWords();
  const { clock } = useLive();
  if (!limit || (limit.until ?? Infinity) <= clock.now()) return null;
  const { t } = words;
  const end =
    limit.until === undefined
      ? t('source.holds.open')
      : t('source.endsAt', { time: formatTime(limit.until, 'dateTime', words) });
  return <li>{t('source.effect.replaces', { limit: limitText(limit, words), end })}</li>;
}

interface ConfirmProps extends LimitProps {
  readonly limit: SourceLimit;
  readonly hold_s: number | null;
  readonly back: () => void;
}

/** Now → at most, what it does to homes, how long, what comes after. */
function Confirm({ view, settings, limit, hold_s, close, saved, back }: ConfirmProps) {
  const words = useWords();
  const { t, language } = words;
  const { clock } = useLive();
  const { set, theirs } = useSetLimit(settings, limit, hold_s);
  const { power_max_kw, supply_max_c } = limit;
  const ask = useCallback(
    (signal: AbortSignal) => networkApi.previewLimit({ power_max_kw, supply_max_c }, signal),
    [power_max_kw, supply_max_c],
  );
  const { answer: preview, problem } = useAsked(ask);
  const text = limitText(limit, words);
  return (
    <FormDialog
      title={t('source.confirmTitle', { limit: text })}
      button={t('source.confirm', { limit: text })}
      send={async () => {
        await set();
        saved();
        close();
      }}
      close={close}
      alert
    >
      <div className="now-wished">
        <div>
          <span className="label">{t('source.gives')}</span>
          <span className="big">
            {view.total_kw === null ? '–' : `${formatNumber(view.total_kw, 0, language)} kW`}
          </span>
        </div>
        <span className="to" aria-hidden="true">
          →
        </span>
        <div>
          <span className="label">{t('source.atMost')}</span>
          <span className="big">{text}</span>
        </div>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!preview && !problem && <div className="skeleton" aria-hidden="true" />}
      {preview && <LimitEffect preview={preview} />}
      <ul className="effects">
        <Replaced limit={limitIn(settings)} />
        <li>
          {hold_s === null
            ? t('source.effect.open')
            : t('source.effect.until', {
                time: formatTime(clock.now() + hold_s * 1000, 'zoned', words),
              })}
        </li>
      </ul>
      <Theirs change={theirs} />
      <p>
        <button type="button" className="link" onClick={back}>
          {t('source.back')}
        </button>
      </p>
    </FormDialog>
  );
}

const bodyFaults = (limit: SourceLimit, hold_s: number | null) =>
  faultsIn(hold_s === null ? sourceLimit.safeParse(limit) : sourceLimitBody.safeParse({ ...limit, hold_s }));

export function LimitDialog(props: LimitProps) {
  const { settings, close } = props;
  const words = useWords();
  const { t } = words;
  const holds = useMay()('configure') ? ALL_HOLDS : ALL_HOLDS.filter((key) => key !== 'open');
  const was = limitIn(settings);
  const [draft, setDraft] = useState<LimitDraft>({
    power_max_kw: was?.power_max_kw === undefined ? '' : String(was.power_max_kw),
    supply_max_c: was?.supply_max_c === undefined ? '' : String(was.supply_max_c),
    hold: 'h4',
    reason: was?.reason ?? '',
  });
  const [confirming, setConfirming] = useState(false);
  const limit = limitOf(draft);
  const hold_s = LIMIT_HOLDS[draft.hold];
  if (confirming) {
    return <Confirm {...props} limit={limit} hold_s={hold_s} back={() => setConfirming(false)} />;
  }
  const faults = bodyFaults(limit, hold_s);
  return (
    <FormDialog
      title={t('source.limitTitle')}
      button={t('source.next')}
      ready={faults.length === 0}
      send={() => {
        setConfirming(true);
        return Promise.resolve();
      }}
      close={close}
    >
      <p className="quiet">{t('source.limitHelp')}</p>
      <div className="fields">
        <NumberText
          label={t('field.power_limit_kw')}
          unit="kW"
          step={10}
          value={draft.power_max_kw}
          set={(power_max_kw) => setDraft({ ...draft, power_max_kw })}
          wrong={isFaulty(faults, 'power_max_kw')}
        />
        <NumberText
          label={t('field.supply_max_c')}
          unit="°C"
          value={draft.supply_max_c}
          set={(supply_max_c) => setDraft({ ...draft, supply_max_c })}
          wrong={isFaulty(faults, 'supply_max_c')}
        />
      </div>
      <Choice
        label={t('source.hold')}
        value={draft.hold}
        options={holds.map((value) => ({ value, text: t(`source.holds.${value}`) }))}
        choose={(hold) => setDraft({ ...draft, hold })}
      />
      <Text label={t('wish.reason')} value={draft.reason} set={(reason) => setDraft({ ...draft, reason })} />
      {/* With nothing said yet, what is missing is no fault. */}
      <FaultNote faults={limitText(limit, words) === '' ? [] : faults} />
    </FormDialog>
  );
}

export function EndLimitDialog({ close, saved }: Pick<LimitProps, 'close' | 'saved'>) {
  const { t } = useWords();
  return (
    <FormDialog
      title={t('source.endTitle')}
      button={t('source.end')}
      send={async () => {
        await networkApi.endLimit();
        saved();
        close();
      }}
      close={close}
      alert
    >
      <p>{t('source.endBody')}</p>
    </FormDialog>
  );
}
