/** Name of the center, alarms, connection, age of the newest data, the site's clock, language, theme, person. */
import { useState } from 'react';
import { Button, DialogTrigger, Popover, Dialog } from 'react-aria-components';
import { Link } from 'wouter';
import { useCenter, useConnection, useFeed, useFromTime, useLive } from '../feed/context.tsx';
import type { FeedState } from '../feed/state.ts';
import { formatTime } from '../format/time.ts';
import { ageText } from '../parts/age.tsx';
import { AlarmMark } from '../parts/marks.tsx';
import { useWords } from '../parts/words.ts';
import { useWho } from '../session/may.ts';
import { PasswordDialog } from '../session/password-dialog.tsx';
import { Preferences } from './preferences.tsx';
import { MOST_USED, useViews } from './views.ts';

function newestOf({ stations }: FeedState): number {
  let newest = 0;
  for (const { heard_at } of stations.values()) newest = Math.max(newest, heard_at ?? 0);
  return newest;
}

function ConnectionMark() {
  const words = useWords();
  const { feed } = useLive();
  const { phase } = useConnection();
  const newest = useFromTime((now) => {
    const at = newestOf(feed.state());
    return at === 0 ? '' : ageText(now - at, words);
  });
  const { t } = words;
  return (
    <span className={`connection ${phase}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {phase === 'live' ? <circle cx="6" cy="6" r="3.5" /> : <path d="M2 2 10 10M10 2 2 10" />}
      </svg>
      <span className="phase">{t(`bar.${phase}`)}</span>
      <span className="newest" title={newest === '' ? t('bar.none') : t('bar.newest', { age: newest })}>
        {newest === '' ? t('bar.none') : newest}
      </span>
    </span>
  );
}

function SiteClock() {
  const words = useWords();
  const center = useCenter();
  const time = useFromTime((now) => formatTime(now, 'clock', words));
  const day = useFromTime((now) => formatTime(now, 'day', words));
  if (!center) return null;
  return (
    <span className="site-clock" title={words.t('bar.clock', { zone: center.zone })}>
      <span className="day">{day}</span> <time>{time}</time>
    </span>
  );
}

/** Alarms by priority as one string, so that the bar draws only when a count changes. */
function alarmCounts({ stations }: FeedState): string {
  const counts = [0, 0, 0, 0];
  for (const { alarms } of stations.values()) {
    for (const { priority } of alarms) counts[priority - 1] = (counts[priority - 1] ?? 0) + 1;
  }
  return counts.join(' ');
}

function AlarmCounters() {
  const counts = useFeed(alarmCounts).split(' ').map(Number);
  return counts.map((count, index) =>
    count === 0 ? null : (
      // oxlint-disable-next-line react/no-array-index-key -- the index is the priority
      <Link key={index} href="/" className="alarm-count">
        <AlarmMark priority={index + 1} /> × {count}
      </Link>
    ),
  );
}

function Person({ signOut }: { signOut: () => void }) {
  const { t } = useWords();
  const { name, full_name, role, kind } = useWho();
  const views = useViews();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <DialogTrigger>
        <Button className="person" aria-label={t('bar.menu')}>
          <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
            <circle cx="12" cy="8" r="4" />
            <path d="M4 21c0-5 4-7 8-7s8 2 8 7" />
          </svg>
          <span className="person-name">
            {name} <span className="quiet">{t(`role.${role}`)}</span>
          </span>
        </Button>
        <Popover className="popover" placement="bottom end">
          <Dialog className="person-menu" aria-label={t('bar.menu')}>
            <p>{t('bar.person', { name: full_name ?? name })}</p>
            <p className="quiet">
              <b>{t(`role.${role}`)}.</b> {t(`roleMeaning.${role}`)}
            </p>
            <div className="only-narrow">
              <Preferences />
              {views.slice(MOST_USED).map(({ name: view, path }) => (
                <Link key={view} href={path} className="button">
                  {t(`nav.${view}`)}
                </Link>
              ))}
            </div>
            {kind === 'person' && (
              <Button className="button" slot="close" onPress={() => setChanging(true)}>
                {t('password.change')}
              </Button>
            )}
            <Button className="button" onPress={signOut}>
              {t('bar.signOut')}
            </Button>
          </Dialog>
        </Popover>
      </DialogTrigger>
      {changing && <PasswordDialog close={() => setChanging(false)} />}
    </>
  );
}

export function TopBar({ signOut }: { signOut: () => void }) {
  const { t } = useWords();
  const center = useCenter();
  return (
    <header className="top-bar">
      <strong className="center-name">{center?.name ?? t('app.name')}</strong>
      <AlarmCounters />
      <span className="spring" />
      <ConnectionMark />
      <SiteClock />
      <Preferences />
      <Person signOut={signOut} />
    </header>
  );
}
