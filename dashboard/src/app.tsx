/** The session first; then the live feed with the shell and its views. */
import { Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { createClock } from './feed/clock.ts';
import { LiveProvider, useZone } from './feed/context.tsx';
import type { Live } from './feed/context.tsx';
import { createFeed } from './feed/feed.ts';
import type { SocketEvents } from './feed/feed.ts';
import { parseLive } from './feed/parse.ts';
import { OverviewView } from './overview/overview.tsx';
import { useWordsFor, WordsProvider } from './parts/words.ts';
import { SessionProvider } from './session/may.ts';
import { useSession } from './session/session.ts';
import type { SessionControl } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import {
  EngineeringView,
  LogView,
  NetworkView,
  SettingsView,
  StationView,
  TrendsView,
} from './shell/lazy-views.ts';
import { Shell } from './shell/shell.tsx';
import { ViewBoundary } from './shell/view-boundary.tsx';

function openLive({ message, close }: SocketEvents): () => void {
  const { protocol, host } = window.location;
  const socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/live`);
  socket.addEventListener('message', (event) => message(event.data));
  socket.addEventListener('close', close);
  return () => socket.close();
}

function createLive(onLost: () => void): Live {
  const clock = createClock();
  const feed = createFeed({
    open: openLive,
    parse: (text) => parseLive(text, import.meta.env.DEV),
    onTime: clock.heard,
    onLost,
    random: Math.random,
  });
  return { clock, feed };
}

function Worded({ zone, children }: { zone: string; children: ReactNode }) {
  return <WordsProvider value={useWordsFor(zone)}>{children}</WordsProvider>;
}

const AtSite = ({ children }: { children: ReactNode }) => <Worded zone={useZone()}>{children}</Worded>;

function Center({ control }: { control: SessionControl }) {
  const [live] = useState(() => createLive(() => void control.check()));
  useEffect(() => {
    live.feed.start();
    return live.feed.stop;
  }, [live]);
  const { state, signOut } = control;
  if (state.phase !== 'in') return null;
  return (
    <LiveProvider value={live}>
      <SessionProvider value={state.session}>
        <AtSite>
          <Shell signOut={() => void signOut()}>
            <ViewBoundary>
              <Suspense fallback={<div className="skeleton" aria-hidden="true" />}>
                <Switch>
                  <Route path="/">
                    <OverviewView />
                  </Route>
                  <Route path="/stations/:id">
                    {({ id }) => <StationView key={id} id={decodeURIComponent(id)} />}
                  </Route>
                  <Route path="/network/:tab?">{({ tab }) => <NetworkView tab={tab} />}</Route>
                  <Route path="/trends">
                    <TrendsView />
                  </Route>
                  <Route path="/log">
                    <LogView />
                  </Route>
                  <Route path="/settings">
                    <SettingsView />
                  </Route>
                  <Route path="/engineering">
                    <EngineeringView />
                  </Route>
                  <Route>
                    <OverviewView />
                  </Route>
                </Switch>
              </Suspense>
            </ViewBoundary>
          </Shell>
        </AtSite>
      </SessionProvider>
    </LiveProvider>
  );
}

export function App({ token }: { token: string | null }) {
  const control = useSession(token);
  if (control.state.phase === 'in') return <Center control={control} />;
  return (
    <Worded zone="UTC">
      <SignIn control={control} />
    </Worded>
  );
}
