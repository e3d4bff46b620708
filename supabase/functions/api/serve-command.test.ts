import { Hono } from 'hono';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '#domain/platform/refusal.ts';
import { notFound, ProblemError, toProblemResponse } from '../_shared/problem.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { limitCostlyRate, limitRate } from './limit-rate.ts';
import { type CommandOrigin, serveCommand } from './serve-command.ts';
import { database, makeAttempt, useFakeDatabase } from './testing/api-rig.ts';

useFakeDatabase();

type Answer = Outcome<{ count: number; replayed?: boolean }>;
const command = vi.fn<(origin: CommandOrigin) => Promise<Answer>>();
beforeEach(() => {
  command.mockReset();
  database.rpcs.recall_api_answer = () => null;
});

const app = new Hono<ApiEnvironment>();
app.onError((error) => {
  if (error instanceof ProblemError) return toProblemResponse(error, 'request-1');
  throw error;
});
app.use(async (context, next) => {
  context.set('apiKey', { id: 'k1', name: 'test', source: 'dealscale', scopes: [] });
  await next();
});
app.post('/', async (context) =>
  context.json(await serveCommand(context, z.object({ count: z.number() }), command)),
);
app.get('/costly', limitRate, limitCostlyRate('verification'), (context) => context.json({}));
app.get('/nothing', () => {
  throw notFound('player_unknown', 'player on this board');
});

const post = (headers: Record<string, string> = {}) =>
  app.request('/', { method: 'POST', headers, body: '{}' });

test('a command knows which key it is for, and its answer is given as described', async () => {
  command.mockResolvedValue({ ok: true, value: { count: 3, replayed: false } });
  const response = await post();
  expect(await response.json()).toEqual({ count: 3 });
  expect(response.headers.get('idempotency-replayed')).toBeNull();
  expect(command).toHaveBeenCalledExactlyOnceWith({ source: 'api:test', idempotency_key: undefined });
});

test('a command that was done before says so, whoever remembers it', async () => {
  command.mockResolvedValue({ ok: true, value: { count: 3, replayed: true } });
  expect((await post()).headers.get('idempotency-replayed')).toBe('true');
  command.mockReset();
  database.rpcs.recall_api_answer = () => ({ status: 200, body: { count: 4 } });
  const response = await post({ 'idempotency-key': 'once' });
  expect(await response.json()).toEqual({ count: 4 });
  expect(response.headers.get('idempotency-replayed')).toBe('true');
  expect(command).not.toHaveBeenCalled();
});

test('a command that is refused answers with the problem', async () => {
  const refusal = { status: 409, code: 'hold_ended', message: 'Nothing is left.', action: 'Nothing to do.' };
  command.mockResolvedValue({ ok: false, refusal });
  const response = await post();
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code: 'hold_ended', title: 'Nothing is left.' });
});

test('a costly route reports the quota that is its own', async () => {
  database.rpcs.count_attempt = ({ action }) =>
    makeAttempt(action === 'api_verification' ? { limit_count: 5, remaining: 4 } : {});
  const { headers } = await app.request('/costly');
  expect(headers.get('ratelimit-policy')).toBe('"verification";q=5;w=60');
  expect(headers.get('ratelimit')).toMatch(/^"verification";r=4;/);
});

test('what is not there is named, with what to check', async () => {
  const response = await app.request('/nothing');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    code: 'player_unknown',
    title: 'There is no such player on this board.',
    detail: 'Check the player on this board in the address.',
  });
});
