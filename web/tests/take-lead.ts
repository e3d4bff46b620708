import { z } from 'zod';
import { useDatabase } from './use-database.ts';

const dealPoints = 100;
const standings = z.object({
  standings: z.array(z.object({ username: z.string().nullable(), score: z.number() })),
});

/**
 * Gives a player the deals it takes to lead a board, and publishes that at once rather than within 30 seconds. Whoever
 * led already gets one more.
 */
export async function takeLead(username: string, board = 'all-time'): Promise<void> {
  await useDatabase(async (sql) => {
    const [player] = await sql`select id from public.profiles where username = ${username}`;
    const [top] = await sql`select public.get_board_page(${board}, max_rows => 1) as page`;
    const leader = standings.parse(top?.page).standings[0];
    const missing = leader?.username === username ? 0 : (leader?.score ?? 0);
    const event = {
      external_id: crypto.randomUUID(),
      player_id: player?.id,
      metric: 'deal_closed',
      units: Math.floor(missing / dealPoints) + 1,
      occurred_at: new Date().toISOString(),
    };
    const [answer] =
      await sql`select public.record_score_events('browser-test', ${sql.json([event])}) as outcome`;
    if (answer?.outcome.accepted !== 1) throw new Error(`Not counted: ${JSON.stringify(answer?.outcome)}`);
    // A scheduled refresh that is under way at this moment does the same.
    await sql`call private.refresh_due_boards()`;
  });
}
