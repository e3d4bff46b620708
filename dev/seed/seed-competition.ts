// A competition that looks as if it had run for two months. The product's own commands record, refresh,
// close, grant and decide. The numbers are the same every time; the moments are relative to today.
import postgres from 'postgres';
import { getOwnerUrl } from '#emulators/postgres/cluster.ts';
import type { StackPlace } from '../stack/environment.ts';
import { createAccounts } from './create-accounts.ts';
import { makeCreditHistory } from './credit-history.ts';
import { channelIds, guildId, roleIds } from './discord-community.ts';
import { playCompetition } from './play-competition.ts';
import { playCreditHistory } from './play-credit-history.ts';
import { makePlayers, personaIds, type SeedPlayer } from './players.ts';
import { createRandom } from './random.ts';
import { makeScoreHistory } from './score-history.ts';
import { setUpPolicies } from './set-up-policies.ts';
import { settleOutbox } from './settle-outbox.ts';

const sizes = {
  believable: { playerCount: 540, dayCount: 61, requestCount: 160 },
  small: { playerCount: 40, dayCount: 21, requestCount: 12 },
} as const;

/** `believable` is for people; `small` is for tests that need a few players. */
export type SeedSize = keyof typeof sizes;

const randomSeed = 20_261_101;

/** Seeds an empty stack whose Supabase is running. An interrupted attempt can be repeated. */
export async function seedCompetition(place: StackPlace, size: SeedSize): Promise<void> {
  const { playerCount, dayCount, requestCount } = sizes[size];
  const random = createRandom(randomSeed);
  const now = new Date();
  const players = makePlayers(random, playerCount, dayCount);
  const events = makeScoreHistory(random, players, { now, dayCount });
  const deeds = makeCreditHistory(random, players, { now, dayCount, requestCount });
  const owner = postgres(getOwnerUrl(place.ports.postgres), { max: 4, onnotice: () => {} });
  try {
    await savePlayers(owner, players);
    await saveGuild(owner);
    await createAccounts(
      owner,
      { supabaseUrl: `http://127.0.0.1:${place.ports.supabase}`, secretKey: place.secrets.secret_key },
      players,
    );
    await playCompetition(owner, events, now);
    await playCreditHistory(owner, deeds);
    await setUpPolicies(owner);
    await settleOutbox(owner);
  } finally {
    await owner.end();
  }
}

async function savePlayers(owner: postgres.Sql, players: readonly SeedPlayer[]): Promise<void> {
  await owner.begin(async (sql) => {
    await sql`set local role service_role`;
    await sql`
      select count(public.upsert_player(player_id, username, display_name, is_ranked => is_ranked, source => 'api'))
      from jsonb_to_recordset(${sql.json(players.map(describePlayer))})
        as player (player_id uuid, username text, display_name text, is_ranked boolean)`;
    await sql`reset role`;
    // Someone has to be the first admin, and everybody joined before today.
    await sql`update public.profiles set role = 'admin' where id = ${personaIds.ada}`;
    await sql`update public.profiles set role = 'manager' where id = ${personaIds.max}`;
    await sql`
      update public.profiles set created_at = now() - make_interval(days => player.joined_days_ago)
      from jsonb_to_recordset(${sql.json(players.map(describePlayer))}) as player (player_id uuid, joined_days_ago int)
      where profiles.id = player.player_id`;
  });
}

function describePlayer(player: SeedPlayer) {
  const { player_id, username, display_name, is_ranked, joinedDaysAgo } = player;
  return { player_id, username, display_name, is_ranked, joined_days_ago: joinedDaysAgo };
}

async function saveGuild(owner: postgres.Sql): Promise<void> {
  const { champion, silver, bronze, top_10, elite } = roleIds;
  await owner`
    select public.upsert_guild(${guildId}, 'DealScale Arena', ${channelIds.approvals}, ${channelIds.leaderboard},
      ${owner.json({ champion, silver, bronze, top_10, elite })})`;
}
