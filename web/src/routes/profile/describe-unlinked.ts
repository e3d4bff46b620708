import type { Unlinked } from '#store/identity/unlink-discord.ts';

/** The consequences of unlinking, for the person who asked for it. */
export function describeUnlinked({ discord_user_id, keeps_sign_in, revokes_access }: Unlinked): string {
  if (discord_user_id === null) return 'Discord is not linked, so nothing changed.';
  return [
    'Unlinked. Your tier roles on Discord are being taken away.',
    revokes_access ? 'Our access to your Discord account is being revoked too.' : '',
    keeps_sign_in
      ? 'Discord stays the only way to sign in to this account; signing in with it links it again.'
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
