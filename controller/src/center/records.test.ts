import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { createRecordBuffer, encodeRecord, parseRecord } from '../adapters/journal/record.ts';
import { stationView } from '../domain/center-view.ts';
import { applyInput, createCenter, restoredCenter } from '../domain/center.ts';
import type { Effect } from '../domain/effects.ts';
import type { CenterInput } from '../domain/inputs.ts';
import type { Plan } from '../domain/network/plan/plan.ts';
import { HEALTHY, STATION, stationConfig, T0, telemetry } from '../domain/testing.ts';
import { inputOf, recordOf } from './records.ts';

const HOUR_MS = 3_600_000;
const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
const ONLINE = { v: 1, state: 'online', boot: 'b1', at: T0, mode: 'remote', limits_rev: 3 } as const;

/** Less heat now, more in the next hour; figures that no decimal fraction holds exactly. */
const planAt = (made_at: number): Plan => ({
  made_at,
  outdoor_from: 'forecast',
  load_from: 'measured',
  solve_ms: 3,
  hours: [0, 1].map((hour) => ({
    from: made_at + hour * HOUR_MS,
    to: made_at + (hour + 1) * HOUR_MS,
    outdoor_c: 0.1 + 0.2,
    baseline_kw: 1000 / 3,
    planned_kw: 900 / 7,
    cap_kw: undefined,
  })),
  classes: [
    {
      stations: [[STATION, -1 / 3]],
      time_constant_h: 100,
      learned: 0,
      band_k: 1,
      loss_kw_k: 56.05,
      colder_k: [-4.57, 4.1],
      room_k: [-0.37, -0.33],
    },
  ],
});

/** An input after it was written to the journal's bytes and read again; telemetry is journaled as it came. */
function journaled(input: CenterInput): CenterInput {
  if (input.kind === 'telemetry') return input;
  const buffer = createRecordBuffer();
  encodeRecord(buffer, recordOf(input));
  const parsed = parseRecord(buffer.bytes.subarray(0, buffer.length), 0, 0);
  const read = parsed.state === 'record' ? inputOf(parsed.record) : undefined;
  if (!read) throw new Error(`${input.kind} did not come back`);
  return read;
}

describe('a replay', () => {
  it('takes a plan from the journal and decides the same again, also from a snapshot on', () => {
    const inputs: CenterInput[] = [];
    const effects: Effect[] = [];
    const center = createCenter();
    const give = (...given: readonly CenterInput[]): void => {
      for (const input of given) {
        inputs.push(input);
        effects.push(...applyInput(center, input));
      }
    };
    const price_per_mwh = Array.from({ length: 24 }, () => 1);
    give(
      { kind: 'settings', at: T0, station: stationConfig() },
      { kind: 'start', at: T0, epoch: 7, commit: 'test', node: '24' },
      { kind: 'network_settings', at: T0, settings: { shaving: { on: true, price_per_mwh } } },
      { kind: 'status', at: T0, station: STATION, status: ONLINE, will: false },
    );
    const pass = (minutes: number): void => {
      const end = center.now + minutes * 60_000;
      for (let at = center.now + 10_000; at <= end; at += 10_000)
        give(
          { kind: 'telemetry', at, station: STATION, telemetry: telemetry(at, HEALTHY) },
          { kind: 'tick', at, local: LOCAL },
        );
    };
    pass(2);
    give({ kind: 'plan', at: center.now, plan: planAt(center.now) });
    pass(10);
    const middle = inputs.length;
    pass(60);
    let again = createCenter();
    const replayed = inputs.flatMap((input, nth) => {
      if (nth === middle) again = restoredCenter(deserialize(serialize(again)));
      return applyInput(again, journaled(input));
    });
    expect(replayed).toEqual(effects);
    expect(again).toEqual(center);
    const reasons = stationView(again, STATION)?.decisions.flatMap(({ decisions }) =>
      decisions.flatMap(({ trace }) => trace.map(({ reason }) => reason.code)),
    );
    expect(reasons).toContain('plan');
  });
});
