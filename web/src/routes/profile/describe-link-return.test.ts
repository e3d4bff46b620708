import { expect, test } from 'vitest';
import { describeLinkReturn } from './describe-link-return.ts';
import { describeUnlinked } from './describe-unlinked.ts';

const link = { discord_username: 'pia' };

test('a plain visit to the profile says nothing about linking', () => {
  expect(describeLinkReturn(link, null, false)).toBeNull();
  expect(describeLinkReturn(null, null, false)).toBeNull();
  expect(describeLinkReturn(null, null, true)).toBeNull();
});

test('an existing link counts, even if its answer was lost', () => {
  for (const problem of [null, 'bad_code_verifier', 'flow_state_not_found', 'pkce_code_verifier_not_found']) {
    expect(describeLinkReturn(link, problem, true)).toMatchObject({
      kind: 'good',
      title: 'Discord is linked',
    });
  }
});

test("another owner's account or a refusal leaves the existing link", () => {
  for (const problem of ['access_denied', 'identity_already_exists']) {
    const told = describeLinkReturn(link, problem, false);
    expect(told).toMatchObject({ kind: 'note', title: 'Nothing changed' });
    expect(told?.text).toContain('still linked as @pia');
  }
});

test('without a link the reason is shown, with what to do', () => {
  expect(describeLinkReturn(null, 'identity_already_exists', false)).toMatchObject({
    kind: 'bad',
    title: 'Discord is not linked',
    text: expect.stringContaining('another player'),
  });
  expect(describeLinkReturn(null, 'flow_state_expired', true)?.text).toContain('Start again');
});

test('an unlink reports its consequences, and no more', () => {
  const unlinked = { discord_user_id: '1', keeps_sign_in: false, revokes_access: false };
  expect(describeUnlinked(unlinked)).toBe('Unlinked. Your tier roles on Discord are being taken away.');
  expect(describeUnlinked({ ...unlinked, revokes_access: true })).toContain('revoked');
  expect(describeUnlinked({ ...unlinked, keeps_sign_in: true })).toContain('only way to sign in');
  expect(describeUnlinked({ ...unlinked, discord_user_id: null })).toContain('nothing changed');
});
