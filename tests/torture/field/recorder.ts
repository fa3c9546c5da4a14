/** Watches stations second by second: when they left their center, and how fast their setpoints moved. */
import type { Station } from '@heat-center/simulators/firmware/station.ts';
import { isLed, type Field } from './stations.ts';

/** How exactly a departure is seen, ms. */
const LOOK_EVERY_MS = 100;

export interface Track {
  led: boolean;
  /** How often it went from led to alone or back. */
  changes: number;
  /** When it was first seen on its own curve after it was led, monotonic ms. */
  left_ms: number | undefined;
  /** Monotonic arrival of the last heartbeat that it heard. */
  heard_ms: number;
  setpoints: Map<string, { readonly supply_c: number; readonly began_ms: number }>;
}

export interface Recorder {
  readonly tracks: ReadonlyMap<string, Track>;
  /** Changes of a setpoint in force that were faster than the circuit's ramp, in words. */
  readonly offRamp: string[];
  /** Forgets changes and departures that were seen so far. */
  begin(): void;
  close(): void;
}

export function record(field: Field): Recorder {
  const tracks = new Map<string, Track>();
  const offRamp: string[] = [];
  const ramps = new Map(field.designs.map((design) => [design.registration.id, design.ramp_k_per_min]));

  function watchRamp(station: Station, track: Track, tick: { began_ms: number; ended_ms: number }): void {
    for (const [id, { supply_set_c }] of Object.entries(station.setpoints())) {
      const before = track.setpoints.get(id);
      track.setpoints.set(id, { supply_c: supply_set_c, began_ms: tick.began_ms });
      if (!before) continue;
      // Two ticks cannot lie further apart than this, however late they are looked at.
      const passed_s = (tick.ended_ms - before.began_ms) / 1000;
      const ramp_k = ((ramps.get(station.id)?.[id] ?? 0) * passed_s) / 60;
      const moved_k = Math.abs(supply_set_c - before.supply_c);
      if (moved_k > ramp_k + 1e-6) offRamp.push(`${station.id} ${id} by ${moved_k} K in ${passed_s} s`);
    }
  }

  /** Whether a station is led, and since when not. */
  function watchLead(station: Station, mono_ms: number): Track {
    const led = isLed(station);
    const { last_mono_ms } = station.commands().watch;
    const track = tracks.get(station.id) ?? {
      led,
      changes: 0,
      left_ms: undefined,
      heard_ms: last_mono_ms,
      setpoints: new Map(),
    };
    tracks.set(station.id, track);
    if (track.led !== led) track.changes += 1;
    if (track.led && !led) track.left_ms ??= mono_ms;
    track.led = led;
    track.heard_ms = last_mono_ms;
    return track;
  }

  field.onTick((station, tick) => watchRamp(station, watchLead(station, tick.ended_ms), tick));
  const timer = setInterval(() => {
    for (const station of field.stations) watchLead(station, performance.now());
  }, LOOK_EVERY_MS);
  return {
    tracks,
    offRamp,
    close: () => clearInterval(timer),
    begin() {
      for (const station of field.stations) {
        Object.assign(watchLead(station, performance.now()), { changes: 0, left_ms: undefined });
      }
    },
  };
}
