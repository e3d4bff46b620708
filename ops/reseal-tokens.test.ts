import { beforeEach, expect, test } from 'vitest';
import { createRig } from '#bot/testing/interaction-rig.ts';
import {
  makeOpeningKey,
  type OpeningKey,
  openToken,
  sealToken,
  toSealingKey,
} from '#domain/identity/sealed-token.ts';
import { resealTokens } from './reseal-tokens.ts';

interface Row {
  discord_user_id: string;
  sealed_access_token: string;
  sealed_refresh_token: string | null;
  key_id: string;
  expires_at: string;
  stored_at: string;
  revision: string;
}

let current: OpeningKey;
let former: OpeningKey;
let rows: Map<string, Row>;

async function addRow(discord_user_id: string, key: OpeningKey): Promise<void> {
  const seal = (token: string) =>
    sealToken(`${token} of ${discord_user_id}`, discord_user_id, toSealingKey(key));
  rows.set(discord_user_id, {
    discord_user_id,
    sealed_access_token: await seal('access'),
    sealed_refresh_token: await seal('refresh'),
    key_id: key.kid,
    expires_at: '2026-12-01T00:00:00+00:00',
    stored_at: '2026-11-24T00:00:00+00:00',
    revision: 'first',
  });
}

/** A database with two rows per batch; `steal` replaces a row before the script does. */
function createStore(steal?: string) {
  let stolen = steal;
  return createRig({
    list_discord_tokens_under_other_keys: ({ key_id }) =>
      [...rows.values()].filter((row) => row.key_id !== key_id).slice(0, 2),
    replace_discord_tokens: ({ discord_user_id, ...change }) => {
      const row = rows.get(String(discord_user_id));
      if (!row) return false;
      if (stolen === row.discord_user_id) {
        stolen = undefined;
        row.revision = 'another';
      }
      if (row.revision !== change.revision) return false;
      rows.set(row.discord_user_id, { ...row, ...change, revision: 'second' });
      return true;
    },
  }).context.store;
}

beforeEach(async () => {
  current = await makeOpeningKey();
  former = await makeOpeningKey();
  rows = new Map();
});

test('tokens under older keys are sealed to the current one, all of them, once', async () => {
  for (const account of ['1', '2', '3']) await addRow(account, former);
  await addRow('4', current);
  expect(await resealTokens(createStore(), [current, former])).toEqual({ resealed: 3, unreadable: 0 });
  for (const [account, row] of rows) {
    expect(row.key_id).toBe(current.kid);
    expect(row.expires_at).toBe('2026-12-01T00:00:00+00:00');
    expect(await openToken(row.sealed_access_token, account, [current])).toBe(`access of ${account}`);
    expect(await openToken(row.sealed_refresh_token ?? '', account, [current])).toBe(`refresh of ${account}`);
  }
  expect(await resealTokens(createStore(), [current, former])).toEqual({ resealed: 0, unreadable: 0 });
});

test('what was replaced meanwhile comes again, and what no key opens stays', async () => {
  await addRow('1', former);
  await addRow('2', former);
  expect(await resealTokens(createStore('1'), [current, former])).toEqual({ resealed: 2, unreadable: 0 });
  const lost = await makeOpeningKey();
  await addRow('3', lost);
  expect(await resealTokens(createStore(), [current, former])).toEqual({ resealed: 0, unreadable: 1 });
  expect(rows.get('3')?.key_id).toBe(lost.kid);
});
