/** What a station is and how it is, in one line above and in full below. */
import type { StationDetail, StationView } from '@heat-center/api/stations.ts';
import { formatNumber } from '../format/number.ts';
import { nameIn } from '../format/point.ts';
import { errorMeaning } from '../i18n/index.ts';
import { Age, Moment } from '../parts/age.tsx';
import { AlarmMark, ModeBox, SimulatedTag, StateMark } from '../parts/marks.tsx';
import { spanText } from '../parts/reason-text.ts';
import { useWords } from '../parts/words.ts';

export function StationHead({ view }: { view: StationView }) {
  const { t, language } = useWords();
  return (
    <div className="station-head">
      <h1>
        {nameIn(view.name, language, view.id)}
        {view.simulated && <SimulatedTag />}
      </h1>
      <span className="quiet">{nameIn(view.area, language, '')}</span>
      <span className="head-fact">
        {view.alarms.map(({ code, priority, since }) => (
          <AlarmMark key={`${code} ${since}`} priority={priority} code={code} />
        ))}
        <StateMark state={view.state} />
        <span className="quiet">
          <Age at={view.state_since} />
        </span>
      </span>
      <span className="head-fact" title={t(`modeMeaning.${view.mode}`)}>
        <ModeBox mode={view.mode} />
        {t(`mode.${view.mode}`)}
      </span>
      <span className="head-fact" title={t(`controlMeaning.${view.control}`)}>
        {t(`control.${view.control}`)}
      </span>
      <span className="head-fact">
        {t('station.curveOnSite')}: {t(`fallback.${view.fallback}`)}
      </span>
      {view.clock_suspect && (
        <span className="head-fact note">{t(`clockSuspect.${view.clock_suspect}`)}</span>
      )}
      <span className="head-fact spring-left">
        <Age at={view.heard_at} suffix />
      </span>
      {view.faults.length > 0 && (
        <p className="faults">{t('station.faults', { list: view.faults.join(', ') })}</p>
      )}
    </div>
  );
}

function Settings({ view, detail }: { view: StationView; detail: StationDetail | null }) {
  const words = useWords();
  const { t, language } = words;
  const facts: [string, string][] = [
    ['id', view.id],
    [t(`kind.${view.kind}`), t(`priority.${view.priority}`)],
  ];
  if (view.heated_area_m2 !== null) {
    facts.push(['A', t('station.heatedArea', { area: formatNumber(view.heated_area_m2, 0, language) })]);
  }
  const period = spanText(view.every_s.default, words);
  facts.push(['T', t('station.period', { period, meter: spanText(view.every_s.meter, words) })]);
  if (detail) facts.push(['rev', t('station.limitsRev', { rev: detail.limits_rev })]);
  return (
    <ul className="facts">
      {facts.map(([key, text]) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  );
}

/** For engineers: counters, unknown points, gaps. */
export function StationDetails({ view, detail }: { view: StationView; detail: StationDetail | null }) {
  const { t } = useWords();
  const counters = Object.entries(detail?.counters ?? {}).filter(([, count]) => count > 0);
  return (
    <section className="panel details">
      <h2>{t('station.details')}</h2>
      <Settings view={view} detail={detail} />
      {counters.length > 0 && (
        <ul className="counts">
          {counters.map(([code, count]) => (
            <li key={code}>
              <b>{count}</b> <code>{code}</code> <span className="quiet">{errorMeaning(t, code)}</span>
            </li>
          ))}
        </ul>
      )}
      {detail && detail.unknown_points.length > 0 && (
        <>
          <h3>{t('engineering.unknown')}</h3>
          <ul className="counts">
            {detail.unknown_points.map(({ point, count, last_at }) => (
              <li key={point}>
                <b>{count}</b> <code>{point}</code>{' '}
                <span className="quiet">
                  <Moment at={last_at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {detail && detail.gaps.length > 0 && (
        <>
          <h3>{t('engineering.gaps')}</h3>
          <ul className="counts">
            {detail.gaps.map((gap) => (
              <li key={`${gap.boot} ${gap.from_seq}`}>
                {t('engineering.gap', { from: gap.from_seq, to: gap.to_seq, boot: gap.boot })}{' '}
                <span className="quiet">
                  <Moment at={gap.at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
