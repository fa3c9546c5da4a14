/** `pnpm start`: the controller and the simulated city as two children, and a dashboard that is up to date. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildDashboard } from './dashboard-build.ts';
import { supervise } from './child.ts';
import { CONTROLLER_ENVIRONMENT, CONTROLLER_FLAGS } from './process-settings.ts';

const ROOT = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');
const DEFAULT_DEMO_STATIONS = '24';
const SIMULATORS_GRACE_MS = 5000;
const CONTROLLER_GRACE_MS = 20_000;
const MAX_CONTROLLER_DEATHS = 3;
/** Where Vite serves the sources with hot reload; it passes the API on. */
const VITE_URL = 'http://127.0.0.1:5173';

const dev = process.argv.includes('--dev');
/** The simulated city's zone: its weather follows the sun there. */
const DEMO_ZONE = 'Asia/Shanghai';
const demoStations = process.env.HEAT_CENTER_DEMO_STATIONS ?? DEFAULT_DEMO_STATIONS;

const say = (text: string): void => {
  process.stdout.write(`heat center: ${text}\n`);
};

/** What the controller says once it listens. */
interface Ready {
  readonly kind: 'ready';
  readonly url: string;
  readonly link: string;
  readonly api: string;
  readonly mqtt: string;
  readonly token_file: string;
  readonly data_dir: string;
}

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready';
}

/** A controller that is started again listens where it did, or browsers and stations would look for it in vain. */
function portsOf(before: Ready | undefined): Record<string, string> {
  if (!before) return {};
  return {
    HEAT_CENTER_HTTP_PORT: new URL(before.api).port,
    HEAT_CENTER_MQTT_PORT: new URL(before.mqtt).port,
  };
}

let ready: Ready | undefined;
let ending = false;

const simulators = supervise({
  name: 'the simulated city',
  entry: join(ROOT, 'simulators/src/main.ts'),
  env: () => ({
    ...process.env,
    HEAT_CENTER_DEMO_STATIONS: demoStations,
    HEAT_CENTER_DATA_DIR: ready?.data_dir,
    HEAT_SIMULATORS_API: ready?.api,
    HEAT_SIMULATORS_MQTT: ready?.mqtt,
    HEAT_SIMULATORS_TOKEN_FILE: ready?.token_file,
  }),
  maxDeaths: Infinity,
  say,
});

function onControllerMessage(message: unknown): void {
  if (!isReady(message)) return;
  const before = ready;
  ready = message;
  const running = before !== undefined;
  const moved = before?.api !== message.api || before.mqtt !== message.mqtt;
  if (Number(demoStations) > 0 && !ending) {
    if (!running) simulators.start();
    else if (moved) simulators.restart();
  }
  if (running) return;
  say(`listening on ${message.url}`);
  const link = dev ? message.link.replace(message.url, VITE_URL) : message.link;
  say(`sign in once, within 15 minutes:  ${link}`);
  if (dev) {
    startVite();
    return;
  }
  void prepareDashboard(message.link);
}

async function prepareDashboard(link: string): Promise<void> {
  if ((await buildDashboard(ROOT, say)) !== 'failed') say(`the dashboard is ready: ${link}`);
}

const controller = supervise({
  name: 'the controller',
  entry: join(ROOT, 'controller/src/main.ts'),
  execArgv: [...CONTROLLER_FLAGS, ...(dev ? ['--watch', '--watch-preserve-output'] : [])],
  env: () => ({
    ...CONTROLLER_ENVIRONMENT,
    ...(Number(demoStations) > 0 ? { HEAT_CENTER_ZONE: DEMO_ZONE } : {}),
    ...process.env,
    ...portsOf(ready),
  }),
  onMessage: onControllerMessage,
  maxDeaths: MAX_CONTROLLER_DEATHS,
  onGivenUp() {
    say('the controller died three times within a minute; its messages above say why. Stopping.');
    void end(1);
  },
  say,
});

/** Hot reload: Vite serves the sources and passes the API on to the controller. */
function startVite(): void {
  const vite = spawn(process.execPath, [join(ROOT, 'dashboard/node_modules/vite/bin/vite.js')], {
    cwd: join(ROOT, 'dashboard'),
    stdio: 'inherit',
    env: { ...process.env, HEAT_CENTER_API: ready?.api },
  });
  process.once('exit', () => vite.kill());
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await simulators.stop(SIMULATORS_GRACE_MS);
  await controller.stop(CONTROLLER_GRACE_MS);
  process.exit(code);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0));
}
controller.start();
