/** Tokens with which other programs ask the API. */
import { z } from 'zod';
import { action, role } from './access.ts';
import { instant } from './common.ts';

/** Body of `POST /api/v1/tokens`. */
export const tokenRegistration = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .describe('commands and the audit carry it as token:NAME'),
  role,
  scope: z
    .array(action)
    .min(1)
    .optional()
    .describe('only these of the role’s actions; without it all of them'),
  valid_days: z.int().min(1).max(730).default(90),
});
export type TokenRegistration = z.infer<typeof tokenRegistration>;

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  scope: z.array(action).nullable(),
  created_at: instant,
  created_by: z.string(),
  expires_at: instant,
  used_at: instant.nullable().describe('last use, to the hour'),
});
export type TokenView = z.infer<typeof tokenView>;

export const tokenList = z.object({ tokens: z.array(tokenView) });
/** The token itself is shown this once; only its hash is kept. */
export const tokenAdded = tokenView.extend({ token: z.string() });
