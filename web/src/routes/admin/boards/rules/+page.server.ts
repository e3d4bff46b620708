import { z } from 'zod';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { readTableQuery } from '#lib/server/table/read-table-query.ts';
import { listBoards } from '#store/leaderboard/boards/list-boards.ts';
import { addScoreRule } from '#store/leaderboard/intake/add-score-rule.ts';
import { listScoreRules } from '#store/leaderboard/intake/list-score-rules.ts';
import { simulateScoreRule } from '#store/leaderboard/intake/simulate-score-rule.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { ruleForm, simulationForm } from './rule-forms.server.ts';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('app:score-rules');
  const { role } = await requireRole(locals, url, 'manager');
  const { after } = readTableQuery(url, { sorts: ['metric'], filters: z.object({}) });
  const [rules, boards] = await Promise.all([
    listScoreRules(locals.supabase, { max_rows: 50, cursor: after }),
    listBoards(locals.supabase),
  ]);
  const metrics = [...new Set(rules.score_rules.map(({ metric }) => metric))];
  return {
    rules: rules.score_rules,
    next_cursor: rules.next_cursor,
    boards: boards.map(({ slug, name }) => ({ slug, name })),
    metrics,
    is_admin: role === 'admin',
    now_ms: Date.now(),
    // One key per filled-in form: sending it twice adds one version.
    rule_key: crypto.randomUUID(),
  };
};

export const actions = {
  simulate: action({
    about: 'simulate',
    role: 'manager',
    schema: simulationForm,
    command: ({ locals }, form) => simulateScoreRule(locals.supabase, form),
    done: ({ standings, tier_changes }) => ({
      result: { standings: standings.slice(0, 10), tier_changes },
    }),
  }),
  add: action({
    about: 'add',
    role: 'admin',
    schema: ruleForm,
    command: ({ locals }, form) => addScoreRule(locals.supabase, { ...form, source: 'web' }),
    done: () => ({
      message: 'Added. Events from its start on are counted by it; earlier points stay as they are.',
    }),
  }),
} satisfies Actions;
