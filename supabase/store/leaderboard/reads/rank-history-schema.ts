import { z } from 'zod';

export const historySchema = z.array(
  z.object({
    player_id: z.uuid(),
    points: z.array(
      z.object({
        version: z.number().int(),
        as_of: z.string(),
        /** Null while not on the board. */
        position: z.number().int().nullable(),
        score: z.number().int().nullable(),
      }),
    ),
  }),
);

export type RankHistory = z.output<typeof historySchema>;
