/** Thousands of orders over a link that delays, breaks and swallows: each taken once at most, none left open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { between, randomFrom, uniform, type Random } from '@heat-center/simulators/plant/random.ts';
import type { CenterProcess } from '../support/center.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { deploy, missingFor, until, type DeploymentOptions } from './deployment.ts';
import { followRecords, type Records } from './field/records.ts';
import { isLed, startField, type Field } from './field/stations.ts';
import { listenToWire, type Wire } from './field/wire.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const FULL = { stations: 100, commands: 10_000, minutes: 12 } as const;
const QUICK = { stations: 6, commands: 60, minutes: 0.15 } as const;
/** Orders a second over all stations. */
const RATE = 60;
/** Shortest hold that a wish may have, s: until then the last order ends. */
const HOLD_S = 60;

interface Scene {
  readonly center: CenterProcess;
  readonly field: Field;
  readonly proxy: TcpProxy;
  readonly random: Random;
  readonly wire: Wire;
  readonly records: Records;
}

/** Makes the link bad in another way each second. */
async function spoil({ proxy, random }: Scene, going: () => boolean): Promise<void> {
  while (going()) {
    const what = uniform(random);
    proxy.set({
      delay_ms: between(random, 0, what < 0.8 ? 300 : 2000),
      reset_share: 0.01,
      paused: what > 0.97,
    });
    if (what < 0.04) proxy.reset();
    if (what > 0.93) {
      proxy.set({ hole: true });
      await sleep(between(random, 500, 6000));
      proxy.set({ hole: false });
    }
    await sleep(1000);
  }
  proxy.set({ delay_ms: 0, reset_share: 0, paused: false, hole: false });
}

/** What operators do: select and operate, in turn; change the supply; cancel. */
async function order({ center, field, random }: Scene, going: () => boolean): Promise<number> {
  let taken = 0;
  const post = async (id: string, body: object): Promise<string | undefined> => {
    const { status, body: answer } = await center.ask('POST', `/api/v1/stations/${id}/commands`, {
      reason: 'torture',
      ...body,
    });
    if (status >= 500) throw new Error(`the center answered ${status}`);
    if (status !== 202) return undefined;
    taken += 1;
    return (answer as { id: string }).id;
  };
  const one = async (): Promise<void> => {
    const { registration } = field.designs[Math.floor(uniform(random) * field.designs.length)] ?? {};
    const circuit = registration?.circuits[0];
    if (!registration || !circuit) return;
    const { id } = registration;
    const kind = uniform(random);
    if (kind < 0.2) {
      const supply_c = Math.round(between(random, circuit.limits.supply_min_c, circuit.limits.supply_max_c));
      await post(id, { kind: 'setpoints', circuit: circuit.id, supply_c, hold_s: HOLD_S });
      return;
    }
    const act = { target: `circuits.${circuit.id}.pumps.a`, action: 'stop', hold_s: HOLD_S };
    const select = await post(id, { kind: 'select', ...act });
    if (select === undefined) return;
    await sleep(between(random, 200, 3000));
    const operate = await post(id, { kind: 'operate', ...act, select_id: select });
    if (kind < 0.6) await post(id, { kind: 'cancel', cancels: operate ?? select });
  };
  const pending = new Set<Promise<void>>();
  while (going()) {
    const next = one();
    pending.add(next);
    void next.finally(() => pending.delete(next));
    await sleep(2500 / RATE);
  }
  await Promise.all(pending);
  return taken;
}

/** Select before operate from the API to the pump and back; returns what is wrong. */
async function discrete({ center, field, wire }: Scene): Promise<string | undefined> {
  const [station] = field.stations;
  const circuit = field.designs[0]?.registration.circuits[0]?.id;
  if (!station || circuit === undefined) return 'no station';
  const path = `/api/v1/stations/${station.id}/commands`;
  const act = { target: `circuits.${circuit}.pumps.a`, action: 'stop', hold_s: HOLD_S, reason: 'torture' };
  const bare = await center.ask('POST', path, { kind: 'operate', ...act, select_id: 'nothing' });
  if (bare.status !== 409 && bare.status !== 422) return `an operate without select got ${bare.status}`;
  const stateOf = async (id: string): Promise<string> =>
    (await center.call<{ state: string }>('GET', `${path}/${id}`)).state;
  const select = await center.call<{ id: string }>('POST', path, { kind: 'select', ...act });
  await until('the select is accepted', async () => (await stateOf(select.id)) === 'accepted', 10_000);
  const operate = await center.call<{ id: string }>('POST', path, {
    kind: 'operate',
    ...act,
    select_id: select.id,
  });
  await until('the pump stands still', async () => (await stateOf(operate.id)) === 'applied', 10_000);
  if (station.setpoints()[circuit]?.duty !== 'b') return 'the other pump did not take over';
  await center.call('POST', path, { kind: 'cancel', cancels: operate.id, reason: 'torture' });
  await until('the pump runs again', async () => station.setpoints()[circuit]?.duty === 'a', 10_000);
  const said = [...wire.reports.values()]
    .flat()
    .some(({ state, readback }) => state === 'applied' && readback);
  return said ? undefined : 'no readback was seen on the wire';
}

