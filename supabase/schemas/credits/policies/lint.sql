-- Policies that would leave requests without a way to be decided, or that contradict themselves.

create function credits.lint_approvers(policy credits.policy_versions)
returns table (code text, is_blocking boolean, sentence text, remedy text)
language sql
stable
security definer
set search_path = ''
as $$
  with approvers as (
    select count(*) as all_count, count(*) filter (where profiles.role = 'admin') as admin_count
    from public.profiles where profiles.role in ('manager', 'admin') and profiles.left_at is null
  )
  select 'no_approver', true, 'Nobody can decide requests: there is no manager or admin.',
    'Give somebody the role of a manager.'
  from approvers where approvers.all_count = 0
  union all
  select 'only_requester', false,
    'There is one approver, who has to decide their own requests, each time with a comment.',
    'Give a second person the role of a manager.'
  from approvers where approvers.all_count = 1
  union all
  select 'second_approver_impossible', true,
    format('Requests above %s need two approvers, and there %s %s.', policy.second_approval_above,
      case when approvers.all_count = 1 then 'is' else 'are' end, approvers.all_count),
    'Give another person the role of a manager, or raise the amount.'
  from approvers
  where policy.second_approval_above < policy.request_amount_max and approvers.all_count < 2
  union all
  select 'second_approver_missing_for_approvers', false,
    format('A manager or admin who requests more than %s has one approver left, and an admin alone decides.',
      policy.second_approval_above),
    'Give a third person the role of a manager.'
  from approvers
  where policy.second_approval_above < policy.request_amount_max and approvers.all_count = 2
  union all
  select 'escalation_role_empty', true,
    format('Waiting requests are escalated to %ss, and there are none.', policy.escalate_to_role),
    'Choose another role or a person.'
  from approvers
  where policy.escalate_to_role = 'admin' and approvers.admin_count = 0
    or policy.escalate_to_role = 'manager' and approvers.all_count = 0
  union all
  select 'escalation_person_missing', true,
    format(E'Waiting requests are escalated to \u2068%s\u2069, who %s.', person.display_name,
      case when person.left_at is not null then 'has left' else 'is no longer a manager' end),
    'Choose somebody who can decide. Until then admins are told.'
  from public.profiles as person
  where person.id = policy.escalate_to_player
    and (person.left_at is not null or person.role not in ('manager', 'admin'));
$$;
comment on function credits.lint_approvers(credits.policy_versions) is
  'What is wrong with a policy because of the people who are here now.';

create function credits.lint_amounts(policy credits.policy_versions)
returns table (code text, is_blocking boolean, sentence text, remedy text)
language sql
stable
security definer
set search_path = ''
as $$
  select 'budget_zero', true, 'The budget is zero, so no request can be approved.',
    'Raise the budget, or remove it.'
  where policy.budget_amount = 0
  union all
  select 'budget_below_request', true,
    format('Requests may be as large as %s, and the budget of a whole %s is %s.', policy.request_amount_max,
      policy.budget_period, policy.budget_amount),
    'Raise the budget, or lower the largest request.'
  where policy.budget_amount between 1 and policy.request_amount_max - 1
  union all
  select 'escalation_after_expiry', true,
    format('A request expires after %s hours, before it would be escalated after %s.', policy.expire_after_hours,
      policy.escalate_after_hours),
    'Escalate earlier, or let requests live longer.'
  where policy.escalate_after_hours >= policy.expire_after_hours
  union all
  select 'reminder_after_expiry', false,
    format('A request expires after %s hours, before the reminder after %s.', policy.expire_after_hours,
      policy.remind_after_hours),
    'Remind earlier, or let requests live longer.'
  where policy.remind_after_hours >= policy.expire_after_hours
  union all
  select 'automatic_above_second', true,
    format('Requests up to %s are paid at once, although two approvers should decide above %s.',
      policy.auto_approval_max, policy.second_approval_above),
    'Lower the amount that is paid at once.'
  where policy.auto_approval_max > policy.second_approval_above
  union all
  select 'automatic_always', false, 'Every request is paid at once: nobody decides.',
    'Lower the amount that is paid at once, if a person should decide.'
  where policy.auto_approval_max >= policy.request_amount_max;
$$;
comment on function credits.lint_amounts(credits.policy_versions) is
  'What is wrong with the numbers of a policy.';

