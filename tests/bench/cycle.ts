/** What one cycle of the whole network costs: 5,000 stations with two circuits each, every kind of setting in use. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resolvePoint } from '@heat-center/contract/points.ts';
import type { Telemetry } from '@heat-center/contract/decode.ts';
import { applyInput, createCenter, type CenterState } from '@heat-center/controller/domain/center.ts';
import type { CircuitConfig, StationConfig } from '@heat-center/controller/domain/config.ts';
import { CONTROLLER_FLAGS } from '@heat-center/controller/supervisor/process-settings.ts';
import { z } from 'zod';

export const T0 = 1_795_305_600_000;
const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7 } as const;

const LIMITS = { supply_min_c: 30, supply_max_c: 80, flow_min_m3_h: 5 };

const LOW: CircuitConfig = {
  id: 'low',
  kind: 'radiators',
  accepts: ['supply_c', 'flow_m3_h'],
  design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
};

/** Every fifth circuit each: plain, stepped with points, mixed with schedule, rooms, pressure over the day. */
const KINDS: readonly Partial<CircuitConfig>[] = [
  {},
  {
    regulation: { mode: 'stepped' },
    curve: {
      points: [
        [-30, 75],
        [-15, 60],
        [-5, 50],
        [0, 45],
        [5, 40],
        [15, 28],
      ],
    },
  },
  {
    regulation: { mode: 'mixed' },
    schedule: {
      comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:30', to: '22:30' }],
      night: { kind: 'setback', room_k: 3 },
      boost: { supply_k: 4, for_s: 3600 },
    },
  },
  { room_feedback: { rooms: ['1', '2', '3'] } },
  {
    accepts: ['supply_c', 'dp_kpa'],
    dp_day: [
      { from: '06:00', dp_kpa: 80 },
      { from: '22:00', dp_kpa: 50 },
    ],
  },
];

function station(nth: number): StationConfig {
  return {
    id: `s${nth}`,
    kind: 'station',
    control: 'on',
    heated_area_m2: 70_000,
    every_s: { default: 10, meter: 60 },
    circuits: ['low', 'high'].map((id, circuit) => ({
      ...LOW,
      ...KINDS[(nth + circuit) % KINDS.length],
      id,
      // Pipes and pumps differ from house to house, limits of temperature hardly.
      limits: { ...LIMITS, flow_max_m3_h: 60 + (nth % 997) / 10 },
    })),
    primary_limits: { return_max_c: 50, power_max_kw: 4000 },
    limits_rev: 3,
  };
}

/** What a station says; values wander a little, as they do. */
export function said(nth: number, round: number, at: number): Telemetry {
  const wander = Math.sin(nth * 7 + round * 1.3) / 3;
  const values: Record<string, number> = {
    outdoor_c: 0.5 + wander,
    'primary.return_c': 44 + wander,
    'primary.power_kw': 1500 + 20 * wander,
    'rooms.1.air_c': 18 + wander,
    'rooms.2.air_c': 18.4 - wander,
    'rooms.3.air_c': 17.9 + wander / 2,
  };
  for (const id of ['low', 'high']) {
    values[`circuits.${id}.supply_c`] = 57 + wander;
    values[`circuits.${id}.return_c`] = 41 + wander;
    values[`circuits.${id}.supply_set_c`] = 57.6;
    values[`circuits.${id}.flow_set_m3_h`] = 54.9;
    values[`circuits.${id}.follows`] = 0;
  }
  const readings = Object.entries(values).flatMap(([point, value]) => {
    const definition = resolvePoint(point)?.definition;
    return definition ? [{ point, definition, value, quality: 'good' as const }] : [];
  });
  const sample = { at, historical: false, simulated: true, readings, faults: [] };
  return { samples: [sample], refused: [], unknown: [] };
}

export function connected(stations: number): CenterState {
  const center = createCenter();
  for (let nth = 0; nth < stations; nth += 1)
    applyInput(center, { kind: 'settings', at: T0, station: station(nth) });
  applyInput(center, { kind: 'start', at: T0, epoch: 7, commit: 'bench', node: process.version });
  for (let nth = 0; nth < stations; nth += 1) {
    const status = { v: 1, state: 'online', boot: 'b', at: T0, mode: 'remote', limits_rev: 3 } as const;
    applyInput(center, { kind: 'status', at: T0, station: `s${nth}`, status, will: false });
  }
  return center;
}

/** Longer rounds until the ramps have settled, before the measured ones of ten seconds. */
const SETTLING = 40;

/** One whole cycle, ms: by the clock on the wall, and what this thread worked. */
export interface CycleTime {
  readonly wall_ms: number;
  readonly thread_ms: number;
}

/**
 * Times of whole cycles once the ramps have settled. Values come so soon after a station's last cycle that they get none
 * of their own: the tick is the first to see them, for every station.
 */
export function cycleTimes(stations: number, cycles: number): CycleTime[] {
  const center = connected(stations);
  const times: CycleTime[] = [];
  let at = T0;
  for (let round = 0; round < SETTLING + cycles; round += 1) {
    for (let nth = 0; nth < stations; nth += 1) {
      applyInput(center, { kind: 'telemetry', at, station: `s${nth}`, telemetry: said(nth, round, at) });
    }
    const isMeasured = round >= SETTLING;
    at += isMeasured ? 6000 : 24_000;
    const local = { ...LOCAL, minute_of_day: Math.floor((at - T0) / 60_000) };
    const [begun_ms, worked] = [performance.now(), process.threadCpuUsage()];
    applyInput(center, { kind: 'tick', at, local });
    const { user, system } = process.threadCpuUsage(worked);
    if (isMeasured) times.push({ wall_ms: performance.now() - begun_ms, thread_ms: (user + system) / 1000 });
    at += 4000;
  }
  return times;
}

const times = z.array(z.object({ wall_ms: z.number(), thread_ms: z.number() }));

/** In a process of its own: what another size left in the heap, and what was compiled for it, would count otherwise. */
function timesApart(stations: number, cycles: number, flags: readonly string[]): CycleTime[] {
  const script = fileURLToPath(new URL('cycle-times.ts', import.meta.url));
  const args = [...flags, script, String(stations), String(cycles)];
  return times.parse(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
}

function shown(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} | ${at(0)} | ${at(0.75)} | ${at(1)}`;
}

export function cycleBench({ quick, say }: { quick: boolean; say: (line: string) => void }): Promise<void> {
  say('One tick that decides for every station, each size in a process of its own, ms:\n');
  say('| circuits | wall, median | fastest | 3/4 | slowest | thread CPU, median | fastest | 3/4 | slowest |');
  say('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  const row = (name: string, stations: number, flags: readonly string[] = []): void => {
    const measured = timesApart(stations, quick ? 10 : 40, flags);
    const wall = shown(measured.map(({ wall_ms }) => wall_ms));
    say(`| ${name} | ${wall} | ${shown(measured.map(({ thread_ms }) => thread_ms))} |`);
  };
  for (const stations of quick ? [500] : [500, 1500, 5000]) row(String(2 * stations), stations);
  if (!quick) row("10000, with the controller's flags", 5000, CONTROLLER_FLAGS);
  return Promise.resolve();
}