/** Operates that a station accepted without an accepted select of the same thing before. */
function unselected(wire: Wire): string[] {
  const accepted = (id: string): boolean =>
    (wire.reports.get(id) ?? []).some(({ state }) => state === 'accepted');
  return [...wire.commands.values()].flatMap(({ station, command }) => {
    if (command.kind !== 'operate' || !accepted(command.id)) return [];
    const select = wire.commands.get(command.select_id ?? '');
    const same =
      select?.station === station &&
      select.command.kind === 'select' &&
      select.command.target === command.target &&
      accepted(select.command.id);
    return same ? [] : [command.id];
  });
}

async function play(scene: Scene, { quick, say }: Pick<Given, 'quick' | 'say'>): Promise<Outcome> {
  const { center, field, proxy, wire, records } = scene;
  const size = quick ? QUICK : FULL;
  await field.register(center);
  await until('all stations are led', async () => field.stations.every(isLed), 120_000);
  const wrong = await discrete(scene);
  const end = performance.now() + size.minutes * 60_000;
  const going = (): boolean => performance.now() < end && wire.commands.size < size.commands;
  const [taken] = await Promise.all([order(scene, going), spoil(scene, going)]);
  say(`${taken} orders taken, ${wire.commands.size} commands sent`);
  // Every select and stop that is open comes to its end; the short form judges what has ended by then.
  await sleep(quick ? 3000 : (HOLD_S + 5) * 1000);
  const twice = wire.takenTwice();
  const bare = unselected(wire);
  const late = records.late(Date.now());
  for (const { id, kind, state, ends_at, steps } of late.slice(0, 5))
    say(`late: ${kind} ${id} ${state} ends ${ends_at} ${JSON.stringify(steps)}`);
  const kept = twice.length + bare.length + late.length === 0 && wrong === undefined;
  const enough = wire.commands.size >= size.commands * (quick ? 0.3 : 1);
  const figures =
    `${wire.commands.size} commands to ${size.stations} stations over ${proxy.accepted} connections: ` +
    `${twice.length} taken twice, ${bare.length} unselected, ${late.length} of ${records.all.size} not final 2 s after their end` +
    (wrong === undefined ? '' : `; ${wrong}`) +
    (enough ? '' : `; fewer than ${size.commands} commands`);
  return { state: kept && enough ? 'kept' : 'broken', figures };
}

async function run(broker: DeploymentOptions['broker'], { seed, quick, say }: Given): Promise<Outcome> {
  const missing = missingFor({ broker, history: 'embedded' });
  if (missing !== undefined) return { state: 'skipped', missing };
  const size = quick ? QUICK : FULL;
  const random = randomFrom(`link ${seed}`);
  const deployment = await deploy({ broker, history: 'embedded' });
  const ending = [() => deployment.remove()];
  try {
    const { center } = deployment;
    const proxy = await startTcpProxy({
      target: Number(new URL(deployment.mqttUrl).port),
      random: () => uniform(random),
    });
    ending.unshift(() => proxy.close());
    const field = await startField({
      count: size.stations,
      mqtt: `mqtt://127.0.0.1:${proxy.port}`,
      random: () => uniform(random),
    });
    ending.unshift(() => field.stop());
    const wire = await listenToWire(center, deployment.mqttUrl);
    const records = followRecords(center);
    ending.unshift(
      () => wire.close(),
      async () => records.close(),
    );
    return await play({ center, field, proxy, random, wire, records }, { quick, say });
  } finally {
    for (const end of ending) await end();
  }
}

const promise = 'Over a bad link each command is taken once at most and is final 2 s after its end';

export const commandLink: Scenario = {
  name: 'command-link',
  promise,
  run: (given) => run('embedded', given),
};

export const commandLinkExternal: Scenario = {
  name: 'command-link-external',
  promise: `${promise}, on Mosquitto too`,
  run: (given) => run('mosquitto', given),
};
