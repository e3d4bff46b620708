import { z } from 'zod';

/** A player's link to one Discord account. */
export const discordLinkSchema = z.object({
  player_id: z.string(),
  discord_user_id: z.string(),
  discord_username: z.string(),
  discord_display_name: z.string().nullable(),
  discord_avatar_url: z.string().nullable(),
  linked_at: z.string(),
  linked_by: z.string().nullable(),
  scopes: z.array(z.string()),
});

export type DiscordLink = z.output<typeof discordLinkSchema>;
