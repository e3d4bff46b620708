import { z } from 'zod';
import { playerRoles } from '#domain/identity/vocabulary.ts';

/**
 * What the site reads from a verified access token. The role is good enough to decide what to show;
 * what a person may do is decided again by the database at each act.
 */
export const claimsSchema = z.object({
  sub: z.string(),
  email: z.string().optional(),
  session_id: z.string().optional(),
  player_id: z.string().optional(),
  /** Seconds since 1970. The auth client looks at the end of a token, but not at its beginning. */
  nbf: z
    .number()
    .optional()
    .refine((from) => (from ?? 0) * 1000 <= Date.now(), 'The token is not valid yet.'),
  role: z.literal('authenticated'),
  user_role: z.enum(playerRoles).catch('player'),
});
