/** A station on a mild day whose pumps can be stopped: it says two pumps run and does what it is told. */
import type { MqttClient } from 'mqtt';
import { connect, type CenterProcess, type Login } from './center.ts';

export interface PumpStation {
  /** Pumps that run now, by name. */
  running(): string[];
  end(): Promise<void>;
}

interface Told {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly kind: string;
  readonly target?: string;
  readonly cancels?: string;
}

const pumpOf = (target: string | undefined): string => target?.split('.').at(-1) ?? '';

/** Connects as the login says and speaks each second until `end`. */
export async function startPumpStation(center: CenterProcess, login: Login): Promise<PumpStation> {
  const client: MqttClient = await connect(center, login);
  const topic = (name: string): string => `heat/v1/${login.username}/${name}`;
  const running = new Map([
    ['a', true],
    ['b', true],
  ]);
  /** Orders that hold a pump, by their id. */
  const held = new Map<string, string>();

  const say = (name: string, body: object): void => {
    client.publish(topic(name), JSON.stringify({ v: 1, at: Date.now(), ...body }), { qos: 1 });
  };
  const sample = (): void => {
    const pumps = Object.fromEntries([...running].map(([name, on]) => [name, { running: on }]));
    const low = { supply_c: 52, return_c: 40, supply_set_c: 52, follows: 'center', pumps };
    say('telemetry', { circuits: { low }, outdoor_c: 8 });
  };
  const report = ({ id, epoch, seq }: Told, state: string): void => say('report', { id, epoch, seq, state });

  function obey(told: Told): void {
    report(told, 'accepted');
    if (told.kind === 'operate') {
      running.set(pumpOf(told.target), false);
      held.set(told.id, pumpOf(told.target));
      report(told, 'applied');
    }
    const freed = told.kind === 'cancel' ? held.get(told.cancels ?? '') : undefined;
    if (freed !== undefined) {
      running.set(freed, true);
      report({ ...told, id: told.cancels ?? '' }, 'cancelled');
    }
    sample();
  }

  client.on('message', (_, payload) => obey(JSON.parse(payload.toString()) as Told));
  await client.subscribeAsync(topic('command'), { qos: 1 });
  say('status', { state: 'online', boot: 'pumps-1', mode: 'remote' });
  sample();
  const timer = setInterval(sample, 1000);
  return {
    running: () => [...running].flatMap(([name, on]) => (on ? [name] : [])),
    async end() {
      clearInterval(timer);
      await client.endAsync();
    },
  };
}
