import { describe, expect, it } from 'vitest';
import { addressKey, Throttle } from './throttle.ts';

const RULES = { allowed: 2, windowMs: 1000, most: 3, what: 'here' } as const;
const isFree = (throttle: Throttle, key: string, now: number): boolean => {
  try {
    throttle.check(key, now);
    return true;
  } catch {
    return false;
  }
};

describe('the brake', () => {
  it('holds until the window ends, from the first failure on', () => {
    const throttle = new Throttle(RULES);
    throttle.fail('a', 0);
    throttle.fail('a', 900);
    expect([isFree(throttle, 'a', 999), isFree(throttle, 'b', 999)]).toEqual([false, true]);
    expect(isFree(throttle, 'a', 1000)).toBe(true);
  });

  it('says how long to wait', () => {
    const throttle = new Throttle({ ...RULES, windowMs: 60_000 });
    throttle.fail('a', 0);
    throttle.fail('a', 0);
    expect(() => throttle.check('a', 29_500)).toThrow(
      expect.objectContaining({ code: 'too_many_attempts', detail: { retry_after_s: 31 } }) as Error,
    );
  });

  it('takes back what was counted before it was judged', () => {
    const throttle = new Throttle(RULES);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      throttle.fail('a', 0);
      throttle.forgive('a', 0);
    }
    expect(isFree(throttle, 'a', 0)).toBe(true);
  });

  it('does not hold for longer when the clock is set back', () => {
    const throttle = new Throttle(RULES);
    throttle.fail('a', 1_000_000);
    throttle.fail('a', 1_000_000);
    expect(isFree(throttle, 'a', 5)).toBe(true);
  });

  it('remembers so many keys and no more', () => {
    const throttle = new Throttle(RULES);
    for (const key of ['a', 'a', 'b', 'c', 'd']) throttle.fail(key, 0);
    expect(isFree(throttle, 'a', 1)).toBe(true);
    throttle.fail('d', 1);
    expect(isFree(throttle, 'd', 1)).toBe(false);
  });
});

describe('the key of an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
