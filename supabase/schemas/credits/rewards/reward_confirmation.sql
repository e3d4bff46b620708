-- A prize above the amount that one admin may grant alone needs a second person.

create function credits.may_confirm_alone(rule credits.reward_rules)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select credits.count_other_approvers(null, rule.created_by) = 0 or not exists (
    select from credits.reward_prizes as prize
    cross join lateral credits.policy_at(prize.credit_type, null, clock_timestamp()) as policy
    where prize.rule_id = rule.id and prize.amount > policy.second_approval_above);
$$;
comment on function credits.may_confirm_alone(credits.reward_rules) is
  'Whether no prize is above the amount that needs a second approver, or there is nobody else.';

create function public.confirm_reward_rule(
  rule_id bigint, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  rule credits.reward_rules;
begin
  if not identity.has_role(actor, 'manager') then
    perform platform.refuse(403, 'manager_only', 'Only managers can confirm rewards.', 'Ask a manager.');
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  select * into rule from credits.reward_rules where reward_rules.id = confirm_reward_rule.rule_id for update;
  if rule.id is null then
    perform platform.refuse(404, 'reward_rule_not_found', 'There is no such rule.', 'Open the list of rewards.');
  end if;
  if rule.confirmed_at is not null then
    perform platform.refuse(409, 'reward_rule_confirmed', 'This rule is already confirmed.',
      'Nothing is left to do.');
  end if;
  if rule.created_by = actor then
    perform platform.refuse(403, 'own_reward_rule', 'You wrote this rule, so somebody else has to confirm it.',
      'Ask another manager or admin.');
  end if;
  perform credits.refuse_known_result(rule.board_id, rule.applies_from);
  update credits.reward_rules set confirmed_at = clock_timestamp(), confirmed_by = actor
  where reward_rules.id = rule.id returning * into rule;
  perform platform.record_audit('credits.reward_rule_confirmed', 'reward_rule', rule.id::text, null,
    credits.describe_reward_rule(rule), actor, platform.resolve_source(source));
  return credits.describe_reward_rule(rule);
end;
$$;
comment on function public.confirm_reward_rule(bigint, uuid, text) is
  'Makes a waiting version effective and returns it, once, by a manager or admin who did not write it. Definer: '
  'nobody may write rules directly.';
grant execute on function public.confirm_reward_rule(bigint, uuid, text) to authenticated, service_role;
