/** What is always there: rail, bar, and the bars over everything. */
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useConnection } from '../feed/context.tsx';
import { useWords } from '../parts/words.ts';
import { Banners } from './banners.tsx';
import { TopBar } from './top-bar.tsx';
import { usePreference } from './use-preference.ts';
import { useViews } from './views.ts';

const isCurrent = (path: string, location: string): boolean =>
  path === '/' ? location === '/' || location.startsWith('/stations') : location.startsWith(path);

function Rail() {
  const { t } = useWords();
  const [location] = useLocation();
  const [width, setWidth] = usePreference('rail', ['narrow', 'wide'], 'narrow');
  const wide = width === 'wide';
  const views = useViews();
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
