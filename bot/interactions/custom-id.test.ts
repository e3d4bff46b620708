import { expect, test } from 'vitest';
import { decodeCustomId, encodeCustomId } from './custom-id.ts';

test('a custom id round-trips, whatever characters it contains', () => {
  const args = ['all-time', '11', 'a:b%c', 'ü😀'];
  expect(decodeCustomId(encodeCustomId('lb', args))).toEqual({ action: 'lb', version: 1, args });
});

test('state that exceeds 100 characters is refused', () => {
  expect(() => encodeCustomId('lb', ['x'.repeat(96)])).toThrow(RangeError);
  expect(encodeCustomId('lb', ['x'.repeat(94)])).toHaveLength(100);
});

test.each(['', 'lb', 'lb:v0:all-time', 'lb:v2:all-time', ':v1:x', 'lb:v1:%E0%A4%A'])(
  'custom ids of other versions or origins are ignored: %j',
  (customId) => {
    expect(decodeCustomId(customId)).toBeNull();
  },
);
