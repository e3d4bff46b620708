import type { Session } from '@supabase/supabase-js';
import { sealingKeySchema, sealToken } from '#domain/identity/sealed-token.ts';
import { logInfo } from '#domain/platform/log.ts';
import { createServerRoleClient } from '#lib/server/create-server-role-client.ts';
import type { DiscordLink } from '#store/identity/discord-link-schema.ts';
import { storeDiscordTokens } from '#store/identity/store-discord-tokens.ts';
import { TOKEN_SEALING_PUBLIC_KEY } from '$app/env/private';

/** Discord's access tokens are valid for a week. */
const lifetimeMs = 7 * 86_400_000;

/**
 * Stores Discord's tokens from this sign-in, sealed for the worker; Discord issues them only once. Without
 * them the link still works, but cannot be revoked at Discord on unlinking.
 */
export async function keepDiscordTokens(link: DiscordLink, session: Session): Promise<void> {
  if (!session.provider_token) return;
  const { player_id, discord_user_id } = link;
  const key = sealingKeySchema.parse(TOKEN_SEALING_PUBLIC_KEY);
  const seal = (token: string) => sealToken(token, discord_user_id, key);
  const stored = await storeDiscordTokens(createServerRoleClient(), {
    player_id,
    discord_user_id,
    sealed_access_token: await seal(session.provider_token),
    sealed_refresh_token: session.provider_refresh_token ? await seal(session.provider_refresh_token) : null,
    key_id: key.kid,
    expires_at: new Date(Date.now() + lifetimeMs).toISOString(),
  });
  // Refused only if the link was removed at this very moment, when there is no reason to keep them.
  if (!stored.ok) logInfo(stored.refusal.message, { player_id });
}
