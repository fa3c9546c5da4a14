/** Signing a browser in. */
import { z } from 'zod';

/** Body of `POST /api/v1/session`: the one-time token of the printed link. */
export const loginBody = z.object({ token: z.string().min(1).max(200) });
/** Answer of `GET /api/v1/session`. */
export const sessionView = z.object({ name: z.string(), role: z.enum(['administrator', 'automation']) });
export type SessionView = z.infer<typeof sessionView>;
/** Answer of `POST /api/v1/session/link`: prints another one-time link (bearer only). */
export const linkView = z.object({ url: z.string(), expires_at: z.int() });
