/** People who sign in with a password. */
import { z } from 'zod';
import { role } from './access.ts';
import { instant } from './common.ts';

/** The name to sign in with, in small letters of any script; commands and the audit carry it. */
export const userId = z
  .string()
  .normalize('NFKC')
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u);

/** Least length of a new password, characters. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** A password as somebody types it, to be compared. */
export const givenPassword = z.string().min(1).max(PASSWORD_MAX);
/** A password to be set: length counts, kinds of characters do not. */
export const newPassword = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX);

const fullName = z.string().trim().min(1).max(120);

/** Body of `POST /api/v1/users`; without a password one is made up and shown once. */
export const userRegistration = z.strictObject({
  id: userId,
  full_name: fullName.optional(),
  role,
  password: newPassword.optional(),
});
export type UserRegistration = z.infer<typeof userRegistration>;

/** Body of `PATCH /api/v1/users/{id}`. A new role, a new password or `disabled` ends every session of the person. */
export const userChange = z
  .strictObject({
    full_name: fullName.nullable(),
    role,
    disabled: z.boolean(),
    password: newPassword,
  })
  .partial();
export type UserChange = z.infer<typeof userChange>;

export const userView = z.object({
  id: z.string(),
  full_name: z.string().nullable(),
  role,
  disabled: z.boolean(),
  created_at: instant,
  signed_in_at: instant.nullable().describe('last sign-in'),
  sessions: z.int().describe('browsers that are signed in now'),
});
export type UserView = z.infer<typeof userView>;

export const userList = z.object({ users: z.array(userView) });
/** `password` is present when the center made it up; it is shown this once. */
export const userAdded = userView.extend({ password: z.string().optional() });
