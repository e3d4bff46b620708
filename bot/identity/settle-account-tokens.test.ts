import { beforeEach, expect, test } from 'vitest';
import { createRig, type Rpc } from '#bot/testing/interaction-rig.ts';
import {
  makeOpeningKey,
  type OpeningKey,
  openToken,
  sealToken,
  toSealingKey,
} from '#domain/identity/sealed-token.ts';
import type { DiscordOauth } from '../transport/discord-oauth.ts';
import { settleAccountTokens } from './settle-account-tokens.ts';

const account = '222222222222222222';
const now = Date.parse('2026-11-22T12:00:00Z');
const dayMs = 86_400_000;

let key: OpeningKey;
let former: OpeningKey;
let held: Record<string, unknown> | null;
let asked: string[];
let written: Record<string, unknown>[];
let isRefused: boolean;
let isDead: boolean;
beforeEach(async () => {
  key = await makeOpeningKey();
  former = await makeOpeningKey();
  held = {
    discord_user_id: account,
    sealed_access_token: await sealToken('access-1', account, toSealingKey(former)),
    sealed_refresh_token: await sealToken('refresh-1', account, toSealingKey(former)),
    key_id: former.kid,
    expires_at: new Date(now + dayMs).toISOString(),
    stored_at: '2026-11-16T12:00:00.123456+00:00',
    revision: 'rev-1',
    is_linked: true,
  };
  asked = [];
  written = [];
  isRefused = false;
  isDead = false;
});

const oauth: DiscordOauth = {
  async refresh(token) {
    asked.push(`refresh ${token}`);
    if (isRefused) return null;
    return { access_token: 'access-2', refresh_token: 'refresh-2', expires_in_seconds: 604_800 };
  },
  async revoke(token) {
    asked.push(`revoke ${token}`);
  },
  async isAlive(token) {
    asked.push(`look with ${token}`);
    return !isDead;
  },
};

function settle(rpcs: Record<string, Rpc> = {}) {
  const write: (name: string, answer: unknown) => Rpc = (name, answer) => (args) => {
    written.push({ name, ...args });
    return answer;
  };
  const { context } = createRig({
    get_discord_tokens: () => held,
    replace_discord_tokens: write('replace', true),
    delete_discord_tokens: write('delete', true),
    end_deauthorised_link: write('end', { player_id: 'p', has_ended: true }),
    ...rpcs,
  });
  return settleAccountTokens({ store: context.store, oauth, keys: [key, former], now: () => now }, account);
}

test('tokens that expire soon are refreshed, and sealed to the current key', async () => {
  expect(await settle()).toBe('refreshed');
  expect(asked).toEqual(['refresh refresh-1']);
  const [{ sealed_access_token, sealed_refresh_token, ...rest } = {}] = written;
  expect(rest).toEqual({
    name: 'replace',
    discord_user_id: account,
    revision: 'rev-1',
    key_id: key.kid,
    expires_at: new Date(now + 7 * dayMs).toISOString(),
  });
  expect(await openToken(String(sealed_access_token), account, [key])).toBe('access-2');
  expect(await openToken(String(sealed_refresh_token), account, [key])).toBe('refresh-2');
});

test('tokens that are valid for long are left alone', async () => {
  held = { ...held, expires_at: new Date(now + 3 * dayMs).toISOString() };
  expect(await settle()).toBe('kept');
  expect([asked, written]).toEqual([[], []]);
});

test('tokens of an unlinked account are revoked first and then deleted', async () => {
  held = { ...held, is_linked: false };
  expect(await settle()).toBe('revoked');
  expect(asked).toEqual(['revoke refresh-1']);
  expect(written).toEqual([{ name: 'delete', discord_user_id: account }]);
});

test('without stored tokens there is nothing to do', async () => {
  held = null;
  expect(await settle()).toBe('none');
});

test('a refused refresh ends the link only if the access token is refused too', async () => {
  isRefused = true;
  expect(await settle()).toBe('kept');
  expect(asked).toEqual(['refresh refresh-1', 'look with access-1']);
  isDead = true;
  expect(await settle()).toBe('deauthorised');
  expect(written).toEqual([
    { name: 'end', discord_user_id: account, deauthorised_at: '2026-11-16T12:00:00.123456+00:00' },
  ]);
});

test('a new consent in the meantime keeps the link and the newer tokens', async () => {
  expect(await settle({ replace_discord_tokens: () => false })).toBe('superseded');
  isRefused = true;
  isDead = true;
  const answer = { player_id: 'p', has_ended: false };
  expect(await settle({ end_deauthorised_link: () => answer })).toBe('superseded');
});

test('tokens that no key opens are kept', async () => {
  held = { ...held, is_linked: false, sealed_refresh_token: 'x.y.z' };
  await expect(settle()).rejects.toThrow();
  expect(written).toEqual([]);
});
