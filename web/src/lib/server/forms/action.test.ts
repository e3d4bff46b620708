import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { action } from './action.ts';

const schema = z.object({ amount: z.coerce.number().min(1, 'At least one.') });
const command = vi.fn(async (): Promise<Outcome<number>> => ({ ok: true, value: 12 }));
const done = (balance: number) => ({ message: `You have ${balance}.` });

beforeEach(() => {
  command.mockClear();
});

/** The parts of an event that an action reads. */
function send(fields: Record<string, string>, role: 'player' | 'manager' | 'admin' | null): RequestEvent {
  const player = { id: '1', username: 'pia', display_name: 'Pia', avatar_url: null, role, time_zone: 'UTC' };
  const url = new URL('https://arena.example/profile?/request');
  const body = new URLSearchParams(fields);
  const locals = { claims: role && { sub: 'pia' }, own_profile: role && Promise.resolve({ player }) };
  return Object.assign(Object.create(null), {
    url,
    locals,
    request: new Request(url, { method: 'POST', body }),
  });
}

const request = action({ about: 'request', role: 'player', schema, command, done });

test('a form does what it asks for, and confirms it', async () => {
  expect(await request(send({ amount: '7' }, 'player'))).toEqual({
    about: 'request',
    message: 'You have 12.',
  });
  expect(command).toHaveBeenCalledWith(expect.anything(), { amount: 7 });
});

test('a visitor signs in first, and then comes back', async () => {
  await expect(request(send({ amount: '7' }, null))).rejects.toMatchObject({
    status: 303,
    location: `/sign-in?next=${encodeURIComponent('/profile?/request')}`,
  });
  expect(command).not.toHaveBeenCalled();
});

test('a role that is too low is turned away', async () => {
  const decide = action({ about: 'decide', role: 'manager', schema, command });
  await expect(decide(send({ amount: '7' }, 'player'))).rejects.toMatchObject({ status: 403 });
  expect(command).not.toHaveBeenCalled();
  expect(await decide(send({ amount: '7' }, 'admin'))).toEqual({ about: 'decide' });
});

test('an invalid form comes back as it was', async () => {
  expect(await request(send({ amount: '0' }, 'player'))).toMatchObject({
    status: 400,
    data: { about: 'request', errors: { amount: 'At least one.' }, fields: { amount: '0' } },
  });
  expect(command).not.toHaveBeenCalled();
});

test('a rate-limited form waits', async () => {
  const limit = vi.fn(async () => false);
  const limited = action({ about: 'discord', schema, command, limit });
  expect(await limited(send({ amount: '7' }, null))).toMatchObject({
    status: 429,
    data: { problem: expect.stringContaining('Wait a minute'), fields: { amount: '7' } },
  });
  expect(command).not.toHaveBeenCalled();
});

test('a refusal comes back with what was typed, and with its subject', async () => {
  const refusal = { code: 'late', message: 'Ada was faster.', action: 'Look again.', status: 409 };
  command.mockResolvedValueOnce({ ok: false, refusal });
  const decide = action({ about: 'decide', schema, command, reread: async () => 'as it is now' });
  expect(await decide(send({ amount: '7' }, null))).toMatchObject({
    status: 409,
    data: { problem: 'Ada was faster. Look again.', fields: { amount: '7' }, result: 'as it is now' },
  });
});

test('the page after an action is read after it', async () => {
  const event = send({ amount: '7' }, 'player');
  await request(event);
  expect(event.locals.own_profile).toBeUndefined();
});
