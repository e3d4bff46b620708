import type { SupabaseClient } from '@supabase/supabase-js';
import type { Outcome } from '#domain/refusal.ts';
import { syncDiscordLink } from '#store/identity/sync-discord-link.ts';
import { unlinkDiscord } from '#store/identity/unlink-discord.ts';

/**
 * Ends the player's link with Discord; roles go and tokens are revoked by what follows from it. An account that
 * can only be entered through Discord keeps that way in.
 * @returns the sentence to show
 */
export async function unlinkDiscordAccount(supabase: SupabaseClient): Promise<Outcome<string>> {
  const { data, error } = await supabase.auth.getUserIdentities();
  if (error) throw new Error('The identities of the account could not be read.', { cause: error });
  const discord = data.identities.find((identity) => identity.provider === 'discord');
  if (discord && data.identities.length > 1) {
    const unlinked = await supabase.auth.unlinkIdentity(discord);
    if (unlinked.error)
      throw new Error('The Discord identity could not be removed.', { cause: unlinked.error });
    const synced = await syncDiscordLink(supabase);
    return synced.ok ? { ok: true, value: 'Unlinked. Your roles on Discord are taken away now.' } : synced;
  }
  const removed = await unlinkDiscord(supabase, { source: 'web' });
  if (!removed.ok) return removed;
  const value = discord
    ? 'Unlinked. Discord is the only way to sign in to this account, so that stays possible; signing in with it links it again.'
    : 'Unlinked. Your roles on Discord are taken away now.';
  return { ok: true, value };
}
