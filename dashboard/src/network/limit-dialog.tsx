/** A short source: what it can give, for how long; said once more with what it does to homes before it is set. */
import type { SourceSettings, SourceView } from '@heat-center/api/source.ts';
import { useState } from 'react';
import { useLive } from '../feed/context.tsx';
import { formatNumber } from '../format/number.ts';
import { formatTime } from '../format/time.ts';
import { isFaulty } from '../model/settings.ts';
import { leftBy, LIMIT_HOLDS, limitOf } from '../model/source.ts';
import type { LimitDraft, LimitHold, SourceLimit } from '../model/source.ts';
import { Choice } from '../parts/choice.tsx';
import { NumberText } from '../parts/fields.tsx';
import { FormDialog, Text } from '../parts/form-dialog.tsx';
import { useWords } from '../parts/words.ts';
import type { Words } from '../parts/words.ts';
import { FaultNote } from '../control/setting-dialog.tsx';
import { SectionDialog, sectionFaults } from './section-dialog.tsx';

const HOLDS = Object.keys(LIMIT_HOLDS).filter((key): key is LimitHold => key in LIMIT_HOLDS);

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
  /** The whole section: a change replaces it. */
  readonly settings: SourceSettings;
  readonly close: () => void;
  readonly saved: () => void;
}

/** Now → wished, what it does to homes, how long, what comes after. */
function Confirm(props: LimitProps & { limit: SourceLimit; back: () => void }) {
  const { view, settings, limit, close, saved } = props;
  const words = useWords();
  const { t, language } = words;
  const left = leftBy(limit, view);
  const text = limitText(limit, words);
  return (
    <SectionDialog
      title={t('source.confirmTitle', { limit: text })}
      button={t('source.confirm', { limit: text })}
      change={{ source: { ...settings, limit } }}
      close={close}
      saved={saved}
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
      <ul className="effects">
        {left !== null && left < 1 && (
          <li>{t('source.effect.less', { percent: formatNumber(left * 100, 0, language) })}</li>
        )}
        {left !== null && left >= 1 && <li>{t('source.effect.enough')}</li>}
        <li>{t('source.effect.order')}</li>
        <li>
          {limit.until === undefined
            ? t('source.effect.open')
            : t('source.effect.until', { time: formatTime(limit.until, 'zoned', words) })}
        </li>
      </ul>
      <p>
        <button type="button" className="link" onClick={props.back}>
          {t('source.back')}
        </button>
      </p>
    </SectionDialog>
  );
}

export function LimitDialog(props: LimitProps) {
  const { settings, close } = props;
  const { t } = useWords();
  const { clock } = useLive();
  const was = settings.limit;
  const [draft, setDraft] = useState<LimitDraft>({
    power_max_kw: was?.power_max_kw === undefined ? '' : String(was.power_max_kw),
    supply_max_c: was?.supply_max_c === undefined ? '' : String(was.supply_max_c),
    hold: 'open',
    reason: was?.reason ?? '',
  });
  const [chosen, setChosen] = useState<SourceLimit | null>(null);
  if (chosen) return <Confirm {...props} limit={chosen} back={() => setChosen(null)} />;
  const limit = limitOf(draft, clock.now());
  const faults = sectionFaults({ source: { ...settings, limit } });
  const choose = () => {
    setChosen(limitOf(draft, clock.now()));
    return Promise.resolve();
  };
  return (
    <FormDialog
      title={t('source.limitTitle')}
      button={t('source.next')}
      ready={faults.length === 0}
      send={choose}
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
          wrong={isFaulty(faults, 'source.limit.power_max_kw')}
        />
        <NumberText
          label={t('field.supply_max_c')}
          unit="°C"
          value={draft.supply_max_c}
          set={(supply_max_c) => setDraft({ ...draft, supply_max_c })}
          wrong={isFaulty(faults, 'source.limit.supply_max_c')}
        />
      </div>
      <Choice
        label={t('source.hold')}
        value={draft.hold}
        options={HOLDS.map((value) => ({ value, text: t(`source.holds.${value}`) }))}
        choose={(hold) => setDraft({ ...draft, hold })}
      />
      <Text label={t('wish.reason')} value={draft.reason} set={(reason) => setDraft({ ...draft, reason })} />
      <FaultNote faults={faults} />
    </FormDialog>
  );
}

export function EndLimitDialog({ settings, close, saved }: Omit<LimitProps, 'view'>) {
  const { t } = useWords();
  const { limit: _, ...rest } = settings;
  return (
    <SectionDialog
      title={t('source.endTitle')}
      button={t('source.end')}
      change={{ source: Object.keys(rest).length > 0 ? rest : null }}
      close={close}
      saved={saved}
      alert
    >
      <p>{t('source.endBody')}</p>
    </SectionDialog>
  );
}
