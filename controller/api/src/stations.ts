/** Stations: what is registered, and what is known of them now. */
import { z } from 'zod';
import { commandView } from './commands.ts';
import { curveSettings, dpDay, regulation, returnSlide, roomFeedback, schedule } from './control.ts';
import { instant, localName, partId, quality, reason, stationId, traceEntry } from './common.ts';

export const circuitKind = z.enum(['radiators', 'floor', 'ventilation', 'dhw']);
export const setpointName = z.enum(['supply_c', 'flow_m3_h', 'dp_kpa']);
export type SetpointName = z.infer<typeof setpointName>;

const temperature = z.number().min(-30).max(200);

const circuitShape = z.object({
  id: partId,
  kind: circuitKind.optional(),
  accepts: z.array(setpointName).default(['supply_c']),
  design: z
    .object({
      supply_c: temperature,
      return_c: temperature,
      outdoor_c: z.number().min(-60).max(30),
      room_c: z.number().min(5).max(30),
    })
    .refine((design) => design.supply_c > design.return_c, { message: 'supply_c must be above return_c' })
    .refine((design) => design.return_c > design.room_c, { message: 'return_c must be above room_c' })
    .refine((design) => design.room_c > design.outdoor_c, { message: 'room_c must be above outdoor_c' })
    .optional(),
  limits: z
    .object({
      supply_min_c: temperature,
      supply_max_c: temperature,
      flow_min_m3_h: z.number().min(0).optional(),
      flow_max_m3_h: z.number().min(0).optional(),
      pipe_mm: z.number().min(10).max(2000).optional().describe('inner diameter of the narrowest main pipe'),
      pump_max_m3_h: z.number().positive().optional().describe('most that the pumps move'),
      dp_min_kpa: z.number().min(0).optional(),
      dp_max_kpa: z.number().min(0).optional(),
      return_max_c: temperature.optional(),
      ramp_k_per_min: z.number().positive().max(10).optional(),
    })
    .refine((limits) => limits.supply_min_c <= limits.supply_max_c, {
      message: 'supply_min_c must not be above supply_max_c',
    })
    .optional(),
  heated_area_m2: z.number().positive().max(1e7).optional(),
  heat_index_w_m2: z.number().min(5).max(300).optional(),
  regulation: regulation.optional(),
  curve: curveSettings.optional(),
  schedule: schedule.optional(),
  room_feedback: roomFeedback.optional(),
  dp_day: dpDay.optional(),
});

const HEATING_ONLY = ['regulation', 'curve', 'schedule', 'room_feedback'] as const;

/** A circuit's settings; what makes no sense together is refused. */
export const circuitSettings = circuitShape
  .refine((circuit) => circuit.kind !== 'dhw' || HEATING_ONLY.every((name) => circuit[name] === undefined), {
    message: 'hot water takes no regulation, curve, schedule or room_feedback',
  })
  .refine(
    ({ regulation: asked, design, accepts }) =>
      !asked || asked.mode === 'quality' || (design !== undefined && accepts.includes('flow_m3_h')),
    {
      message: 'this mode of regulation needs a design and a circuit that accepts flow_m3_h',
      path: ['regulation'],
    },
  )
  .refine(({ dp_day, accepts }) => !dp_day || accepts.includes('dp_kpa'), {
    message: 'dp_day needs a circuit that accepts dp_kpa',
    path: ['dp_day'],
  })
  .refine(
    ({ curve, design }) =>
      !curve?.internal_gain_k || !design || design.room_c - design.outdoor_c > curve.internal_gain_k + 1,
    { message: 'internal_gain_k leaves no load at the design outdoor temperature', path: ['curve'] },
  );
export type CircuitSettings = z.infer<typeof circuitSettings>;

const circuitList = z
  .array(circuitSettings)
  .max(16)
  .refine((circuits) => new Set(circuits.map(({ id }) => id)).size === circuits.length, {
    message: 'circuit ids must differ',
  });

const settings = {
  name: localName.optional(),
  kind: z.enum(['station', 'source']).default('station'),
  place: z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }).optional(),
  area: localName.optional().describe('district'),
  heated_area_m2: z.number().positive().max(1e7).optional(),
  priority: z.enum(['ordinary', 'hospital', 'school', 'elderly']).default('ordinary'),
  control: z.enum(['observe', 'on']).default('observe'),
  every_s: z
    .object({ default: z.number().min(1).max(86_400), meter: z.number().min(1).max(86_400) })
    .partial()
    .optional(),
  circuits: circuitList.default([]),
  primary_limits: z
    .object({
      return_max_c: temperature.optional(),
      flow_max_m3_h: z.number().min(0).optional(),
      power_max_kw: z.number().min(0).optional(),
      return_slide: returnSlide
        .optional()
        .describe(
          'in place of return_max_c: [outdoor °C, return °C], straight between two points, level beyond',
        ),
      transit_s: z
        .number()
        .min(60)
        .max(14_400)
        .optional()
        .describe('way of the water from supply to return, s'),
    })
    .optional(),
  outdoor_time_constant_h: z
    .number()
    .min(0.5)
    .max(24)
    .optional()
    .describe('low-pass of the outdoor temperature; 6 where absent'),
  primary_accepts: z
    .array(z.enum(['flow_max_m3_h', 'power_max_kw', 'return_max_c']))
    .optional()
    .describe('limits of the primary side that the station’s own controller takes'),
  simulated: z.boolean().default(false),
};

