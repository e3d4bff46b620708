import { type OpeningKey, openToken, sealToken, toSealingKey } from '#domain/identity/sealed-token.ts';
import type { DiscordTokens } from '#store/identity/discord-tokens-schema.ts';
import { listDiscordTokensUnderOtherKeys } from '#store/identity/list-discord-tokens-under-other-keys.ts';
import { replaceDiscordTokens } from '#store/identity/replace-discord-tokens.ts';
import type { StoreClient } from '#store/store-client.ts';

/** The result for tokens that were sealed to an older key. */
export interface Resealed {
  resealed: number;
  /** None of the keys opens them, so they are left unchanged. */
  unreadable: number;
}

async function reseal(
  store: StoreClient,
  keys: readonly [OpeningKey, ...OpeningKey[]],
  held: DiscordTokens,
): Promise<'resealed' | 'unreadable' | 'changed'> {
  const { discord_user_id, revision, expires_at } = held;
  const move = async (sealed: string) =>
    sealToken(await openToken(sealed, discord_user_id, keys), discord_user_id, toSealingKey(keys[0]));
  let sealed: Pick<DiscordTokens, 'sealed_access_token' | 'sealed_refresh_token'>;
  try {
    sealed = {
      sealed_access_token: await move(held.sealed_access_token),
      sealed_refresh_token: held.sealed_refresh_token && (await move(held.sealed_refresh_token)),
    };
  } catch {
    return 'unreadable';
  }
  const args = { discord_user_id, revision, expires_at, key_id: keys[0].kid, ...sealed };
  return (await replaceDiscordTokens(store, args)) ? 'resealed' : 'changed';
}

/**
 * Seals all stored tokens to the first key. Safe to run while the product runs, and to repeat: rows replaced
 * concurrently are processed again, and tokens that no key opens stay.
 */
export async function resealTokens(
  store: StoreClient,
  keys: readonly [OpeningKey, ...OpeningKey[]],
): Promise<Resealed> {
  let resealed = 0;
  for (;;) {
    const portion = await listDiscordTokensUnderOtherKeys(store, { key_id: keys[0].kid });
    const results = [];
    for (const held of portion) results.push(await reseal(store, keys, held));
    const unreadable = results.filter((result) => result === 'unreadable').length;
    resealed += results.filter((result) => result === 'resealed').length;
    if (unreadable === results.length) return { resealed, unreadable };
  }
}
