import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { COST, Passwords, requireStrong } from './passwords.ts';

const QUICK = { ln: 4, r: 2, p: 1 } as const;

describe('a stored password', () => {
  it('is scrypt with its parameters and a salt of its own', async () => {
    const passwords = new Passwords(QUICK);
    const stored = await passwords.hash('seven warm radiators');
    const [, scheme, cost, salt = '', key] = stored.split('$');
    expect([scheme, cost]).toEqual(['scrypt', 'ln=4,r=2,p=1']);
    const same = scryptSync('seven warm radiators', Buffer.from(salt, 'base64'), 32, { N: 16, r: 2, p: 1 });
    expect(key).toBe(same.toString('base64'));
    expect(await passwords.hash('seven warm radiators')).not.toBe(stored);
    expect(await passwords.check('seven warm radiators', stored)).toBe('right');
    expect(await passwords.check('seven warm radiator', stored)).toBe('wrong');
    expect(await passwords.check('seven warm radiators', undefined)).toBe('wrong');
  });

  it('is still right when the parameters have changed, and says that it is outdated', async () => {
    const stored = await new Passwords(QUICK).hash('seven warm radiators');
    const now = new Passwords({ ...QUICK, p: 2 });
    expect(await now.check('seven warm radiators', stored)).toBe('outdated');
    expect(await now.check('wrong', stored)).toBe('wrong');
  });

  it('takes the memory of N = 2^15 and the work of N = 2^17', () => {
    expect(128 * COST.r * 2 ** COST.ln).toBe(32 * 2 ** 20);
    expect(COST.p).toBeGreaterThanOrEqual(3);
  });

  it('that is not readable is damage, not a wrong password', async () => {
    await expect(new Passwords(QUICK).check('x', 'plain')).rejects.toThrow('not readable');
  });
});

describe('many at once', () => {
  it('are hashed one after the other; what is beyond the queue is refused and leaves room again', async () => {
    const passwords = new Passwords({ ln: 12, r: 8, p: 1 });
    const order: number[] = [];
    const asked = Array.from({ length: 40 }, (_, index) =>
      passwords.hash('seven warm radiators').then(
        () => order.push(index),
        (error: { code: string }) => error.code,
      ),
    );
    const results = await Promise.all(asked);
    expect(order).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(results.slice(16).every((result) => result === 'busy')).toBe(true);
    await expect(passwords.hash('seven warm radiators')).resolves.toContain('$scrypt$');
  });
});

describe('a new password', () => {
  it('is neither a repeated key nor the name', () => {
    expect(() => requireStrong('abababababab', 'li')).toThrow('different characters');
    expect(() => requireStrong('my name is Wang!', 'wang')).toThrow('the name');
    expect(() => requireStrong('seven warm radiators', 'wang')).not.toThrow();
    expect(() => requireStrong('nine lives of a cat', 'li')).not.toThrow();
  });
});
