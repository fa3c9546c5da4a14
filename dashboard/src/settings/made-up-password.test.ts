import { newPassword } from '@heat-center/api/users.ts';
import { expect, it } from 'vitest';
import { madeUpPassword } from './made-up-password.ts';

it('is taken as a password, can be read out, and never comes twice', () => {
  const made = Array.from({ length: 200 }, madeUpPassword);
  for (const password of made) {
    expect(newPassword.safeParse(password).success).toBe(true);
    expect(password).toMatch(/^([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}$/);
  }
  expect(new Set(made).size).toBe(made.length);
});
