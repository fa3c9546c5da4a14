/** The session first; then the live feed with the shell and its views. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { EngineeringView } from './engineering/engineering.tsx';
import { createClock } from './feed/clock.ts';
import { LiveProvider } from './feed/context.tsx';
import type { Live } from './feed/context.tsx';
import { createFeed } from './feed/feed.ts';
import type { SocketEvents } from './feed/feed.ts';
import { parseLive } from './feed/parse.ts';
import { OverviewView } from './overview/overview.tsx';
import { useCurrentWords, WordsProvider } from './parts/words.ts';
import { useSession } from './session/session.ts';
import type { SessionControl } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { Shell } from './shell/shell.tsx';
import { ViewBoundary } from './shell/view-boundary.tsx';
import { StationView } from './station/station.tsx';

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

function Worded({ children }: { children: ReactNode }) {
  return <WordsProvider value={useCurrentWords()}>{children}</WordsProvider>;
}

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
      <Worded>
        <Shell session={state.session} signOut={() => void signOut()}>
          <ViewBoundary>
            <Switch>
              <Route path="/">
                <OverviewView />
              </Route>
              <Route path="/stations/:id">
                {({ id }) => <StationView key={id} id={decodeURIComponent(id)} />}
              </Route>
              <Route path="/engineering">
                <EngineeringView />
              </Route>
              <Route>
                <OverviewView />
              </Route>
            </Switch>
          </ViewBoundary>
        </Shell>
      </Worded>
    </LiveProvider>
  );
}

export function App({ token }: { token: string | null }) {
  const control = useSession(token);
  return control.state.phase === 'in' ? <Center control={control} /> : <SignIn state={control.state} />;
}
