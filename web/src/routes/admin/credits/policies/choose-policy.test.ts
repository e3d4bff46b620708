import { expect, test } from 'vitest';
import { makeCreditPolicies } from '#domain/credits/testing/make-credit-policies.ts';
import { choosePolicy } from './choose-policy.ts';

const filter = {
  roles: null,
  board: null,
  tiers: null,
  joined_days_min: 5,
  joined_days_max: null,
  player_count: 1,
};
const groups = [
  { ...filter, id: 'g1', name: 'Old hands' },
  { ...filter, id: 'g2', name: 'Guests' },
];
const [ai, lead] = makeCreditPolicies();
if (!ai || !lead) throw new Error('There are two credit types.');
const policies = [ai, { ...ai, group_id: 'g1', version: 7 }, lead];
const choose = (query: string) => choosePolicy(new URLSearchParams(query), policies, groups);

test('shows the policy of everybody, of AI credits, unless the address names another', () => {
  expect(choose('')).toMatchObject({ credit_type: 'ai', group_id: null, policy: ai, has_own: true });
  expect(choose('type=lead&group=nobody')).toMatchObject({
    credit_type: 'lead',
    group_id: null,
    policy: lead,
  });
  expect(choose('group=g1')).toMatchObject({
    group_name: 'Old hands',
    policy: { version: 7 },
    has_own: true,
  });
});

test('a group without a policy begins with that of everybody', () => {
  expect(choose('group=g2')).toMatchObject({ group_id: 'g2', policy: ai, has_own: false });
});