/** Body of `POST /api/v1/stations`; only `id` is required. */
export const stationRegistration = z.object({ id: stationId, ...settings });
export type StationRegistration = z.infer<typeof stationRegistration>;

/** Body of `PATCH /api/v1/stations/{id}`: what is given is replaced, null clears, what is absent stays. */
export const stationChange = z
  .object({
    name: settings.name.nullable(),
    kind: z.enum(['station', 'source']),
    place: settings.place.nullable(),
    area: settings.area.nullable(),
    heated_area_m2: settings.heated_area_m2.nullable(),
    priority: z.enum(['ordinary', 'hospital', 'school', 'elderly']),
    control: z.enum(['observe', 'on']),
    every_s: settings.every_s.nullable(),
    circuits: circuitList,
    primary_limits: settings.primary_limits.nullable(),
    outdoor_time_constant_h: settings.outdoor_time_constant_h.nullable(),
    primary_accepts: settings.primary_accepts.nullable(),
    simulated: z.boolean(),
  })
  .partial();
export type StationChange = z.infer<typeof stationChange>;

export const mqttCredentials = z.object({ mqtt: z.object({ username: z.string(), password: z.string() }) });
export const registered = mqttCredentials.extend({ id: stationId });

/** A point's latest value: [time of measurement, value or word, quality]. */
export const pointTuple = z.tuple([
  instant,
  z.union([z.number(), z.string(), z.boolean()]).nullable(),
  quality,
]);
export type PointTuple = z.infer<typeof pointTuple>;

/** A setpoint in force or computed, with the reason that binds and the whole trace of rules. */
export const decidedSetpoint = z.object({
  name: setpointName,
  value: z.number().nullable(),
  wanted: z.number().nullable().describe('what the curve or rule asked for before limits'),
  at: instant,
  reason,
  trace: z.array(traceEntry),
});
export type DecidedSetpoint = z.infer<typeof decidedSetpoint>;

/** Circuit id → setpoints. */
export const circuitSetpoints = z.record(z.string(), z.array(decidedSetpoint));

/**
 * `good`: live and unremarkable; `deviating`: a supply temperature is off its setpoint by more than 2 K for 10 min;
 * `faulty`: the station reports faults or bad points; `stale`: no fresh telemetry;
 * `offline`: it is disconnected; `silent`: never heard.
 */
export const stationState = z.enum(['good', 'deviating', 'faulty', 'stale', 'offline', 'silent']);
export type StationState = z.infer<typeof stationState>;

export const stationView = z.object({
  id: stationId,
  name: localName,
  kind: z.enum(['station', 'source']),
  place: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  area: localName.nullable(),
  heated_area_m2: z.number().nullable(),
  priority: z.enum(['ordinary', 'hospital', 'school', 'elderly']),
  control: z.enum(['observe', 'on']),
  simulated: z.boolean(),
  every_s: z.object({ default: z.number(), meter: z.number() }),
  circuits: z.array(circuitSettings),
  state: stationState,
  mode: z.enum(['remote', 'local', 'manual']),
  /** Arrival of the newest message, ms UTC; null when never heard. */
  heard_at: instant.nullable(),
  /** Since when the state above holds. */
  state_since: instant,
  /** Greatest |supply − setpoint in force| over circuits, K; null where it cannot be said. */
  deviation_k: z.number().nullable(),
  faults: z.array(z.string()),
  alarms: z.array(z.object({ priority: z.int().min(1).max(4), code: z.string(), since: instant })),
  clock_suspect: z.enum(['clock_ahead', 'late']).nullable(),
  fallback: z
    .enum(['verified', 'pending', 'unverified'])
    .describe('whether the curve that the station keeps on site was read back'),
  points: z.record(z.string(), pointTuple),
  setpoints: circuitSetpoints,
});
export type StationView = z.infer<typeof stationView>;

export const stationDetail = stationView.extend({
  commands: z.array(commandView),
  limits_rev: z.int(),
  primary_limits: settings.primary_limits,
  outdoor_time_constant_h: settings.outdoor_time_constant_h,
  counters: z.record(z.string(), z.int()).describe('messages and points refused or flagged, by code'),
  unknown_points: z.array(z.object({ point: z.string(), count: z.int(), last_at: instant })),
  gaps: z.array(z.object({ boot: z.string(), from_seq: z.int(), to_seq: z.int(), at: instant })),
});
export type StationDetail = z.infer<typeof stationDetail>;
