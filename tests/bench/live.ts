/** From a station's clock to a browser's socket: 1,000 stations, one sample a second each. */
import type { LiveMessage } from '@heat-center/api/live.ts';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN } from '../support/center.ts';
import { cpuOf, residentMb } from './cpu.ts';
import type { BenchOptions } from './pipeline.ts';
import { runLoad } from './run-load.ts';
import { bare, wholeCenter, type Subject } from './subjects.ts';

const STATIONS = 1000;

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

/** Ages of what a feed tells, ms, in ascending order, under a sample a second of each station. */
interface Seen {
  readonly ages: readonly number[];
  /** Of all messages. */
  readonly bytes: number;
  readonly memory_mb: readonly number[];
  /** Of the processes, as share of a core. */
  readonly cpu: number;
}

async function watch(
  subject: Subject,
  socket: WebSocket,
  { seconds, timesIn }: { seconds: number; timesIn: (text: string) => readonly number[] },
): Promise<Seen> {
  const ages: number[] = [];
  const memory_mb: number[] = [];
  let bytes = 0;
  let measuring = false;
  socket.on('message', (data: Buffer) => {
    const now = Date.now();
    bytes += data.length;
    if (measuring) ages.push(...timesIn(data.toString()).map((at) => now - at));
  });
  const warmup_s = 8;
  setTimeout(() => {
    measuring = true;
  }, warmup_s * 1000);
  const weigh = setInterval(() => {
    if (measuring) memory_mb.push(subject.pids.reduce((sum, pid) => sum + residentMb(pid), 0));
  }, 500);
  const before = cpuOf(subject.pids);
  await runLoad({ ...subject.target, rate: STATIONS, seconds, warmup_s }, subject.pids);
  const cpu = (cpuOf(subject.pids) - before) / seconds;
  clearInterval(weigh);
  socket.close();
  await subject.stop();
  const ascending = (values: number[]): number[] => values.toSorted((a, b) => a - b);
  return { ages: ascending(ages), memory_mb: ascending(memory_mb), bytes, cpu };
}

/** When the values of one point were measured that a message of our feed tells, ms UTC. */
function timesInChanges(text: string): number[] {
  const message = JSON.parse(text) as LiveMessage;
  if (message.type !== 'changes') return [];
  return Object.values(message.stations).flatMap((delta) => delta?.points?.['primary.supply_c']?.[0] ?? []);
}

export async function liveBench({ quick, say }: BenchOptions): Promise<void> {
  const seconds = quick ? 15 : 60;
  const floor = await bare(STATIONS, 'feed');
  const least = await watch(floor, new WebSocket(floor.feedUrl), {
    seconds,
    timesIn: (text) => JSON.parse(text) as number[],
  });
  const center = await wholeCenter(STATIONS);
  const live = new WebSocket(`${center.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const seen = await watch(center, live, { seconds, timesIn: timesInChanges });
  say(
    'Bare: splitter and journal, and a socket that is told the times of measurement, four messages a second.\n',
  );
  say('| figure | heat center | bare |');
  say('|---|---|---|');
  for (const q of [0.5, 0.99]) {
    say(`| sample → feed p${100 * q} | ${quantile(seen.ages, q)} ms | ${quantile(least.ages, q)} ms |`);
  }
  say(`| samples seen on the feed | ${seen.ages.length} | ${least.ages.length} |`);
  const megabytes = (bytes: number): string => `${(bytes / seconds / 1e6).toFixed(2)} MB/s`;
  say(`| feed of one browser | ${megabytes(seen.bytes)} | ${megabytes(least.bytes)} |`);
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  say(`| CPU, of a core | ${percent(seen.cpu)} | ${percent(least.cpu)} |`);
  const memory = (q: number): string =>
    [seen, least].map(({ memory_mb }) => `${quantile(memory_mb, q).toFixed(0)} MB`).join(' | ');
  say(`| memory, median | ${memory(0.5)} |`);
  say(`| memory, most | ${memory(1)} |`);
}
