import type postgres from 'postgres';

/**
 * Marks the seed's events as sent, except those that still need action: pending requests, links whose roles
 * are not assigned yet, and the latest title of each linked player.
 */
export async function settleOutbox(owner: postgres.Sql): Promise<void> {
  await owner.begin(async (sql) => {
    const [settled] = await sql`
      select public.mark_outbox_events_sent(array(
        select outbox.id from platform.outbox
        where outbox.sent_at is null
          and outbox.name <> 'discord/link.created'
          and outbox.id not in (
            select distinct on (changed.data ->> 'board', changed.data ->> 'player_id') changed.id
            from platform.outbox as changed
            where changed.name = 'leaderboard/tier.changed' and changed.data ->> 'player_id' in (
              select discord_links.player_id::text from public.discord_links)
            order by changed.data ->> 'board', changed.data ->> 'player_id',
              (changed.data ->> 'version')::bigint desc)
          and not (outbox.name = 'credits/request.created' and exists (
            select from public.credit_requests
            where credit_requests.id::text = outbox.data ->> 'request_id' and credit_requests.state = 'pending'))
      )) as count`;
    if (!settled) throw new Error('The outbox gave no answer.');
  });
}
