import { z } from 'zod';

export const guildSchema = z.object({
  id: z.string(),
  name: z.string(),
  approvals_channel_id: z.string().nullable(),
  announcements_channel_id: z.string().nullable(),
  tier_role_ids: z.record(z.string(), z.string()),
  health: z.record(z.string(), z.unknown()),
  health_checked_at: z.string().nullable(),
  created_at: z.string(),
});

export type KnownGuild = z.output<typeof guildSchema>;
