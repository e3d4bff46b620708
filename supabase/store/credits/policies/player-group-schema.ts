import { z } from 'zod';
import { playerRoles } from '#domain/identity/vocabulary.ts';
import { tiers } from '#domain/leaderboard/vocabulary.ts';

/** A group of players by a saved filter: all conditions that are set must hold. */
export const playerGroupSchema = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(playerRoles)).nullable(),
  board: z.string().nullable(),
  tiers: z.array(z.enum(tiers)).nullable(),
  /** Joined at least this many days ago. */
  joined_days_min: z.number().int().nullable(),
  /** Joined less than this many days ago. */
  joined_days_max: z.number().int().nullable(),
  /** How many players fit now. */
  player_count: z.number().int(),
});

export type PlayerGroup = z.output<typeof playerGroupSchema>;
/** A group as an admin sends it; without an id it is new. */
export type PlayerGroupDraft = Omit<PlayerGroup, 'id' | 'player_count'> & { id?: string };
