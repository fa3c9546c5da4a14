/** From a station's clock to a browser's socket: 1,000 stations, one sample a second each. */
import type { LiveMessage } from '@heat-center/api/live.ts';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN } from '../support/center.ts';
import { cpuSeconds, residentMb } from './cpu.ts';
import type { BenchOptions } from './pipeline.ts';
import { runLoad } from './run-load.ts';
import { wholeCenter } from './subjects.ts';

const STATIONS = 1000;

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

export async function liveBench({ quick, say }: BenchOptions): Promise<void> {
  const center = await wholeCenter(STATIONS);
  const ages: number[] = [];
  let bytes = 0;
  let measuring = false;
  const socket = new WebSocket(`${center.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  socket.on('message', (data: Buffer) => {
    const now = Date.now();
    bytes += data.length;
    const message = JSON.parse(data.toString()) as LiveMessage;
    if (message.type !== 'changes' || !measuring) return;
    for (const delta of Object.values(message.stations)) {
      const point = delta?.points?.['primary.supply_c'];
      if (point) ages.push(now - point[0]);
    }
  });
  const seconds = quick ? 15 : 60;
  setTimeout(() => {
    measuring = true;
  }, 8000);
  const before = cpuSeconds(center.pid);
  const resident: number[] = [];
  const watch = setInterval(() => {
    if (measuring) resident.push(residentMb(center.pid));
  }, 500);
  const spec = { ...center.target, rate: STATIONS, seconds, warmup_s: 5 };
  await runLoad(spec, center.pids);
  const cpu = (cpuSeconds(center.pid) - before) / seconds;
  clearInterval(watch);
  const memory = resident.toSorted((a, b) => a - b);
  const sorted = ages.toSorted((a, b) => a - b);
  say('| figure | value |');
  say('|---|---|');
  say(`| sample → feed p50 | ${quantile(sorted, 0.5)} ms |`);
  say(`| sample → feed p99 | ${quantile(sorted, 0.99)} ms |`);
  say(`| samples seen on the feed | ${sorted.length} |`);
  say(`| feed of one browser | ${(bytes / seconds / 1e6).toFixed(2)} MB/s |`);
  say(`| controller CPU | ${(cpu * 100).toFixed(0)} % of a core |`);
  say(`| controller memory, median | ${quantile(memory, 0.5).toFixed(0)} MB |`);
  say(`| controller memory, most | ${(memory.at(-1) ?? Number.NaN).toFixed(0)} MB |`);
  socket.close();
  await center.stop();
}
