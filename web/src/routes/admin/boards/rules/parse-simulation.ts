import * as z from 'zod/mini';
import { tiers } from '#domain/leaderboard/vocabulary.ts';

const tier = z.nullable(z.enum(tiers));

const simulation = z.object({
  standings: z.array(
    z.object({
      player_id: z.string(),
      display_name: z.string(),
      rank: z.number(),
      is_tied: z.boolean(),
      score: z.number(),
      movement: z.nullable(z.number()),
      tier,
    }),
  ),
  tier_changes: z.array(
    z.object({ player_id: z.string(), display_name: z.string(), tier_before: tier, tier_after: tier }),
  ),
});

/** Parses the result of a simulation; null if there is none. */
export function parseSimulation(value: unknown): z.infer<typeof simulation> | null {
  return simulation.safeParse(value).data ?? null;
}
