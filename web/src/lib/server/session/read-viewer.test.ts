import { beforeEach, expect, test, vi } from 'vitest';

const reads = vi.hoisted(() => ({ count: 0, method: 'GET' }));
vi.mock('$app/server', () => ({ getRequestEvent: () => ({ request: { method: reads.method } }) }));
vi.mock('./open-session.ts', () => ({ isAway: () => false }));
vi.mock('#store/identity/get-own-profile.ts', () => ({
  getOwnProfile: async () => {
    reads.count += 1;
    return null;
  },
}));
const { readOwnProfile, readViewer } = await import('./read-viewer.ts');

beforeEach(() => {
  reads.count = 0;
});

// What the module does not look at need not be there.
const supabase = { auth: { getUser: async () => ({ error: null }) } };
const makeLocals = (claims: object | null): App.Locals =>
  Object.assign(Object.create(null), { claims, supabase });

test('a view reads the own profile once, however many parts of it ask', async () => {
  reads.method = 'GET';
  const locals = makeLocals({ sub: 'quinn' });
  await Promise.all([readViewer(locals), readViewer(locals), readOwnProfile(locals)]);
  await readOwnProfile(locals);
  expect(reads.count).toBe(1);
  await readOwnProfile(makeLocals({ sub: 'quinn' }));
  expect(reads.count).toBe(2);
});

test('after an act of the same request the profile is read as the act has left it', async () => {
  reads.method = 'POST';
  const locals = makeLocals({ sub: 'quinn' });
  await readViewer(locals);
  await readOwnProfile(locals);
  expect(reads.count).toBe(2);
});

test('for a visitor nothing is read', async () => {
  expect(await readViewer(makeLocals(null))).toBeNull();
  expect(reads.count).toBe(0);
});
