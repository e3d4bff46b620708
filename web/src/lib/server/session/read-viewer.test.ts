import { expect, test, vi } from 'vitest';
import { forgetOwnProfile, readOwnProfile, readViewer } from './read-viewer.ts';

/** The database answers that the account has no player. */
const nobody = { code: 'DS401', message: 'Nobody is signed in.', details: 'not_signed_in' };
const rpc = vi.fn(async () => ({ data: null, error: nobody, status: 400 }));

// The module does not use the rest.
const supabase = { rpc, auth: { getUser: async () => ({ error: null }) } };
function makeLocals(claims: object | null): App.Locals {
  rpc.mockClear();
  return Object.assign(Object.create(null), { claims, supabase });
}

test('a request reads the own profile once, however many parts of it ask', async () => {
  const locals = makeLocals({ sub: 'quinn' });
  await Promise.all([readViewer(locals), readViewer(locals), readOwnProfile(locals)]);
  await readOwnProfile(locals);
  expect(rpc).toHaveBeenCalledTimes(1);
  await readOwnProfile(makeLocals({ sub: 'quinn' }));
  expect(rpc).toHaveBeenCalledTimes(1);
});

test('after an action in the same request the profile is read again', async () => {
  const locals = makeLocals({ sub: 'quinn' });
  await readViewer(locals);
  forgetOwnProfile(locals);
  await Promise.all([readOwnProfile(locals), readViewer(locals)]);
  expect(rpc).toHaveBeenCalledTimes(2);
});

test('for a visitor nothing is read', async () => {
  expect(await readViewer(makeLocals(null))).toBeNull();
  expect(rpc).not.toHaveBeenCalled();
});
