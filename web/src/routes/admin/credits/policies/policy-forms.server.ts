import { z } from 'zod';
import { approverRoles, budgetPeriods, creditTypes } from '#domain/credits/vocabulary.ts';
import { playerRoles } from '#domain/identity/vocabulary.ts';
import { tiers } from '#domain/leaderboard/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import type { PolicyValues } from '#store/credits/policies/credit-policy-schema.ts';
import type { PlayerGroupDraft } from '#store/credits/policies/player-group-schema.ts';
import { presentableText } from '#store/presentable.ts';

const amountMax = 1_000_000_000;
const number = (most: number, least = 1) =>
  z.coerce
    .number('Enter a number.')
    .int('Enter a whole number.')
    .min(least, `At least ${least}.`)
    .max(most, 'That is too much.');
/** An empty field switches the rule off. */
const optionalNumber = (most: number, least = 1) =>
  z.preprocess((text) => (text === '' || text === undefined ? null : text), number(most, least).nullable());
const box = z
  .literal('on')
  .optional()
  .transform((state) => state === 'on');
/** A minute in UTC, or nothing for now. */
const moment = z
  .literal('')
  .or(z.iso.datetime({ local: true, error: 'Enter a day and a time.' }))
  .default('')
  .transform((text) => (text === '' ? undefined : `${text}Z`));

export const policyForm = z
  .object({
    credit_type: z.enum(creditTypes),
    group_id: z.literal('').or(z.uuid()),
    base_version: z.coerce.number().int().min(0),
    effective_from: moment,
    request_amount_max: number(amountMax),
    day_amount_max: optionalNumber(amountMax),
    period_days: number(366),
    period_amount_max: number(amountMax),
    pending_count_max: number(1_000),
    auto_approval_max: optionalNumber(amountMax),
    second_approval_above: optionalNumber(amountMax),
    web_only_above: optionalNumber(amountMax),
    reject_comment_required: box,
    remind_after_hours: number(8_760),
    escalate_after_hours: optionalNumber(8_760),
    escalate_to: z.literal('').or(z.enum(approverRoles)).or(z.uuid()),
    expire_after_hours: number(8_760),
    budget_amount: optionalNumber(1_000_000_000_000, 0),
    budget_period: z.literal('').or(z.enum(budgetPeriods)),
    grant_valid_days: optionalNumber(36_500),
  })
  .refine(({ request_amount_max: one, day_amount_max: day }) => day === null || day >= one, {
    path: ['day_amount_max'],
    error: 'A day has to allow the largest request.',
  })
  .refine(({ request_amount_max: one, period_amount_max: all }) => all >= one, {
    path: ['period_amount_max'],
    error: 'The period has to allow the largest request.',
  })
  .refine(({ escalate_after_hours: after, escalate_to: to }) => (after === null) === (to === ''), {
    path: ['escalate_to'],
    error: 'An escalation needs hours and somebody to tell.',
  })
  .refine(({ budget_amount: amount, budget_period: period }) => (amount === null) === (period === ''), {
    path: ['budget_period'],
    error: 'A budget needs an amount and a period.',
  })
  .transform(({ credit_type, group_id, base_version, effective_from, ...fields }) => {
    const { escalate_to, budget_period, ...rest } = fields;
    const role = approverRoles.find((it) => it === escalate_to) ?? null;
    const changes: Partial<PolicyValues> = {
      ...rest,
      budget_period: budget_period === '' ? null : budget_period,
      escalate_to_role: role,
      escalate_to_player: role || escalate_to === '' ? null : escalate_to,
    };
    const group = group_id === '' ? {} : { group_id };
    return { credit_type, ...group, base_version, ...(effective_from && { effective_from }), changes };
  });

export const removalForm = z.object({
  credit_type: z.enum(creditTypes),
  group_id: z.uuid(),
  base_version: z.coerce.number().int(),
});

const days = optionalNumber(36_500);
const groupFields = z.object({
  id: z.literal('').or(z.uuid()),
  name: z.literal('').or(presentableText(textFields.groupName)),
  place: z.coerce.number(),
  board: z.string().max(64),
  joined_days_min: days,
  joined_days_max: days,
});

const hasOneOf = <Word extends string>(
  words: readonly Word[],
  fields: Record<string, string>,
  prefix: string,
) => {
  const chosen = words.filter((word) => fields[`${prefix}.${word}`] === 'on');
  return chosen.length > 0 ? chosen : null;
};

function readGroup(
  fields: Record<string, string>,
  index: number,
): (PlayerGroupDraft & { place: number }) | null {
  const read = (name: string) => fields[`${index}.${name}`] ?? '';
  const parsed = groupFields.parse({
    ...{ id: read('id'), name: read('name'), place: read('place'), board: read('board') },
    ...{ joined_days_min: read('joined_days_min'), joined_days_max: read('joined_days_max') },
  });
  // A group without a name is one that was removed, or the empty row at the end.
  if (parsed.name === '') return null;
  const { id, board, ...rest } = parsed;
  const chosenTiers = hasOneOf(tiers, fields, `${index}.tiers`);
  return {
    ...rest,
    ...(id !== '' && { id }),
    roles: hasOneOf(playerRoles, fields, `${index}.roles`),
    tiers: chosenTiers,
    board: chosenTiers ? board : null,
  };
}

/** All groups of the page in one form; the fields of each begin with its index. */
export const groupsForm = z.record(z.string(), z.string()).transform((fields, context) => {
  try {
    const groups = Array.from({ length: Number(fields.count) }, (_, index) => readGroup(fields, index))
      .filter((group) => group !== null)
      .toSorted((a, b) => a.place - b.place)
      .map(({ place: _, ...group }) => group);
    return { groups, base_version: Number(fields.base_version) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const message = error.issues[0]?.message ?? 'Check the groups.';
    context.issues.push({ code: 'custom', message, input: fields, path: ['groups'] });
    return z.NEVER;
  }
});

const day = z.iso.date('Enter a day.');
export const delegateForm = z
  .object({ delegate: z.string().trim().min(2, 'Enter a username.').max(40), from: day, until: day })
  .refine(({ from, until }) => until >= from, {
    path: ['until'],
    error: 'The last day is not before the first.',
  });

export const endForm = z.object({ delegation_id: z.uuid() });
