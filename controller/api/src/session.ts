/** Who is signed in, and signing in: by the one-time link, or by name and password. */
import { z } from 'zod';
import { action, role } from './access.ts';
import { instant, stationId } from './common.ts';
import { mqttCredentials } from './stations.ts';
import { givenPassword, newPassword, userId } from './users.ts';

/** Body of `POST /api/v1/session`: the one-time token of the printed link, or a person's name and password. */
export const loginBody = z.union([
  z.strictObject({ token: z.string().min(1).max(200) }),
  z.strictObject({ user: userId, password: givenPassword }),
]);
export type LoginBody = z.infer<typeof loginBody>;

/** Answer of `GET` and `POST /api/v1/session`. */
export const sessionView = z.object({
  name: z.string().describe('the name that commands and the audit carry'),
  full_name: z.string().nullable(),
  kind: z
    .enum(['person', 'link', 'token', 'automation'])
    .describe('how it was proved who asks; only a person has a password'),
  role,
  may: z.array(action).describe('everything that is allowed'),
  expires_at: instant.nullable().describe('when the session or token ends at the latest'),
});
export type SessionView = z.infer<typeof sessionView>;

/** Body of `POST /api/v1/session/password`: a person's own new password. Every other session of theirs ends. */
export const passwordChange = z.strictObject({ current: givenPassword, password: newPassword });
export type PasswordChange = z.infer<typeof passwordChange>;

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
export const loginAdded = mqttCredentials.extend({ id: stationId });
