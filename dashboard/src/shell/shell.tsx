/** What is always there: rail, bar, and the bars over everything. */
import type { SessionView } from '@heat-center/api/session.ts';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection } from '../feed/context.tsx';
import { useWords } from '../parts/words.ts';
import { Banners } from './banners.tsx';
import { TopBar } from './top-bar.tsx';
import { usePreference } from './use-preference.ts';

const VIEWS = [
  { name: 'overview', path: '/', icon: 'M3 5h18M3 10h18M3 15h18M3 20h18' },
  { name: 'engineering', path: '/engineering', icon: 'M4 20V9l5-5v7l6-4v5l5-3v11zM8 16h3M14 16h3' },
] as const;

const isCurrent = (path: string, location: string): boolean =>
  path === '/' ? location === '/' || location.startsWith('/stations') : location.startsWith(path);

function Rail() {
  const { t } = useWords();
  const [location] = useLocation();
  const [width, setWidth] = usePreference('rail', ['narrow', 'wide'], 'narrow');
  const wide = width === 'wide';
  return (
    <nav className={wide ? 'rail wide' : 'rail'} aria-label={t('nav.label')}>
      {VIEWS.map(({ name, path, icon }) => (
        <Link
          key={name}
          href={path}
          title={wide ? undefined : t(`nav.${name}`)}
          aria-current={isCurrent(path, location) ? 'page' : undefined}
        >
          <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path d={icon} />
          </svg>
          <span className="rail-name">{t(`nav.${name}`)}</span>
        </Link>
      ))}
      <button
        type="button"
        className="rail-fold"
        aria-expanded={wide}
        title={wide ? t('nav.collapse') : t('nav.expand')}
        aria-label={wide ? t('nav.collapse') : t('nav.expand')}
        onClick={() => setWidth(wide ? 'narrow' : 'wide')}
      >
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path d={wide ? 'm14 6-6 6 6 6' : 'm10 6 6 6-6 6'} />
        </svg>
      </button>
    </nav>
  );
}

interface ShellProps {
  readonly session: SessionView;
  readonly signOut: () => void;
  readonly children: ReactNode;
}

export function Shell({ session, signOut, children }: ShellProps) {
  const { t } = useWords();
  const connection = useConnection();
  return (
    <div className={connection.phase === 'lost' ? 'shell lost' : 'shell'}>
      <a className="skip" href="#view">
        {t('nav.skip')}
      </a>
      <Rail />
      <div className="main">
        <TopBar session={session} signOut={signOut} />
        <Banners />
        <main id="view" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
