import { z } from 'zod';

/** The stored grant of one Discord account: each token sealed to a key of the worker. */
export const discordTokensSchema = z.object({
  discord_user_id: z.string(),
  sealed_access_token: z.string(),
  sealed_refresh_token: z.string().nullable(),
  key_id: z.string(),
  expires_at: z.string(),
  stored_at: z.string(),
  revision: z.string(),
});

export type DiscordTokens = z.output<typeof discordTokensSchema>;
