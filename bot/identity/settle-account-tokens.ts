import { openToken, sealToken, toSealingKey } from '#domain/identity/sealed-token.ts';
import { deleteDiscordTokens } from '#store/identity/delete-discord-tokens.ts';
import { endDeauthorisedLink } from '#store/identity/end-deauthorised-link.ts';
import { getDiscordTokens } from '#store/identity/get-discord-tokens.ts';
import { replaceDiscordTokens } from '#store/identity/replace-discord-tokens.ts';
import type { TokenContext } from './token-context.ts';

/** Discord's tokens are valid for a week, so there are two days of retries. */
const refreshBeforeMs = 2 * 86_400_000;

/** What happened to the tokens of one account. */
export type SettledTokens = 'none' | 'kept' | 'refreshed' | 'superseded' | 'revoked' | 'deauthorised';

async function refreshTokens(
  context: TokenContext,
  held: NonNullable<Awaited<ReturnType<typeof getDiscordTokens>>>,
): Promise<SettledTokens> {
  const { store, oauth, keys, now } = context;
  const { discord_user_id, revision } = held;
  const open = (sealed: string) => openToken(sealed, discord_user_id, keys);
  const grant = held.sealed_refresh_token ? await oauth.refresh(await open(held.sealed_refresh_token)) : null;
  if (!grant) {
    // A refresh token is also used up if its response was lost, so only both tokens being refused means that
    // access was withdrawn.
    if (await oauth.isAlive(await open(held.sealed_access_token))) return 'kept';
    const { has_ended } = await endDeauthorisedLink(store, {
      discord_user_id,
      deauthorised_at: held.stored_at,
    });
    return has_ended ? 'deauthorised' : 'superseded';
  }
  const [current] = keys;
  if (!current) throw new Error('There is no key to seal tokens to.');
  const seal = (token: string) => sealToken(token, discord_user_id, toSealingKey(current));
  const isReplaced = await replaceDiscordTokens(store, {
    discord_user_id,
    revision,
    sealed_access_token: await seal(grant.access_token),
    sealed_refresh_token: await seal(grant.refresh_token),
    key_id: current.kid,
    expires_at: new Date(now() + grant.expires_in_seconds * 1_000).toISOString(),
  });
  return isReplaced ? 'refreshed' : 'superseded';
}

/**
 * Settles the tokens of one account: revokes and deletes them if the account is no longer linked, refreshes
 * them if they expire soon. If both tokens are refused, the user has withdrawn our access and the link ends.
 * Idempotent.
 */
export async function settleAccountTokens(
  context: TokenContext,
  discord_user_id: string,
): Promise<SettledTokens> {
  const { store, oauth, keys, now } = context;
  const held = await getDiscordTokens(store, { discord_user_id });
  if (!held) return 'none';
  if (!held.is_linked) {
    // Revoking either token revokes the whole grant; the refresh token lives longer.
    await oauth.revoke(
      await openToken(held.sealed_refresh_token ?? held.sealed_access_token, discord_user_id, keys),
    );
    await deleteDiscordTokens(store, { discord_user_id });
    return 'revoked';
  }
  if (Date.parse(held.expires_at) - now() > refreshBeforeMs) return 'kept';
  return refreshTokens(context, held);
}
