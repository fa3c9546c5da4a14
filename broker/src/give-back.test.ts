import { expect, it } from 'vitest';
import { giveBack } from './give-back.ts';

it('frees memory that is all its own', () => {
  const chunk = Buffer.allocUnsafeSlow(65_536);
  giveBack(chunk);
  expect(chunk.byteLength).toBe(0);
});

it('leaves alone what shares its memory with others', () => {
  const shared = Buffer.alloc(100, 'a');
  giveBack(shared.subarray(0, 50));
  giveBack(Buffer.alloc(0));
  expect(shared.toString()).toBe('a'.repeat(100));
});
