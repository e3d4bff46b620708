import { z } from 'zod';
import { creditTypes } from '#domain/credits/vocabulary.ts';
import { action } from '#lib/server/forms/action.ts';
import { requireRole } from '#lib/server/session/require-role.ts';
import { confirmRewardRule } from '#store/credits/rewards/confirm-reward-rule.ts';
import { listRewardPayouts } from '#store/credits/rewards/list-reward-payouts.ts';
import { listRewardRules } from '#store/credits/rewards/list-reward-rules.ts';
import { previewRewards } from '#store/credits/rewards/preview-rewards.ts';
import { setRewardRule } from '#store/credits/rewards/set-reward-rule.ts';
import { storableText } from '#store/storable.ts';
import type { Actions, PageServerLoad } from './$types.js';
import { parsePrizes } from './parse-prizes.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const viewer = await requireRole(locals, url, 'manager');
  const boards = await listRewardRules(locals.supabase);
  const board = boards.find(({ board: slug }) => slug === url.searchParams.get('board')) ?? boards[0];
  const after = storableText.max(60).safeParse(url.searchParams.get('after'));
  const [preview, payouts] = await Promise.all([
    board?.current ? previewRewards(locals.supabase, { board: board.board }) : [],
    listRewardPayouts(locals.supabase, {
      ...(board && { board: board.board }),
      after: after.success ? after.data || undefined : undefined,
      max_rows: 50,
    }),
  ]);
  return { role: viewer.role, playerId: viewer.player_id, boards, board: board ?? null, preview, payouts };
};

const ruleForm = z
  .object({
    board: storableText.min(1).max(64),
    begins: z.enum(['current', 'next']),
    prizes: storableText.max(5_000).default(''),
  })
  .transform(({ prizes, ...rule }, context) => {
    const parsed = parsePrizes(prizes, creditTypes);
    if ('prizes' in parsed) return { ...rule, prizes: parsed.prizes };
    context.addIssue({ code: 'custom', path: ['prizes'], message: parsed.problem });
    return z.NEVER;
  });

export const actions = {
  set: action({
    about: 'set',
    role: 'admin',
    schema: ruleForm,
    command: ({ locals }, rule) => setRewardRule(locals.supabase, rule),
    done: ({ version, confirmed_at: confirmedAt }) => ({
      message: confirmedAt
        ? `Version ${version} is saved.`
        : `Version ${version} is saved and waits until another manager or admin confirms it.`,
    }),
  }),
  confirm: action({
    about: 'confirm',
    role: 'manager',
    schema: z.object({ rule_id: z.coerce.number().int().positive() }),
    command: ({ locals }, rule) => confirmRewardRule(locals.supabase, rule),
    done: ({ version }) => ({ message: `Version ${version} is confirmed.` }),
  }),
} satisfies Actions;
