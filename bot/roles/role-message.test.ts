import { expect, test } from 'vitest';
import type { OwnProfile } from '#store/identity/own-profile-schema.ts';
import { messageLimits } from '../platform/message.ts';
import { measureMessage, readAnswer } from '../testing/measure-message.ts';
import { buildRoleMessage } from './role-message.ts';

const at = '2026-11-22T12:00:00Z';
const role: OwnProfile['member_roles'][number] = {
  guild_id: '1',
  guild_name: 'The *deal* floor',
  discord_user_id: '2',
  player_id: 'a0000000-0000-4000-8000-000000000003',
  desired_tier: 'champion',
  confirmed_tier: null,
  state: 'failed',
  cause_code: 'role_too_low',
  cause: "The bot's role is below this one.",
  changed_at: at,
  checked_at: at,
};
const tier = { board: 'all-time', board_name: 'All time', tier: 'champion' as const, since: at };

function makeProfile(change: Partial<OwnProfile>, player: Partial<OwnProfile['player']> = {}): OwnProfile {
  const nobody: OwnProfile = {
    player: {
      id: role.player_id,
      username: 'pia',
      display_name: 'Pia',
      avatar_url: null,
      role: 'player',
      visibility: 'public',
      is_ranked: true,
      left_at: null,
      locale: 'en-US',
      time_zone: 'UTC',
      created_at: at,
      ...player,
    },
    link: null,
    balances: { ai: { available: 0, held: 0 }, lead: { available: 0, held: 0 } },
    signs_in_with_discord: true,
    follows_rank: true,
    tiers: [],
    member_roles: [],
  };
  return { ...nobody, ...change };
}

const read = (profile: OwnProfile, guildId: string | null = null) =>
  readAnswer(buildRoleMessage(profile, guildId));

test('names the boards of the tiers and what blocks a role', () => {
  const text = read(makeProfile({ tiers: [tier], member_roles: [role] }));
  expect(text).toContain('Champion on All time since <t:');
  expect(text).toContain('The \\\\*deal\\\\* floor');
  expect(text).toContain("Champion is missing. The bot's role is below this one.");
});

test('covers the current server, or all of them elsewhere', () => {
  const other = { ...role, guild_id: '3', guild_name: 'Elsewhere', state: 'confirmed' as const };
  const profile = makeProfile({ tiers: [tier], member_roles: [role, other] });
  expect(read(profile, '1')).not.toContain('Elsewhere');
  expect(read(profile)).toContain('**Elsewhere**: ✅ You have');
  expect(read(profile, '4')).toContain('This server has no role for your tier');
});

test.each([
  [{ left_at: at }, 'You left the community'],
  [{ is_ranked: false }, 'Staff play outside the boards'],
  [{ visibility: 'hidden' as const }, 'Your profile is hidden'],
  [{}, 'and you’re not there yet'],
])('explains why there is no role: %o', (player, sentence) => {
  expect(read(makeProfile({}, player))).toContain(sentence);
});

test.each(['*', '😀', '#'])(
  'many tiers and servers with the longest names, of %s, stay within the limits',
  (character) => {
    const name = character.repeat(80);
    const tiers = Array.from({ length: 60 }, () => ({ ...tier, board_name: name }));
    const long = { ...role, guild_name: character.repeat(100), cause: character.repeat(500) };
    const message = buildRoleMessage(
      makeProfile({ tiers, member_roles: Array.from({ length: 20 }, () => long) }),
      null,
    );
    const measured = measureMessage(message);
    expect(measured.text_length).toBeLessThanOrEqual(messageLimits.textLengthMax);
    expect(readAnswer(message)).toContain('45 more on the web');
  },
);
