import * as z from 'zod/mini';

const answer = z.array(
  z.object({
    player_id: z.string(),
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.nullable(z.string()),
    standing: z.nullable(z.object({ rank: z.number(), is_tied: z.boolean() })),
  }),
);

/** A player found by name, with their standing on the searched board. */
export type FoundPlayer = z.infer<typeof answer>[number];

/**
 * Parses the answer of a search; throws on anything else. Loaded with the first search, so it does not delay
 * hydration.
 */
export const parseFoundPlayers = (value: unknown): FoundPlayer[] => answer.parse(value);
