import type postgres from 'postgres';
import type { TestDatabase } from '#dev/tests/test-database.ts';
import type { PlayerRole } from '#domain/identity/vocabulary.ts';

/** The role of a statement: a visitor, a signed-in player, or the holder of the secret key. */
export type Persona =
  | 'anon'
  | 'service_role'
  | {
      user_id: string;
      player_id: string;
      /** The session of the player's token; without one it is not checked. */
      session_id?: string;
    };

export interface Player {
  user_id: string;
  player_id: string;
}

export type Transaction = postgres.TransactionSql;

/** Creates an account with its player, as on a first sign-in. */
export async function createPlayer(
  database: TestDatabase,
  username: string,
  role: PlayerRole = 'player',
): Promise<Player> {
  const [user] = await database.sql<{ id: string }[]>`
    insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
    values (gen_random_uuid(), ${`${username}@dealscale.local`}, now(), ${database.sql.json({ user_name: username })})
    returning id`;
  const [player] = await database.sql<{ id: string }[]>`
    update public.profiles set role = ${role} where user_id = ${user?.id ?? ''} returning id`;
  if (!user || !player) throw new Error(`No player was made for ${username}.`);
  return { user_id: user.id, player_id: player.id };
}

/** Runs statements with a persona's rights, like the API. */
export async function runAs<Result>(
  database: TestDatabase,
  persona: Persona,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const role = typeof persona === 'string' ? persona : 'authenticated';
  const claims =
    typeof persona === 'string' ? { role } : { role, sub: persona.user_id, session_id: persona.session_id };
  let result: { value: Result } | null = null;
  await database.sql.begin(async (transaction) => {
    await transaction`select set_config('role', ${role}, true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
    result = { value: await work(transaction) };
  });
  return takeResult(result);
}

function takeResult<Result>(result: { value: Result } | null): Result {
  if (!result) throw new Error('The transaction ended without a result.');
  return result.value;
}
