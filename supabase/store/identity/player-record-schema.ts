import { z } from 'zod';
import { standingSchema } from '#domain/leaderboard/standing-schema.ts';
import { ownProfileSchema } from './own-profile-schema.ts';

/** Everything that managers see about a player. */
export const playerRecordSchema = ownProfileSchema.extend({
  has_account: z.boolean(),
  /** The player unlinked Discord, though it is a way to sign in. */
  is_withdrawn: z.boolean(),
  /** One for each board that lists the player. */
  standings: z.array(
    z.object({ board: z.string(), board_name: z.string(), standing: standingSchema.nullable() }),
  ),
});

export type PlayerRecord = z.output<typeof playerRecordSchema>;
