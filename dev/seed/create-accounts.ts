import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { z } from 'zod';
import { discordBystanders } from './discord-bystanders.ts';
import { userIds } from './discord-community.ts';
import { personaPassword } from './personas.ts';
import { personaIds, type SeedPlayer } from './players.ts';

/** The auth service that creates the accounts. */
export interface AccountPlace {
  supabaseUrl: string;
  secretKey: string;
}

interface Account {
  player_id: string;
  username: string;
  display_name: string;
  discord_user_id: string | null;
  password?: string;
}

const userAnswer = z.object({ id: z.uuid() });
/** The few guild members who have not linked their account. */
const unlinkedCount = 2;

/**
 * Creates sign-in accounts through the auth service: the personas with a password, and the members of the
 * sandbox guild. Quinn has e-mail only; Rob is on Discord and has never signed in.
 */
export async function createAccounts(
  owner: postgres.Sql,
  place: AccountPlace,
  players: readonly SeedPlayer[],
): Promise<void> {
  const linkedIds: Record<string, string> = { ada: userIds.ada, max: userIds.max, pia: userIds.pia };
  for (const { username, id } of discordBystanders.slice(0, -unlinkedCount)) linkedIds[username] = id;
  const personas = new Set<string>(Object.values(personaIds));
  const accounts: Account[] = players
    .filter((player) => personas.has(player.player_id) || linkedIds[player.username])
    .map((player) => ({
      ...player,
      discord_user_id: linkedIds[player.username] ?? null,
      password: personas.has(player.player_id) ? personaPassword : randomUUID(),
    }));
  await Promise.all(
    accounts.map(async (account) => {
      const userId = await createUser(owner, place, account);
      if (account.discord_user_id) await linkDiscord(owner, userId, account);
    }),
  );
}

async function createUser(owner: postgres.Sql, place: AccountPlace, account: Account): Promise<string> {
  const email = `${account.username}@dealscale.local`;
  const [known] = await owner`select id from auth.users where email = ${email}`;
  if (known) return userAnswer.parse(known).id;
  const response = await fetch(`${place.supabaseUrl}/auth/v1/admin/users`, {
    method: 'POST',
    headers: { apikey: place.secretKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      email,
      password: account.password,
      email_confirm: true,
      user_metadata: { full_name: account.display_name, user_name: account.username },
      app_metadata: { player_id: account.player_id },
    }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`The account ${email} could not be made: ${response.status} ${body}`);
  return userAnswer.parse(JSON.parse(body)).id;
}

/** The state after a sign-in with Discord; the product creates the link in its next step. */
async function linkDiscord(owner: postgres.Sql, userId: string, account: Account): Promise<void> {
  const email = `${account.username}@dealscale.local`;
  const traits = {
    sub: account.discord_user_id,
    provider_id: account.discord_user_id,
    name: `${account.username}#0`,
    full_name: account.username,
    email,
    email_verified: true,
    custom_claims: { global_name: account.display_name },
  };
  await owner.begin(async (sql) => {
    const [known] = await sql`
      select from auth.identities where provider = 'discord' and provider_id = ${account.discord_user_id}`;
    if (!known) {
      await sql`
        insert into auth.identities (id, user_id, provider, provider_id, identity_data, created_at, updated_at)
        values (gen_random_uuid(), ${userId}, 'discord', ${account.discord_user_id}, ${sql.json(traits)}, now(), now())`;
      await sql`
        update auth.users set raw_app_meta_data = raw_app_meta_data || '{"providers": ["email", "discord"]}'
        where id = ${userId}`;
    }
    const claims = JSON.stringify({ sub: userId, role: 'authenticated' });
    await sql`select set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${userId}, true)`;
    await sql`set local role authenticated`;
    await sql`select public.sync_discord_link()`;
  });
}
