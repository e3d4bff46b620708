import { beforeAll, expect, test } from 'vitest';
import { useRealApi } from '../../../../tests/real-api.ts';
import { expectProblem } from '../../testing/api-rig.ts';

const real = useRealApi();
let reading: Record<string, string>;
let writing: Record<string, string>;
beforeAll(async () => {
  reading = await real().makeKey('credits:read');
  writing = await real().makeKey('credits:write');
});

const patch = (body: object, headers: Record<string, string> = {}, type = 'ai') =>
  real().send('PATCH', `/credit-policies/${type}`, body, { ...writing, ...headers });
interface Listed {
  credit_policies: { credit_type: string; newest_version: number; pending_count_max: number }[];
}
async function readPolicy() {
  const { credit_policies }: Listed = await (await real().get('/credit-policies', reading)).json();
  return credit_policies[0];
}

test('policies are listed and changed with the scope for it', async () => {
  await expectProblem(await real().get('/credit-policies'), 401, 'api_key_missing');
  await expectProblem(await real().get('/credit-policies', writing), 403, 'scope_missing');
  expect(await readPolicy()).toMatchObject({ credit_type: 'ai', newest_version: 1, budget: null });
  const changed = await patch({ base_version: 1, changes: { pending_count_max: 7 } });
  expect(changed.status).toBe(200);
  expect(await changed.json()).toMatchObject({ version: 2, pending_count_max: 7, changed_by_name: null });
  expect(await readPolicy()).toMatchObject({ newest_version: 2, pending_count_max: 7 });
  const [audit] = await real().supabase.database.sql`
    select source from public.audit_log where action = 'credit_policy.changed'`;
  expect(audit?.source).toBe('api:credits:write');
});

test('a stale change is refused, and a repeated one makes one version', async () => {
  const baseVersion = (await readPolicy())?.newest_version ?? 0;
  const change = { base_version: baseVersion, changes: { pending_count_max: 11 } };
  const once = { 'idempotency-key': 'policy-1' };
  const [first, again] = [await patch(change, once), await patch(change, once)];
  expect(await again.json()).toEqual(await first.json());
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  await expectProblem(await patch(change), 409, 'policy_changed');
  await expectProblem(
    await patch({ base_version: baseVersion + 1, changes: { pending_count_max: 11 } }),
    409,
    'policy_unchanged',
  );
});

test('what no policy can be is refused', async () => {
  const baseVersion = (await readPolicy())?.newest_version ?? 0;
  await expectProblem(
    await patch({ base_version: baseVersion, changes: { colour: 'red' } }),
    422,
    'input_invalid',
  );
  await expectProblem(
    await patch({ base_version: baseVersion, changes: { expire_after_hours: 0 } }),
    422,
    'input_invalid',
  );
  await expectProblem(
    await patch({ base_version: baseVersion, changes: {} }, {}, 'gold'),
    422,
    'input_invalid',
  );
  await expectProblem(
    await patch({ base_version: baseVersion, changes: { budget_amount: 5 } }),
    400,
    'policy_invalid',
  );
  const groupId = '00000000-0000-4000-8000-000000000000';
  await expectProblem(
    await patch({ base_version: 0, group_id: groupId, changes: {} }),
    404,
    'group_not_found',
  );
});
