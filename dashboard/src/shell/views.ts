/** The views of the rail, for those who may see them. */
import type { Action } from '@heat-center/api/access.ts';
import { useMay } from '../session/may.ts';

export interface View {
  readonly name: 'overview' | 'network' | 'trends' | 'log' | 'engineering' | 'settings';
  readonly path: string;
  readonly icon: string;
  /** Shown to those who may do one of these; to all when absent. */
  readonly needs?: readonly Action[];
}

const VIEWS: readonly View[] = [
  { name: 'overview', path: '/', icon: 'M3 5h18M3 10h18M3 15h18M3 20h18' },
  {
    name: 'network',
    path: '/network',
    icon: 'M12 4v6M12 10 5 18M12 10l7 8M9.5 4a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M2.5 19.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M16.5 19.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0',
  },
  { name: 'trends', path: '/trends', icon: 'M3 20h18M4 15l5-6 4 4 7-8' },
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

/** On a phone there is room for this many; the others are in the person's menu. */
export const MOST_USED = 4;

export function useViews(): readonly View[] {
  const may = useMay();
  return VIEWS.filter(({ needs }) => needs === undefined || needs.some(may));
}
