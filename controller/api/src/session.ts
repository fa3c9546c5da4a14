/** Signing a browser in. */
import { z } from 'zod';
import { stationId } from './common.ts';
import { mqttCredentials } from './stations.ts';

/** Body of `POST /api/v1/session`: the one-time token of the printed link. */
export const loginBody = z.object({ token: z.string().min(1).max(200) });
/** Answer of `GET /api/v1/session`. */
export const sessionView = z.object({ name: z.string(), role: z.enum(['administrator', 'automation']) });
export type SessionView = z.infer<typeof sessionView>;
/** Answer of `POST /api/v1/session/link`: prints another one-time link (bearer only). */
export const linkView = z.object({ url: z.string(), expires_at: z.int() });

/** Body of `POST /api/v1/logins`: a gateway speaks for its stations, a reader only listens. */
export const loginRegistration = z
  .object({
    id: stationId,
    kind: z.enum(['gateway', 'reader']),
    stations: z.array(stationId).max(1000).default([]),
  })
  .refine((login) => login.kind === 'gateway' || login.stations.length === 0, {
    message: 'a reader has no stations of its own',
    path: ['stations'],
  });
export type LoginRegistration = z.infer<typeof loginRegistration>;
export const loginAdded = mqttCredentials.extend({ id: stationId });
