/** Commands about stations and logins. */
import { readFile } from 'node:fs/promises';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { mqttCredentials } from '@heat-center/api/stations.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import { connect, type Variables } from './client.ts';
import { ago, table, type Output } from './output.ts';

/** Settings that have a flag; the file may hold all of them. */
const flags = z.object({
  file: z.string().optional(),
  nameEn: z.string().optional(),
  nameZh: z.string().optional(),
  heatedArea: z.string().optional(),
  place: z.string().optional(),
  priority: z.string().optional(),
  control: z.string().optional(),
  every: z.string().optional(),
});

/** Adds the flags of `station add` and `station set` to a command. */
export function withSettings(command: Command): Command {
  return command
    .option('--file <station.json>', 'settings as JSON, as POST /api/v1/stations takes them')
    .option('--name-en <name>', 'English name')
    .option('--name-zh <name>', 'Chinese name')
    .option('--heated-area <m2>', 'heated area in m²')
    .option('--place <lat,lon>', 'place in degrees')
    .option('--priority <priority>', 'ordinary, hospital, school or elderly')
    .option('--control <control>', 'observe or on')
    .option('--every <s>', 'reporting period in s');
}

async function fileContent(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new HeatError('invalid_request', `The file ${path} cannot be read.`);
  });
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new HeatError('invalid_request', `The file ${path} does not hold one JSON object.`);
  }
}

/** The settings of file and flags; a flag wins. The center checks them. */
async function settingsOf(options: unknown): Promise<Record<string, unknown>> {
  const given = flags.parse(options);
  const settings = given.file === undefined ? {} : await fileContent(given.file);
  if (given.nameEn !== undefined || given.nameZh !== undefined) {
    settings.name = {
      ...(given.nameEn === undefined ? {} : { en: given.nameEn }),
      ...(given.nameZh === undefined ? {} : { zh: given.nameZh }),
    };
  }
  if (given.heatedArea !== undefined) settings.heated_area_m2 = Number(given.heatedArea);
  if (given.place !== undefined) {
    const [lat, lon] = given.place.split(',').map(Number);
    settings.place = { lat, lon };
  }
  if (given.priority !== undefined) settings.priority = given.priority;
  if (given.control !== undefined) settings.control = given.control;
  if (given.every !== undefined) settings.every_s = { default: Number(given.every) };
  return settings;
}

function printCredentials(answer: unknown, { print }: Output): void {
  const { mqtt } = mqttCredentials.parse(answer);
  print(`username  ${mqtt.username}`);
  print(`password  ${mqtt.password}`);
  print('The password is shown this once; the center keeps only its hash.');
}

export async function listStations(env: Variables, { print }: Output): Promise<void> {
  const client = await connect(env);
  const { at, stations } = SCHEMAS.listStations.response[200].parse(await client.call('listStations'));
  const rows = stations.map(({ id, name, state, mode, control, heard_at }) => [
    id,
    name.en ?? name.zh ?? '',
    state,
    mode,
    control,
    ago(heard_at, at),
  ]);
  for (const line of table([['id', 'name', 'state', 'mode', 'control', 'heard'], ...rows])) print(line);
}

export async function showStation(env: Variables, output: Output, id: string): Promise<void> {
  const client = await connect(env);
  output.print(JSON.stringify(await client.call('readStation', { params: { id } }), null, 2));
}

export interface Change {
  readonly id: string | undefined;
  readonly options: unknown;
}

export async function addStation(env: Variables, output: Output, { id, options }: Change): Promise<void> {
  const settings = await settingsOf(options);
  const client = await connect(env);
  const body = id === undefined ? settings : { ...settings, id };
  printCredentials(await client.call('registerStation', { body }), output);
}

export async function setStation(env: Variables, output: Output, { id, options }: Change): Promise<void> {
  const { id: _id, ...body } = await settingsOf(options);
  const client = await connect(env);
  await client.call('changeStation', { params: { id: id ?? '' }, body });
  output.print('changed');
}

export async function rotateSecret(env: Variables, output: Output, id: string): Promise<void> {
  const client = await connect(env);
  printCredentials(await client.call('rotateSecret', { params: { id } }), output);
}

export async function removeStation(env: Variables, output: Output, id: string): Promise<void> {
  const client = await connect(env);
  await client.call('removeStation', { params: { id } });
  output.print('removed; its history stays');
}

export async function addLogin(
  env: Variables,
  output: Output,
  login: { kind: string; id: string; stations: readonly string[] },
): Promise<void> {
  const client = await connect(env);
  printCredentials(await client.call('addGateway', { body: login }), output);
}

export async function removeLogin(env: Variables, output: Output, id: string): Promise<void> {
  const client = await connect(env);
  await client.call('removeGateway', { params: { id } });
  output.print('removed');
}
