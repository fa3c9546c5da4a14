/** One history: some minutes of a center, a bad network, a station, strangers and people, from one seed. */
import { between, randomFrom, uniform, type Random } from '@heat-center/simulators/plant/random.ts';
import { HistoryCenter } from './center.ts';
import { Judge } from './judge.ts';
import { Network } from './network.ts';
import { HistoryStation } from './station.ts';
import { strangerCommand } from './stranger.ts';

const T0 = 1_795_305_600_000;
const encoder = new TextEncoder();
/** Clock errors that a station's wall clock has: most have none, some are an hour or decades wrong. */
const SKEWS_MS = [0, 0, 0, 0, 900, -2000, 40_000, -3_600_000, 86_400_000, -T0, 2.5e12] as const;

export interface HistoryResult {
  readonly judge: Judge;
  readonly commands: number;
  readonly late: number;
}

class History {
  readonly judge = new Judge();
  readonly random: Random;
  readonly station: HistoryStation;
  readonly center: HistoryCenter;
  readonly #down: Network;
  readonly #up: Network;
  /** Every command that was ever on the wire, for who wants to send it again. */
  readonly #wire: Uint8Array[] = [];
  commands = 0;
  now_ms = T0;
  #reported = 0;

  constructor(seed: string, reckless: boolean) {
    this.random = randomFrom(seed);
    this.#down = new Network(this.random);
    this.#up = new Network(this.random);
    const skew_ms = this.#one(SKEWS_MS);
    this.station = new HistoryStation({ judge: this.judge, skew_ms, reckless }, this.now_ms);
    this.center = new HistoryCenter(
      {
        random: this.random,
        heartbeat: (beat, now_ms) =>
          this.#down.send(now_ms, (at) => this.station.heartbeat(beat, at, now_ms)),
        send: (command, now_ms) => this.#send(encoder.encode(JSON.stringify(command)), now_ms, now_ms),
      },
      this.now_ms,
    );
  }

  #one<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(uniform(this.random) * of.length)] ?? of[0];
  }

  #send(bytes: Uint8Array, now_ms: number, issued_ms: number | undefined): void {
    this.commands += 1;
    this.#wire.push(bytes);
    this.#down.send(now_ms, (at) => this.station.command(bytes, at, issued_ms));
  }

  #say(): void {
    const { station, center, now_ms } = this;
    for (const report of station.reports.slice(this.#reported)) {
      this.#up.send(now_ms, (at) => center.report(report, at));
    }
    this.#reported = station.reports.length;
  }

  #online(): void {
    const { station, center, now_ms } = this;
    const { mode, fallback } = station.state;
    const limits_rev = fallback?.limits_rev;
    const status = {
      v: 1 as const,
      state: 'online' as const,
      boot: `b${station.boot}`,
      at: station.wall_ms(now_ms),
      mode,
      ...(limits_rev === undefined ? {} : { limits_rev }),
    };
    this.#up.send(now_ms, (at) => center.status(status, at));
  }

  #measure(): void {
    const { station, center, now_ms } = this;
    const { circuits } = station.held;
    const points: Record<string, number> = { outdoor_c: 4, 'primary.return_c': 45 };
    for (const [id, { supply_set_c }] of Object.entries(station.in_force)) {
      points[`circuits.${id}.supply_set_c`] = supply_set_c;
      points[`circuits.${id}.supply_c`] = supply_set_c;
      points[`circuits.${id}.return_c`] = 38;
      points[`circuits.${id}.follows`] = { center: 0, curve: 1, hand: 2 }[circuits[id]?.follows ?? 'curve'];
    }
    const measured_at = station.wall_ms(now_ms);
    this.#up.send(now_ms, (at) => center.measured(measured_at, points, at));
  }

  #restartCenter(): void {
    const { random, center, now_ms } = this;
    center.down_until_ms = now_ms + between(random, 0, 1) ** 2 * 40_000;
    const jumps = uniform(random) < 0.15;
    const skew_ms = jumps
      ? this.#one([-3_600_000, 3_600_000, -30_000, 86_400_000])
      : between(random, -500, 500);
    center.restart(now_ms, { empty: uniform(random) < 0.15, skew_ms: Math.round(skew_ms) });
  }

  /** What may happen in a second beside messages; chances are in a second. */
  #mishaps(): void {
    const { random, station, center, now_ms } = this;
    if (uniform(random) < 0.06) center.person(now_ms);
    if (uniform(random) < 0.02) center.confirm(now_ms);
    if (uniform(random) < 0.06) this.#stranger();
    if (uniform(random) < 0.006) this.#restartCenter();
    if (uniform(random) < 0.008) {
      station.reboot(now_ms, uniform(random) < 0.9);
      this.#online();
    }
    if (uniform(random) < 0.008) {
      station.setMode(this.#one(['remote', 'remote', 'local', 'manual']), now_ms);
      this.#online();
    }
    if (uniform(random) < 0.01) station.frost = this.#one([[], ['low'], ['low', 'floor']]);
    if (uniform(random) < 0.008) {
      const until_ms = now_ms + between(random, 2000, 40_000);
      this.#up.cut_until_ms = until_ms;
      this.#down.cut_until_ms = until_ms;
    }
    if (uniform(random) < 0.02) this.#online();
  }

  /** Somebody sends an old command again, or one of his own making, with the center's rights. */
  #stranger(): void {
    const { random, now_ms } = this;
    const old = this.#wire[Math.floor(uniform(random) * this.#wire.length)];
    if (old && uniform(random) < 0.5) {
      this.station.command(old, now_ms, undefined);
      return;
    }
    const { last } = this.station.state;
    const around = { epoch: this.center.epoch, at: this.center.at(now_ms), seq: last?.seq ?? 0 };
    this.#send(strangerCommand(random, around), now_ms, undefined);
  }

  run(seconds: number): void {
    this.#online();
    for (let second = 0; second < seconds; second += 1) {
      this.now_ms += 1000;
      this.#up.deliver(this.now_ms);
      this.#down.deliver(this.now_ms);
      this.center.second(this.now_ms);
      this.station.tick(this.now_ms);
      this.#mishaps();
      if (second % 10 === 1) this.#measure();
      this.#say();
    }
  }
}

/** Plays the history of a seed; the same seed gives the same history. */
export function playHistory(seed: string, reckless = false): HistoryResult {
  const history = new History(seed, reckless);
  history.run(15 + Math.floor(uniform(history.random) ** 2 * 85));
  return { judge: history.judge, commands: history.commands, late: history.center.late };
}
