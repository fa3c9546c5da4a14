/** Telemetry → durable → history → command: CPU of all processes per message, side by side. */
import { residentMb } from './cpu.ts';
import { runLoad, type Measured } from './run-load.ts';
import { bare, plainScript, wholeCenter, type Subject } from './subjects.ts';

export interface BenchOptions {
  /** Shorter runs, to try the bench itself. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

const STATIONS = 1000;
const RATES = [5000, 10_000, 20_000];

const SUBJECTS: readonly (readonly [name: string, start: () => Promise<Subject | undefined>])[] = [
  ['bare: splitter, journal, a command each', () => bare(STATIONS, 'command')],
  ['bare: splitter, journal, no command', () => bare(STATIONS, 'silent')],
  ['heat center, embedded history', () => wholeCenter(STATIONS)],
  ['plain script, Mosquitto, InfluxDB', () => plainScript(STATIONS)],
];

/** What threads do in the heat center, and their names as Linux has them. */
const THREADS = [
  ['main', 'MainThread'],
  ['history', 'history'],
  ['pool: disk, DuckDB', 'libuv-worker'],
  ['V8 helpers', 'V8Worker'],
] as const;

const threadCells = ({ threads_us }: Measured): string =>
  THREADS.map(([, thread]) => (threads_us.get(thread) ?? 0).toFixed(1)).join(' | ');

function row(name: string, rate: number, result: Measured & { rss_mb: number }): string {
  const lost = result.sent - result.acknowledged;
  const cells = [
    name,
    String(rate),
    (result.measured_sent / result.measured_s).toFixed(0),
    result.cpu_us.toFixed(0),
    result.p50_ms.toFixed(1),
    result.p99_ms.toFixed(0),
    String(lost),
    String(result.commands),
    result.rss_mb.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

export async function pipelineBench({ quick, say }: BenchOptions): Promise<void> {
  say(`${STATIONS} stations on sockets of their own, 12 points and about 330 bytes a message, QoS 1.`);
  say('The load generator is a process of its own and not counted; it shares the cores.\n');
  say(
    '| what | wanted/s | sent/s | CPU µs/message | PUBACK p50 ms | p99 ms | unacknowledged | commands | RSS MB |',
  );
  say('|---|---|---|---|---|---|---|---|---|');
  const threads: string[] = [];
  for (const rate of RATES) {
    for (const [name, start] of SUBJECTS) {
      const subject = await start();
      if (!subject) {
        say(`| ${name} | ${rate} | skipped: mosquitto or influxd is missing | | | | | | |`);
        continue;
      }
      try {
        const spec = { ...subject.target, rate, seconds: quick ? 8 : 20, warmup_s: quick ? 3 : 7 };
        const result = await runLoad(spec, subject.pids);
        const rss_mb = subject.pids.reduce((sum, pid) => sum + residentMb(pid), 0);
        say(row(name, rate, { ...result, rss_mb }));
        threads.push(`| ${name} | ${rate} | ${threadCells(result)} |`);
      } finally {
        await subject.stop();
      }
    }
  }
  say('\nOf which, by thread, µs a message:\n');
  say(`| what | wanted/s | ${THREADS.map(([title]) => title).join(' | ')} |`);
  say(`|---|---|${THREADS.map(() => '---|').join('')}`);
  for (const line of threads) say(line);
}
