/** What is always there: rail, bar, and the bars over everything. */
import type { Action } from '@heat-center/api/access.ts';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection } from '../feed/context.tsx';
import { useWords } from '../parts/words.ts';
import { useMay } from '../session/may.ts';
import { Banners } from './banners.tsx';
import { TopBar } from './top-bar.tsx';
import { usePreference } from './use-preference.ts';

interface View {
  readonly name: 'overview' | 'log' | 'engineering' | 'settings';
  readonly path: string;
  readonly icon: string;
  /** Shown to those who may do one of these; to all when absent. */
  readonly needs?: readonly Action[];
}

const VIEWS: readonly View[] = [
  { name: 'overview', path: '/', icon: 'M3 5h18M3 10h18M3 15h18M3 20h18' },
  { name: 'log', path: '/log', icon: 'M5 3h14v18H5zM8 8h8M8 12h8M8 16h5', needs: ['audit'] },
  {
    name: 'engineering',
    path: '/engineering',
    icon: 'M4 20V9l5-5v7l6-4v5l5-3v11zM8 16h3M14 16h3',
    needs: ['diagnose'],
  },
  {
    name: 'settings',
    path: '/settings',
    icon: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
    needs: ['manage_users', 'manage_tokens'],
  },
];

const isCurrent = (path: string, location: string): boolean =>
  path === '/' ? location === '/' || location.startsWith('/stations') : location.startsWith(path);

function Rail() {
  const { t } = useWords();
  const [location] = useLocation();
  const [width, setWidth] = usePreference('rail', ['narrow', 'wide'], 'narrow');
  const wide = width === 'wide';
  const may = useMay();
  const views = VIEWS.filter(({ needs }) => needs === undefined || needs.some(may));
  return (
    <nav className={wide ? 'rail wide' : 'rail'} aria-label={t('nav.label')}>
      {views.map(({ name, path, icon }) => (
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
  readonly signOut: () => void;
  readonly children: ReactNode;
}

export function Shell({ signOut, children }: ShellProps) {
  const { t } = useWords();
  const connection = useConnection();
  return (
    <div className={connection.phase === 'lost' ? 'shell lost' : 'shell'}>
      <a className="skip" href="#view">
        {t('nav.skip')}
      </a>
      <Rail />
      <div className="main">
        <TopBar signOut={signOut} />
        <Banners />
        <main id="view" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
