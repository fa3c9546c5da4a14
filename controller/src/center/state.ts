/** Everything that the running center keeps in memory and a snapshot holds: made from journaled inputs alone. */
import { applyInput, createCenter, type CenterState } from '../domain/center.ts';
import type { Effect } from '../domain/effects.ts';
import { arrivalOf } from '../domain/image.ts';
import type { CenterInput } from '../domain/inputs.ts';
import { markSession, markTelemetry, type Marked, type Marks } from './receipts.ts';
import { count, createTallies, noteGap, noteUnknown, type Tallies } from './tallies.ts';

export interface RunningState {
  readonly center: CenterState;
  readonly marks: Marks;
  readonly tallies: Tallies;
}

export const createRunningState = (): RunningState => ({
  center: createCenter(),
  marks: new Map(),
  tallies: createTallies(),
});

export interface Applied {
  readonly effects: readonly Effect[];
  readonly marked: Marked;
}

type TelemetryInput = Extract<CenterInput, { kind: 'telemetry' }>;

function tallyTelemetry(state: RunningState, input: TelemetryInput): Marked {
  const { station, telemetry, at } = input;
  for (const refused of telemetry.refused) count(state.tallies, station, { code: refused.code });
  if (telemetry.unknown.length > 0) noteUnknown(state.tallies, station, { points: telemetry.unknown, at });
  const period_s = state.center.stations.get(station)?.config.every_s.default ?? 0;
  for (const sample of telemetry.samples) {
    const arrival = arrivalOf(sample, at, period_s);
    if (arrival === 'late' || arrival === 'clock_ahead') count(state.tallies, station, { code: arrival });
    for (const reading of sample.readings) {
      if (reading.why) count(state.tallies, station, { code: reading.why });
    }
  }
  const marked = markTelemetry(state.marks, station, { telemetry, at });
  if (marked.kind === 'waiting') count(state.tallies, station, { code: 'seq_gap' });
  if (marked.kind === 'settled' && marked.gap) noteGap(state.tallies, marked.gap);
  return marked;
}

/** Takes one input in the order of the journal; the same inputs give the same state and effects. */
export function applyRunning(state: RunningState, input: CenterInput): Applied {
  let marked: Marked = { kind: 'none' };
  if (input.kind === 'telemetry') marked = tallyTelemetry(state, input);
  const begins =
    (input.kind === 'session' && input.connected) ||
    (input.kind === 'status' && input.status.state === 'online' && !input.retained);
  if (begins) markSession(state.marks, input.station);
  if (input.kind === 'removed') {
    state.marks.delete(input.station);
    state.tallies.stations.delete(input.station);
  }
  return { effects: applyInput(state.center, input), marked };
}
