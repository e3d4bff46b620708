// A believable set-up of the credit policies on top of the default ones, whose limits stay as they are.
import type postgres from 'postgres';
import { z } from 'zod';
import { personaIds } from './players.ts';

const groupList = z.object({ groups: z.array(z.object({ id: z.uuid() })) });
const dayMs = 86_400_000;

/** A budget and an escalation for everybody, stricter rules for the team, and a holiday of Max. */
export async function setUpPolicies(owner: postgres.Sql): Promise<void> {
  const change = (credit_type: string, changes: Record<string, string | number | boolean>, group?: string) =>
    owner`
      select public.update_credit_policy(${credit_type}, ${owner.json(changes)}, ${group ? 0 : 1},
        ${group ?? null}, acting_player_id => ${personaIds.ada}::uuid)`;
  const escalation = { escalate_after_hours: 48, escalate_to_role: 'admin' };
  await change('ai', { ...escalation, budget_amount: 50_000, budget_period: 'month' });
  await change('lead', { ...escalation, budget_amount: 25_000, budget_period: 'month' });
  const [row] = await owner`
    select public.update_player_groups(${owner.json([{ name: 'The team', roles: ['manager', 'admin'] }])}, 0,
      acting_player_id => ${personaIds.ada}::uuid) as list`;
  const [team] = groupList.parse(row?.list).groups;
  await change('ai', { second_approval_above: 250, reject_comment_required: true }, team?.id);
  const at = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
  await owner`
    select public.delegate_decisions(${personaIds.quinn}::uuid, ${at(12)}, ${at(19)},
      acting_player_id => ${personaIds.max}::uuid)`;
}
