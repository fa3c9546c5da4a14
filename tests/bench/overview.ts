/** The overview in a browser while 1,000 stations speak: what each frame costs the page's main thread. */
import { fileURLToPath } from 'node:url';
import { buildDashboard } from '@heat-center/controller/supervisor/dashboard-build.ts';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, launchBrowser, WIDE } from '../support/browser.ts';
import { ADMIN_TOKEN } from '../support/center.ts';
import { rows } from '../support/screen.ts';
import { framesOf, type Frame, type TraceEvent } from './frames.ts';
import type { BenchOptions } from './pipeline.ts';
import { runLoad } from './run-load.ts';
import { wholeCenter } from './subjects.ts';

const STATIONS = 1000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** What a person does meanwhile; repeated until the time is over. */
type Meanwhile = (page: Page) => Promise<void>;

const PHASES: readonly (readonly [name: string, meanwhile: Meanwhile])[] = [
  ['looking on', () => sleep(200)],
  [
    'scrolling',
    async (page) => {
      for (let step = 0; step < 40; step += 1) {
        await page.mouse.wheel(0, step < 20 ? 240 : -240);
        await sleep(50);
      }
    },
  ],
  [
    'searching',
    async (page) => {
      const search = page.getByRole('searchbox');
      await search.pressSequentially('bench-12', { delay: 120 });
      for (let key = 0; key < 8; key += 1) await search.press('Backspace', { delay: 120 });
    },
  ],
];

/** Frames of `seconds` s while a person does something. */
async function measured(page: Page, seconds: number, meanwhile: Meanwhile): Promise<Frame[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  await browser.startTracing(page, {
    categories: ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  for (const until = performance.now() + seconds * 1000; performance.now() < until;) await meanwhile(page);
  const trace = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  return framesOf(traceEvents);
}

async function open(browser: Browser, url: string): Promise<Page> {
  const answer = await fetch(`${url}/api/v1/session/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const link = (await answer.json()) as { url: string };
  const page = await browser.newPage({ viewport: WIDE });
  await page.goto(link.url);
  await rows(page).first().waitFor();
  await page.mouse.move(WIDE.width / 2, WIDE.height / 2);
  // Without it a frame is made only where something changed.
  await page.evaluate('(function frame() { requestAnimationFrame(frame); })()');
  return page;
}

/** Memory of the page's scripts after a collection, MB. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

function row(name: string, frames: readonly Frame[]): string {
  const of = (what: (frame: Frame) => number, q: number): string => quantile(frames.map(what), q).toFixed(1);
  const long = frames.reduce((sum, frame) => sum + frame.longTasks, 0);
  const cells = [
    name,
    frames.length,
    of((frame) => frame.interval_ms, 0.5),
    of((frame) => frame.interval_ms, 0.95),
    of((frame) => frame.work_ms, 0.5),
    of((frame) => frame.work_ms, 0.95),
    of((frame) => frame.work_ms, 0.99),
    of((frame) => frame.work_ms, 1),
    of((frame) => frame.cpu_ms, 0.95),
    long,
  ];
  return `| ${cells.join(' | ')} |`;
}

export async function overviewBench({ quick, say }: BenchOptions): Promise<void> {
  if (CHROMIUM === undefined) {
    say('Skipped: there is no chromium. Install it (Debian: chromium).');
    return;
  }
  if ((await buildDashboard(ROOT, say)) === 'failed') throw new Error('the dashboard could not be built');
  const settle_s = quick ? 10 : 20;
  const phase_s = quick ? 6 : 20;
  const center = await wholeCenter(STATIONS);
  const browser = await launchBrowser();
  try {
    const page = await open(browser, center.url);
    // A trace takes a few seconds to be collected after each phase; the load must outlast them.
    const seconds = settle_s + PHASES.length * (phase_s + 10);
    const load = runLoad({ ...center.target, rate: STATIONS, seconds, warmup_s: settle_s }, center.pids);
    await sleep(settle_s * 1000);
    const before_mb = await heapMb(page);
    const results: (readonly [string, Frame[]])[] = [];
    for (const [name, meanwhile] of PHASES)
      results.push([name, await measured(page, phase_s, meanwhile)] as const);
    const after_mb = await heapMb(page);
    await load;
    say(
      `${STATIONS} stations, one sample a second each, ${phase_s} s a phase, ${WIDE.width}×${WIDE.height}.`,
    );
    say('Center, load generator and browser share the cores of the machine; drawing is done in software.\n');
    say('Work is what the main thread does from one frame to the next: script, style, layout, paint.\n');
    say(
      '| while | frames | interval p50 ms | p95 | work p50 ms | p95 | p99 | max | work p95 as CPU | tasks > 50 ms |',
    );
    say('|---|---|---|---|---|---|---|---|---|---|');
    for (const [name, frames] of results) say(row(name, frames));
    say(
      `\nMemory of the page's scripts: ${before_mb.toFixed(0)} MB before, ${after_mb.toFixed(0)} MB after.`,
    );
  } finally {
    await browser.close();
    await center.stop();
  }
}
