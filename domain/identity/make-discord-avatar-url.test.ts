import { expect, test } from 'vitest';
import { makeDiscordAvatarUrl } from './make-discord-avatar-url.ts';

test.each([
  ['abc', 'https://cdn.discordapp.com/avatars/1222222222200000003/abc.png'],
  ['a_abc', 'https://cdn.discordapp.com/avatars/1222222222200000003/a_abc.gif'],
  [null, null],
])('the avatar %s is at %s', (avatar, expected) => {
  expect(makeDiscordAvatarUrl('1222222222200000003', avatar)).toBe(expected);
});
