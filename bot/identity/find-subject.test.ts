import { expect, test } from 'vitest';
import { createRig, player } from '../testing/interaction-rig.ts';
import { findSubject } from './find-subject.ts';

const makeFound = (digit: number, username: string, display_name: string) => ({
  player_id: `b0000000-0000-4000-8000-00000000000${digit}`,
  username,
  display_name,
  avatar_url: null,
  standing: null,
});
const me = { user: { id: '222222222222222222' } };

/** The last digit of the player id that a typed text resolves to, or the outcome of a refusal. */
async function findTyped(text: string, found: ReturnType<typeof makeFound>[]): Promise<string | undefined> {
  const { context } = createRig({
    search_players: ({ max_rows }) => found.slice(0, Number(max_rows)),
  });
  const subject = await findSubject(me, text, context);
  return subject.ok ? subject.player_id.at(-1) : subject.reply.outcome;
}

const namesakes = [makeFound(1, 'kim.a', 'Kim Lee'), makeFound(2, 'kim.b', 'Kim Lee')];

test('an ambiguous name matches nobody', async () => {
  expect(await findTyped('Kim Lee', namesakes)).toBe('refused');
});

test('an exact name wins over prefix matches', async () => {
  expect(await findTyped('kim lee', [makeFound(1, 'x', 'Kim Lee'), makeFound(2, 'y', 'Kim Leeds')])).toBe(
    '1',
  );
});

test('a username takes precedence over equal display names', async () => {
  const found = [makeFound(1, 'kim', 'Kim A'), makeFound(2, 'x', 'Kim'), makeFound(3, 'y', 'Kim')];
  expect(await findTyped('Kim', found)).toBe('1');
});

test('a prefix counts if only one player has it', async () => {
  expect(await findTyped('Ki', [makeFound(1, 'x', 'Kim')])).toBe('1');
  expect(await findTyped('Ki', namesakes)).toBe('refused');
});

test('blank text matches nobody and is not searched for', async () => {
  const { context, calls } = createRig();
  expect(await findSubject(me, '  ', context)).toMatchObject({ ok: false });
  expect(calls).not.toContain('search_players');
});

test.each(['@kim', '@Kim', 'Kim A (kim)', '\u2068Kim A\u2069 (kim)'])('%j names a username', async (text) => {
  const asked: unknown[] = [];
  const { context } = createRig({
    search_players: ({ query }) => {
      asked.push(query);
      return [makeFound(1, 'kim', 'Kim A'), makeFound(2, 'kim.b', 'Kim A')];
    },
  });
  const subject = await findSubject(me, text, context);
  expect(subject).toMatchObject({ ok: true, player_id: expect.stringMatching(/1$/) });
  expect(asked).toEqual([expect.stringMatching(/^kim$/i)]);
});

test.each(['<@333333333333333333>', '<@!333333333333333333>'])(
  'the mention %s names the linked player',
  async (text) => {
    const mentioned = { ...player, player_id: 'b0000000-0000-4000-8000-000000000007' };
    const find = (linked: object | null) =>
      createRig({
        find_player_by_discord: ({ discord_user_id }) => (discord_user_id === me.user.id ? player : linked),
      }).context;
    expect(await findSubject(me, text, find(mentioned))).toMatchObject({ player_id: mentioned.player_id });
    const refused = await findSubject(me, text, find(null));
    expect(JSON.stringify(refused)).toContain('linked their Discord');
  },
);
