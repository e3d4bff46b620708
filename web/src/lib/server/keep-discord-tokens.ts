import type { Session, SupabaseClient } from '@supabase/supabase-js';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { storeDiscordTokens } from '#store/identity/store-discord-tokens.ts';
import { TOKEN_ENCRYPTION_KEYS } from '$app/env/private';
import { createServerRoleClient } from './create-server-role-client.ts';
import { log } from './log.ts';
import { encryptToken } from './token-cipher.ts';

/** Discord's access tokens are good for a week. */
const lifetimeMs = 7 * 86_400_000;

/**
 * Stores the tokens that Discord gave at this sign-in, encrypted; they are handed out only once. Without them
 * the link still works, but cannot be revoked at Discord when it is removed.
 */
export async function keepDiscordTokens(supabase: SupabaseClient, session: Session): Promise<void> {
  if (!session.provider_token) return;
  const profile = await getOwnProfile(supabase);
  if (!profile?.link) return;
  const seal = (token: string) => encryptToken(token, TOKEN_ENCRYPTION_KEYS, profile.player.id);
  const access = seal(session.provider_token);
  const stored = await storeDiscordTokens(createServerRoleClient(), {
    player_id: profile.player.id,
    access_token_ciphertext: access.ciphertext,
    refresh_token_ciphertext: session.provider_refresh_token
      ? seal(session.provider_refresh_token).ciphertext
      : null,
    key_id: access.key_id,
    expires_at: new Date(Date.now() + lifetimeMs).toISOString(),
  });
  // Refused only when the link was removed this very moment: then there is nothing to keep them for.
  if (!stored.ok) log('info', stored.refusal.message, { player_id: profile.player.id });
}
