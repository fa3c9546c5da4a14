/** Who did what and when, filtered; the address holds the filter. */
import type { AuditEntryView } from '@heat-center/api/audit.ts';
import { Link } from 'wouter';
import { useFeed } from '../feed/context.tsx';
import { wordFor } from '../i18n/index.ts';
import { en } from '../i18n/en.ts';
import { Moment } from '../parts/age.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Spans } from '../parts/spans.tsx';
import { useWords } from '../parts/words.ts';
import { changeText } from '../model/change-text.ts';
import { NO_FILTER, SPAN_KEYS, useLogChoice } from './choice.ts';
import type { LogChoice } from './choice.ts';
import { useLog } from './use-log.ts';

const ACTIONS = Object.keys(en.auditAction);

interface FiltersProps {
  readonly choice: LogChoice;
  readonly choose: (choice: LogChoice) => void;
}

function Filters({ choice, choose }: FiltersProps) {
  const { t } = useWords();
  const filtered = choice.by !== '' || choice.action !== '' || choice.subject !== '';
  return (
    <div className="log-filters">
      <Spans
        label={t('log.span')}
        values={SPAN_KEYS}
        value={choice.span}
        text={(span) => t(`log.spans.${span}`)}
        choose={(span) => choose({ ...choice, span })}
      />
      <input
        value={choice.by}
        placeholder={t('log.by')}
        aria-label={t('log.by')}
        onChange={(event) => choose({ ...choice, by: event.target.value })}
      />
      <select
        value={choice.action}
        aria-label={t('log.action')}
        onChange={(event) => choose({ ...choice, action: event.target.value })}
      >
        <option value="">
          {t('log.action')}: {t('log.any')}
        </option>
        {ACTIONS.map((action) => (
          <option key={action} value={action}>
            {wordFor(t, `auditAction.${action}`)}
          </option>
        ))}
      </select>
      <input
        value={choice.subject}
        placeholder={t('log.subject')}
        aria-label={t('log.subject')}
        onChange={(event) => choose({ ...choice, subject: event.target.value })}
      />
      {filtered && (
        <button
          type="button"
          className="button plain"
          onClick={() => choose({ ...NO_FILTER, span: choice.span })}
        >
          {t('log.clear')}
        </button>
      )}
    </div>
  );
}

/** A click on a name, an action or a subject filters by it. */
function Filter({ text, choose }: { text: string; choose: () => void }) {
  return (
    <button type="button" className="link" onClick={choose}>
      {text}
    </button>
  );
}

function Entry({ entry, choice, choose }: FiltersProps & { entry: AuditEntryView }) {
  const { t } = useWords();
  const { n, at, by, action, subject } = entry;
  const station = useFeed((state) => state.stations.has(subject));
  const text = changeText(entry);
  return (
    <tr>
      <td title={t('log.numbered', { n })}>
        <Moment at={at} seconds />
      </td>
      <td>
        <Filter text={by} choose={() => choose({ ...choice, by })} />
      </td>
      <td>
        <Filter text={wordFor(t, `auditAction.${action}`)} choose={() => choose({ ...choice, action })} />
      </td>
      <td>
        <Filter text={subject} choose={() => choose({ ...choice, subject })} />
        {station && (
          <Link href={`/stations/${encodeURIComponent(subject)}`} aria-label={subject}>
            {' '}
            →
          </Link>
        )}
      </td>
      <td>
        <code className="excerpt" title={text}>
          {text}
        </code>
      </td>
    </tr>
  );
}

export function LogView() {
  const { t } = useWords();
  const [choice, choose] = useLogChoice();
  const { entries, next, problem, older, choice: answered } = useLog(choice);
  return (
    <div className="engineering log">
      <header className="view-head">
        <h1>{t('log.title')}</h1>
      </header>
      <section className="panel">
        <Filters choice={choice} choose={choose} />
        {problem && <ProblemNote problem={problem} />}
        {answered && entries.length === 0 && <p className="quiet">{t('log.nothing')}</p>}
        {entries.length > 0 && (
          <div className="scroll-x">
            <table className="list">
              <thead>
                <tr>
                  <th>{t('log.time')}</th>
                  <th>{t('log.by')}</th>
                  <th>{t('log.action')}</th>
                  <th>{t('log.subject')}</th>
                  <th>{t('log.detail')}</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <Entry key={entry.n} entry={entry} choice={choice} choose={choose} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {next !== undefined && (
          <button type="button" className="button" onClick={older}>
            {t('log.older')}
          </button>
        )}
      </section>
    </div>
  );
}
