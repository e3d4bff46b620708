import { z } from 'zod';

/** A span in which a player decides requests in place of a manager. */
export const delegationSchema = z.object({
  id: z.string(),
  manager_id: z.string(),
  manager_name: z.string(),
  manager_username: z.string(),
  delegate_id: z.string(),
  delegate_name: z.string(),
  delegate_username: z.string(),
  starts_at: z.string(),
  ends_at: z.string(),
  ended_at: z.string().nullable(),
});

export type Delegation = z.output<typeof delegationSchema>;