create function credits.lint_policy(policy credits.policy_versions)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', problem.code, 'is_blocking', problem.is_blocking, 'sentence', problem.sentence,
    'remedy', problem.remedy, 'credit_type', policy.credit_type, 'group_id', policy.group_id)
    order by problem.is_blocking desc, problem.code), '[]')
  from (
    select * from credits.lint_approvers(policy)
    union all
    select * from credits.lint_amounts(policy)
  ) as problem
  where not policy.is_removed;
$$;
comment on function credits.lint_policy(credits.policy_versions) is
  'The problems of one version, blocking ones first: {code, is_blocking, sentence, remedy, credit_type, group_id}.';

create function credits.lint_surroundings()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', problem.code, 'is_blocking', problem.is_blocking, 'sentence', problem.sentence,
    'remedy', problem.remedy, 'credit_type', null, 'group_id', problem.group_id)
    order by problem.is_blocking desc, problem.code, problem.sentence), '[]')
  from (
    select 'delegate_may_not' as code, true as is_blocking, null::uuid as group_id,
      format(E'\u2068%s\u2069 should decide for \u2068%s\u2069, who %s.', delegate.display_name, manager.display_name,
        case when manager.left_at is not null then 'has left' else 'is no longer a manager' end) as sentence,
      'End this delegation.' as remedy
    from credits.delegations as delegation
    join public.profiles as manager on manager.id = delegation.manager_id
    join public.profiles as delegate on delegate.id = delegation.delegate_id
    where delegation.ended_at is null and delegation.ends_at > now()
      and not identity.has_role(manager.id, 'manager')
    union all
    select 'delegate_left', true, null,
      format(E'\u2068%s\u2069 should decide for \u2068%s\u2069, and has left.', delegate.display_name,
        manager.display_name),
      'End this delegation, and name another player.'
    from credits.delegations as delegation
    join public.profiles as manager on manager.id = delegation.manager_id
    join public.profiles as delegate on delegate.id = delegation.delegate_id
    where delegation.ended_at is null and delegation.ends_at > now() and delegate.left_at is not null
    union all
    select 'group_empty', false, listed.group_id,
      format(E'No player is in the group \u2068%s\u2069 now.', listed.name),
      'Check its conditions, or remove it.'
    from credits.listed_groups as listed
    where listed.list_version = credits.group_list_at(now())
      and not exists (
        select from public.profiles as player
        where player.left_at is null and credits.is_in_group(player, listed, now()))
    union all
    select 'group_without_policy', false, listed.group_id,
      format(E'The group \u2068%s\u2069 has no policy of its own, so it changes nothing.', listed.name),
      'Give it a policy, or remove it.'
    from credits.listed_groups as listed
    where listed.list_version = credits.group_list_at(now())
      and not exists (
        select from public.credit_policies as type
        cross join lateral credits.policy_at(type.credit_type, listed.group_id, now()) as policy
        where policy.id is not null and not policy.is_removed)
  ) as problem;
$$;
comment on function credits.lint_surroundings() is 'What is wrong with delegations and groups, in the same format.';

create function public.lint_credit_policies()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform credits.check_reader_of_policies();
  return (
    select coalesce(jsonb_agg(found.problem order by found.place, found.spot), '[]')
    from (
      select problem.value as problem, policy.place, problem.ordinality as spot
      from (
        select row_number() over (order by version.credit_type, version.group_id nulls first) as place, version.id
        from public.credit_policies as type
        cross join (
          select null::uuid as group_id
          union all
          select listed.group_id from credits.listed_groups as listed
          where listed.list_version = credits.group_list_at(now())
        ) as scope
        cross join lateral credits.policy_at(type.credit_type, scope.group_id, now()) as version
        where version.id is not null
      ) as policy
      join credits.policy_versions as stored on stored.id = policy.id
      cross join lateral jsonb_array_elements(credits.lint_policy(stored)) with ordinality as problem
      union all
      select problem.value, 1000, problem.ordinality
      from jsonb_array_elements(credits.lint_surroundings()) with ordinality as problem
    ) as found);
end;
$$;
comment on function public.lint_credit_policies() is
  'Problems of the policies in force, of delegations and of groups, each with how to mend it; is_blocking if '
  'requests could not be decided or a rule is bypassed. Managers and the service only. Definer: reads internal '
  'tables.';
grant execute on function public.lint_credit_policies() to authenticated, service_role;
