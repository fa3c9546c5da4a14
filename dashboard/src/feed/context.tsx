/** How components reach the feed: by hooks, never by a global. */
import type { CenterView } from '@heat-center/api/live.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Clock } from './clock.ts';
import type { Connection, Feed } from './feed.ts';
import type { FeedState } from './state.ts';

export interface Live {
  readonly feed: Feed;
  readonly clock: Clock;
}

const LiveContext = createContext<Live | null>(null);
export const LiveProvider = LiveContext.Provider;

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('LiveProvider is missing above this component');
  return live;
}

/** A part of the feed's state; the component draws again only when the part's identity changes. */
export function useFeed<T>(select: (state: FeedState) => T): T {
  const { feed } = useLive();
  return useSyncExternalStore(feed.subscribe, () => select(feed.state()));
}

export const useStation = (id: string): StationView | undefined => useFeed((state) => state.stations.get(id));

export const useCenter = (): CenterView | null => useFeed((state) => state.center);

export function useConnection(): Connection {
  const { feed } = useLive();
  return useSyncExternalStore(feed.subscribe, feed.connection);
}

/** Something that follows from the center's time; give a primitive, so that it draws only when it changes. */
export function useFromTime<T>(derive: (now: number) => T): T {
  const { clock } = useLive();
  return useSyncExternalStore(clock.subscribe, () => derive(clock.tick()));
}

/** The zone of the site; UTC until the center has said it. */
export const useZone = (): string => useFeed((state) => state.center?.zone ?? 'UTC');
