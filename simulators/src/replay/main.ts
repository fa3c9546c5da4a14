/** `pnpm replay FILE.csv --station ID --map …`: recorded telemetry against the running center. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { STATION_ID } from '@heat-center/contract/topics.ts';
import { z } from 'zod';
import { dataFolder, tokenIn } from '../environment.ts';
import { mappingOf } from './mapping.ts';
import { REASONS } from './rows.ts';
import { replayFile, type ReplayResult } from './session.ts';

const runSchema = z.looseObject({
  http: z.looseObject({ url: z.string() }),
  mqtt: z.looseObject({ url: z.string() }),
});

interface Where {
  readonly api: string;
  readonly mqtt: string;
}

/** Where the running center listens, by its `run.json`. */
function running(folder: string): Where {
  const path = resolve(folder, 'run.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Error(
      `No center runs with the data folder ${folder}. Start one with pnpm start, or give --api, --mqtt and --token.`,
    );
  }
  const { http, mqtt } = runSchema.parse(JSON.parse(text));
  return { api: http.url, mqtt: mqtt.url };
}

const optionsSchema = z.object({
  station: z.string(),
  map: z.string(),
  zone: z.string().optional(),
  speed: z.union([z.number(), z.literal('max')]),
  at: z.enum(['original', 'now']),
  api: z.string().optional(),
  mqtt: z.string().optional(),
  token: z.string().optional(),
});

function speedOf(text: string): number | 'max' {
  const speed = Number(text);
  if (text === 'max') return 'max';
  if (!(speed > 0 && Number.isFinite(speed))) throw new InvalidArgumentError('Give max or a number above 0.');
  return speed;
}

function stationOf(text: string): string {
  if (!STATION_ID.test(text))
    throw new InvalidArgumentError('Use a–z, 0–9 and -, at most 63, not first a -.');
  return text;
}

const command = new Command('replay')
  .argument('<file>', 'recorded telemetry as CSV with a header')
  .requiredOption('--station <id>', 'station to replay as; registered (observe) when new', stationOf)
  .requiredOption('--map <name or file>', 'xai4heat, or a mapping as in docs/replay.md')
  .option('--zone <zone>', "IANA zone of the file's local times instead of the mapping's")
  .option('--speed <n>', 'recorded seconds in a second, or max', speedOf, 'max')
  .addOption(
    new Option('--at <when>', 'times as recorded, or ending now')
      .choices(['original', 'now'])
      .default('original'),
  )
  .option('--api <url>', 'HTTP address of the center')
  .option('--mqtt <url>', 'MQTT address of the center')
  .option('--token <token>', 'bearer token');

const instant = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString());

const line = (label: string, value: string | number): string =>
  `${label.padEnd(28)}${String(value).padStart(10)}`;

/** Whether all numbers agree, with what is printed. */
function summary(result: ReplayResult): { text: string; agrees: boolean } {
  const { read, sent, confirmed, same, repeated, setAside, history, expected } = result;
  const aside = REASONS.reduce((sum, reason) => sum + setAside[reason], 0);
  const agrees = history.samples === expected && read === confirmed + same + aside;
  const lines = [
    line('rows read', read),
    line('sent', sent),
    line('confirmed by receipt', confirmed),
    line('the same sample again', same),
    line('set aside', aside),
    ...REASONS.filter((reason) => setAside[reason] > 0).map((reason) =>
      line(`  ${reason}`, setAside[reason]),
    ),
    line('in the hour that came twice', repeated),
    line('history holds', history.samples),
    `  from ${instant(history.from)} to ${instant(history.to)}`,
    agrees
      ? 'Every row is accounted for.'
      : `The numbers disagree: history should hold ${expected}. If other files were replayed as this station, use another id.`,
  ];
  return { text: lines.join('\n'), agrees };
}

async function main(): Promise<void> {
  command.parse();
  const options = optionsSchema.parse(command.opts());
  const folder = dataFolder(process.env);
  const found: Where =
    options.api !== undefined && options.mqtt !== undefined
      ? { api: options.api, mqtt: options.mqtt }
      : running(folder);
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value}/{total} samples | {eta_formatted}',
    noTTYOutput: false,
  });
  let shown = false;
  const result = await replayFile({
    file: resolve(process.env.INIT_CWD ?? process.cwd(), command.args[0] ?? ''),
    station: options.station,
    mapping: mappingOf(options.map, options.zone),
    api: options.api ?? found.api,
    mqtt: options.mqtt ?? found.mqtt,
    token: () =>
      options.token ?? process.env.HEAT_CENTER_ADMIN_TOKEN ?? tokenIn(resolve(folder, 'cli-token')),
    folder: resolve(folder, 'simulators'),
    at: options.at,
    speed: options.speed,
    onProgress: ({ settled, total }) => {
      if (!shown) bar.start(total, settled);
      shown = true;
      bar.update(settled);
    },
  }).finally(() => {
    if (shown) bar.stop();
  });
  const { text, agrees } = summary(result);
  process.stdout.write(`${text}\n`);
  if (!agrees) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
