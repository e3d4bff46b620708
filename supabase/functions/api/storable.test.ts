import { expect, test, vi } from 'vitest';
import { database, json, request, useFakeDatabase } from './testing/api-rig.ts';
import { listUnstorableRequests, type UnstorableRequest } from './testing/unstorable-requests.ts';

useFakeDatabase();

/** The field must be named, and the database may see nothing but authentication and rate-limit calls. */
async function isRefused({ method, path, name, body }: UnstorableRequest): Promise<boolean> {
  database.calls = [];
  const headers = { ...json, authorization: 'Bearer dsk_may_everything_0', 'idempotency-key': 'k' };
  const response = await request(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const problem: { code?: string; errors?: { path: string }[] } = await response.json();
  const isNamed = problem.errors?.some((error) => error.path.split('.')[0] === name);
  const reached = database.calls.filter((call) => !['verify_api_key', 'count_attempt'].includes(call.name));
  return response.status === 422 && problem.code === 'input_invalid' && isNamed === true && !reached.length;
}

test('unstorable values are refused by name, whatever the route and the field', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  database.rpcs.verify_api_key = () => ({
    id: 'k9',
    name: 'everything',
    source: 'everything',
    scopes: [
      'score-events:write',
      'boards:manage',
      'players:write',
      'players:read',
      'archives:verify',
      'credits:read',
      'credits:write',
      'requests:write',
    ],
  });
  const requests = listUnstorableRequests(await (await request('/openapi.json')).json());
  const taken = [];
  for (const one of requests) if (!(await isRefused(one))) taken.push(one);
  expect(taken).toEqual([]);
  expect(logged).not.toHaveBeenCalled();
  const tried = requests.map(({ method, path, name }) => `${method} ${path.split('?')[0]} ${name}`);
  expect(tried).toEqual(
    expect.arrayContaining([
      'GET /boards/all-time/at at',
      'GET /boards/all-time/standings cursor',
      'GET /boards/%00/standings slug',
      'GET /compare board',
      'POST /score-rules effective_from',
      'POST /boards name',
      'POST /boards metrics',
      'POST /boards/all-time/seasons starts_at',
    ]),
  );
});
