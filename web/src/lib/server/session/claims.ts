import { z } from 'zod';
import { playerRoles } from '#domain/identity/vocabulary.ts';

/**
 * The claims that the site reads from a verified access token. The role decides only what to show; the
 * database checks permissions again on every action.
 */
export const claimsSchema = z.object({
  sub: z.string(),
  email: z.string().optional(),
  session_id: z.string().optional(),
  player_id: z.string().optional(),
  /** Seconds since 1970. The auth client checks when a token expires, but not from when it is valid. */
  nbf: z
    .number()
    .optional()
    .refine((from) => (from ?? 0) * 1000 <= Date.now(), 'The token is not valid yet.'),
  role: z.literal('authenticated'),
  user_role: z.enum(playerRoles).catch('player'),
});
