import { includesRole } from '#domain/identity/includes-role.ts';
import type { Outcome } from '#domain/platform/refusal.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { delegateDecisions } from '#store/credits/policies/delegate-decisions.ts';
import { endDelegation } from '#store/credits/policies/end-delegation.ts';
import { lintCreditPolicies } from '#store/credits/policies/lint-credit-policies.ts';
import { listCreditPolicies } from '#store/credits/policies/list-credit-policies.ts';
import { listDelegations } from '#store/credits/policies/list-delegations.ts';
import { listPlayerGroups } from '#store/credits/policies/list-player-groups.ts';
import { listPolicyVersions } from '#store/credits/policies/list-policy-versions.ts';
import { previewCreditPolicy } from '#store/credits/policies/preview-credit-policy.ts';
import { updateCreditPolicy } from '#store/credits/policies/update-credit-policy.ts';
import { updatePlayerGroups } from '#store/credits/policies/update-player-groups.ts';
import { listPlayers } from '#store/identity/list-players.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import type { StoreClient } from '#store/store-client.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { choosePolicy } from './choose-policy.ts';
import { delegateForm, endForm, groupsForm, policyForm, removalForm } from './policy-forms.server.ts';
import { toFields } from './policy-values.ts';
import type { Rehearsal } from './read-rehearsal.ts';

/** The people to whom requests can be escalated. */
async function listApprovers(supabase: StoreClient) {
  const pages = await Promise.all(
    (['manager', 'admin'] as const).map((role) =>
      listPlayers(supabase, { role, has_left: false, max_rows: 50 }),
    ),
  );
  return pages.flatMap(({ rows }) =>
    rows.map(({ player_id, display_name }) => ({ player_id, display_name })),
  );
}

export const load: PageServerLoad = async ({ locals, url }) => {
  const { role } = await requireRole(locals, url, 'manager');
  const { supabase } = locals;
  const [policies, groups, problems, delegations, approvers, boards] = await Promise.all([
    listCreditPolicies(supabase),
    listPlayerGroups(supabase),
    lintCreditPolicies(supabase),
    listDelegations(supabase),
    listApprovers(supabase),
    listBoards(supabase),
  ]);
  const chosen = choosePolicy(url.searchParams, policies, groups.groups);
  const { credit_type, group_id } = chosen;
  const versions = await listPolicyVersions(supabase, { credit_type, ...(group_id && { group_id }) });
  return {
    is_admin: includesRole(role, 'admin'),
    policies,
    groups,
    problems,
    delegations,
    approvers,
    boards: boards.map(({ slug, name }) => ({ slug, name })),
    chosen,
    versions,
    newest_version: Math.max(0, ...versions.map(({ version }) => version)),
  };
};

/** The player with exactly this username, or a refusal. */
async function findDelegate(supabase: StoreClient, username: string): Promise<Outcome<string>> {
  const { rows } = await listPlayers(supabase, { query: username, max_rows: 20 });
  const found = rows.find((row) => row.username === username.replace(/^@/, '').toLowerCase());
  if (found) return { ok: true, value: found.player_id };
  const refusal = {
    code: 'player_not_found',
    message: 'There is no such player.',
    action: 'Check the username.',
  };
  return { ok: false, refusal: { ...refusal, status: 404 } };
}

export const actions = {
  preview: action({
    about: 'policy',
    role: 'manager',
    schema: policyForm,
    command: async (
      { locals },
      { base_version: _, effective_from: __, ...proposed },
    ): Promise<Outcome<Rehearsal>> => {
      const outcome = await previewCreditPolicy(locals.supabase, proposed);
      return outcome.ok
        ? { ok: true, value: { ...outcome.value, fields: toFields(proposed.changes) } }
        : outcome;
    },
    done: (result) => ({ result }),
  }),
  policy: action({
    about: 'policy',
    role: 'admin',
    schema: policyForm,
    command: ({ locals }, change) => updateCreditPolicy(locals.supabase, { ...change, source: 'web' }),
    done: ({ version }) => ({ message: `Saved as version ${version}.` }),
  }),
  remove: action({
    about: 'policy',
    role: 'admin',
    schema: removalForm,
    command: ({ locals }, policy) =>
      updateCreditPolicy(locals.supabase, { ...policy, changes: { is_removed: true }, source: 'web' }),
    done: () => ({ message: 'The group has no policy of its own any more.' }),
  }),
  groups: action({
    about: 'groups',
    role: 'admin',
    schema: groupsForm,
    command: ({ locals }, list) => updatePlayerGroups(locals.supabase, { ...list, source: 'web' }),
    done: () => ({ message: 'The groups are saved.' }),
  }),
  delegate: action({
    about: 'delegations',
    role: 'manager',
    schema: delegateForm,
    command: async ({ locals }, { delegate, from, until }) => {
      const found = await findDelegate(locals.supabase, delegate);
      if (!found.ok) return found;
      const starts_at = `${from}T00:00:00Z`;
      const ends_at = `${until}T23:59:59Z`;
      return delegateDecisions(locals.supabase, {
        delegate_id: found.value,
        starts_at,
        ends_at,
        source: 'web',
      });
    },
    done: ({ delegate_name }) => ({ message: `${delegate_name} will decide in your place.` }),
  }),
  end: action({
    about: 'delegations',
    role: 'manager',
    schema: endForm,
    command: ({ locals }, form) => endDelegation(locals.supabase, { ...form, source: 'web' }),
    done: () => ({ message: 'The delegation has ended.' }),
  }),
} satisfies Actions;
