import type postgres from 'postgres';

/**
 * Marks what the seed announced as told, except what is still to be acted on: requests that wait for a decision,
 * links whose roles are to be given out, and the latest title of each who is linked.
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
