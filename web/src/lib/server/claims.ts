import { z } from 'zod';

/**
 * What the site reads from a verified access token. The role is good enough to decide what to show;
 * what a person may do is decided again by the database at each act.
 */
export const claimsSchema = z.object({
  sub: z.string(),
  email: z.string().optional(),
  player_id: z.string().optional(),
  user_role: z.enum(['player', 'manager', 'admin']).catch('player'),
});
