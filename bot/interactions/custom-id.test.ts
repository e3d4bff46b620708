import { expect, test } from 'vitest';
import { actions, decodeCustomId, encodeCustomId } from './custom-id.ts';

const { turnBoardPage, unlink } = actions;

test('a custom id round-trips with any characters', () => {
  const customId = encodeCustomId(turnBoardPage, { button: 'ü😀', board: 'a:b%c', from: 11 });
  expect(decodeCustomId(customId)).toEqual({ action: 'lb', version: 1, args: ['a:b%c', '11', 'ü😀'] });
});

test('state that exceeds 100 characters is refused', () => {
  expect(() => encodeCustomId(unlink, { player_id: 'x'.repeat(91) })).toThrow(RangeError);
  expect(encodeCustomId(unlink, { player_id: 'x'.repeat(90) })).toHaveLength(100);
});

test.each(['', 'lb', 'lb:v0:all-time', 'lb:v2:all-time', ':v1:x', 'lb:v1:%E0%A4%A'])(
  'custom ids of other versions or origins are ignored: %j',
  (customId) => {
    expect(decodeCustomId(customId)).toBeNull();
  },
);
