import { describe, expect, test } from 'vitest';
import { makeCreditPolicies } from '#domain/credits/testing/make-credit-policies.ts';
import { groupsForm, policyForm } from './policy-forms.server.ts';
import { toFields } from './policy-values.ts';

const group_id = 'a0000000-0000-4000-8000-000000000009';
const [policy] = makeCreditPolicies();
const fields = {
  ...toFields(policy ?? {}),
  ...{ credit_type: 'ai', group_id: '', base_version: '3', effective_from: '' },
  reject_comment_required: undefined,
};

describe('the form of a policy', () => {
  test('becomes a change, with empty fields as rules that are off', () => {
    const change = policyForm.parse(fields);
    expect(change).toMatchObject({ credit_type: 'ai', base_version: 3 });
    expect(change).not.toHaveProperty('group_id');
    expect(change).not.toHaveProperty('effective_from');
    expect(change.changes).toMatchObject({
      ...{ request_amount_max: 1_000, day_amount_max: null, budget_amount: null, budget_period: null },
      ...{ escalate_to_role: null, escalate_to_player: null, reject_comment_required: false },
    });
  });

  test.each([
    ['admin', { escalate_to_role: 'admin', escalate_to_player: null }],
    [group_id, { escalate_to_role: null, escalate_to_player: group_id }],
  ])('escalates to %s', (escalate_to, expected) => {
    const { changes } = policyForm.parse({ ...fields, escalate_to, escalate_after_hours: '48' });
    expect(changes).toMatchObject({ ...expected, escalate_after_hours: 48 });
  });

  test('takes effect at a minute in UTC, for a group', () => {
    expect(policyForm.parse({ ...fields, group_id, effective_from: '2030-01-02T03:04' })).toMatchObject({
      group_id,
      effective_from: '2030-01-02T03:04Z',
    });
  });

  test.each([
    [{ request_amount_max: '' }, 'request_amount_max'],
    [{ pending_count_max: '0' }, 'pending_count_max'],
    [{ day_amount_max: '999' }, 'day_amount_max'],
    [{ period_amount_max: '999' }, 'period_amount_max'],
    [{ escalate_after_hours: '5' }, 'escalate_to'],
    [{ escalate_to: 'admin' }, 'escalate_to'],
    [{ budget_amount: '5' }, 'budget_period'],
    [{ budget_period: 'month' }, 'budget_period'],
    [{ effective_from: 'soon' }, 'effective_from'],
  ])('%j is refused at %s', (change, path) => {
    const { error } = policyForm.safeParse({ ...fields, ...change });
    expect(error?.issues.map((issue) => issue.path[0])).toEqual([path]);
  });
});

const row = (index: number, values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({
      id: '',
      name: '',
      place: String(index + 1),
      board: 'all-time',
      joined_days_min: '',
      joined_days_max: '',
      ...values,
    }).map(([name, value]) => [`${index}.${name}`, value]),
  );

describe('the form of groups', () => {
  test('becomes a list in the order of their places, without rows that have no name', () => {
    const { groups, base_version } = groupsForm.parse({
      ...{ base_version: '2', count: '3' },
      ...row(0, { id: group_id, name: 'Team', place: '2', 'roles.admin': 'on' }),
      ...row(1, {
        name: 'Top',
        place: '1',
        'tiers.champion': 'on',
        'tiers.silver': 'on',
        joined_days_min: '9',
      }),
      ...row(2, { 'roles.player': 'on' }),
    });
    expect(base_version).toBe(2);
    expect(groups).toEqual([
      {
        name: 'Top',
        roles: null,
        tiers: ['champion', 'silver'],
        board: 'all-time',
        joined_days_min: 9,
        joined_days_max: null,
      },
      {
        id: group_id,
        name: 'Team',
        roles: ['admin'],
        tiers: null,
        board: null,
        joined_days_min: null,
        joined_days_max: null,
      },
    ]);
  });

  test('names what is wrong', () => {
    const { error } = groupsForm.safeParse({
      base_version: '2',
      count: '1',
      ...row(0, { name: 'A\u200bB' }),
    });
    expect(error?.issues.map(({ path }) => path)).toEqual([['groups']]);
  });
});
