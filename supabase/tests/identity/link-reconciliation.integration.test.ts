import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#dev/tests/test-database.ts';
import { AuthPlay, type DiscordAccount } from './auth-play.ts';
import { moves } from './identity-game.ts';
import type { Reality, Truth } from './identity-truth.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let gameCount = 0;

/** Two players with e-mail, and three Discord accounts: one with the address of the first player. */
async function begin(): Promise<{ model: Truth; real: Reality }> {
  gameCount += 1;
  const auth = new AuthPlay(database.sql);
  const [clock] = await database.sql<{ now: string }[]>`select clock_timestamp()::text as now`;
  const emails = ['ada', 'max'].map((name) => `${name}-${gameCount}@dealscale.local`);
  const model: Truth = { users: [] };
  for (const email of emails) {
    const user_id = await auth.createEmailUser(email);
    const [profile] = await database.sql`select id from public.profiles where user_id = ${user_id}`;
    model.users.push({ user_id, player_id: String(profile?.id), email, accounts: [], isWithdrawn: false });
  }
  const base = 100_000_000_000_000_000n + BigInt(gameCount) * 1_000n;
  const accounts = [0, 1, 2].map(
    (index): DiscordAccount => ({
      id: String(base + BigInt(index)),
      username: `pixel-${gameCount}-${index}`,
      email: index === 0 ? (emails[0] ?? '') : `pixel-${gameCount}-${index}@dealscale.local`,
    }),
  );
  return { model, real: { database, auth, accounts, since: clock?.now ?? '' } };
}

test('the state stays consistent and the message true whatever happens at Auth and Discord, in any order', async () => {
  const seed = Number(process.env.FC_SEED ?? 1);
  await fc.assert(
    fc.asyncProperty(fc.commands(moves, { maxCommands: 24 }), (commands) =>
      fc.asyncModelRun(begin, commands),
    ),
    { numRuns: 120, seed, endOnFailure: false },
  );
  expect(gameCount).toBeGreaterThanOrEqual(120);
});
