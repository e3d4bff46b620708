create function credits.describe_policy(policy credits.policy_versions)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(policy) - '{id,created_by,source}'::text[] || jsonb_build_object(
    'changed_by_name', author.display_name,
    'escalate_to_player_name', escalated.display_name)
  from (select) as one
  left join public.profiles as author on author.id = policy.created_by
  left join public.profiles as escalated on escalated.id = policy.escalate_to_player;
$$;
comment on function credits.describe_policy(credits.policy_versions) is
  'One version of a policy in the API''s format, with who made it; null for the service.';

create function credits.check_reader_of_policies()
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not platform.is_service() and not identity.is_manager() then
    perform platform.refuse(403, 'manager_only', 'Only managers can see credit policies.', 'Ask a manager.');
  end if;
end;
$$;
comment on function credits.check_reader_of_policies() is 'Refuses DS403 everybody but managers and the service.';

create function public.list_credit_policies()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform credits.check_reader_of_policies();
  return (
    select coalesce(jsonb_agg(credits.describe_policy(policy) || jsonb_build_object(
      'group_name', scope.name, 'newest_version', newest.version,
      'planned_count', newest.planned_count, 'budget', credits.describe_budget(policy, now()))
      order by policy.credit_type, scope.place), '[]')
    from public.credit_policies as type
    cross join (
      select null::uuid as group_id, null::text as name, 0 as place
      union all
      select listed.group_id, listed.name, listed.place from credits.listed_groups as listed
      where listed.list_version = credits.group_list_at(now())
    ) as scope
    cross join lateral credits.policy_at(type.credit_type, scope.group_id, now()) as policy
    cross join lateral (
      select max(version.version) as version, count(*) filter (where version.effective_from > now()) as planned_count
      from credits.policy_versions as version
      where version.credit_type = policy.credit_type and version.group_id is not distinct from policy.group_id
    ) as newest
    where not policy.is_removed);
end;
$$;
comment on function public.list_credit_policies() is
  'The policies in force: of each credit type the one of everybody, then those of groups in their order, each with '
  'newest_version (what a change has to name), planned_count and budget. Managers and the service only. Definer: '
  'reads internal tables.';
grant execute on function public.list_credit_policies() to authenticated, service_role;

create function public.list_policy_versions(credit_type text, group_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform credits.check_reader_of_policies();
  if not credits.is_credit_type(list_policy_versions.credit_type) then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  return (
    select coalesce(jsonb_agg(credits.describe_policy(listed) || jsonb_build_object(
      'changed', case when earlier.id is not null then credits.list_changed_fields(earlier, listed) end,
      'before', case when earlier.id is not null then to_jsonb(earlier) end,
      'state', case when listed.effective_from > now() then 'planned'
        when listed.id = (credits.policy_at(listed.credit_type, listed.group_id, now())).id then 'in_force'
        else 'past' end)
      order by listed.effective_from desc, listed.version desc), '[]')
    from credits.policy_versions as listed
    left join lateral (
      select previous.* from credits.policy_versions as previous
      where previous.credit_type = listed.credit_type
        and previous.group_id is not distinct from listed.group_id
        and (previous.effective_from, previous.version) < (listed.effective_from, listed.version)
      order by previous.effective_from desc, previous.version desc limit 1
    ) as earlier on true
    where listed.credit_type = list_policy_versions.credit_type
      and listed.group_id is not distinct from list_policy_versions.group_id);
end;
$$;
comment on function public.list_policy_versions(text, uuid) is
  'Every version of one policy, planned ones first, then backwards: author, from when, state, and what changed from '
  'the version before it. Managers and the service only. Definer: reads internal tables.';
grant execute on function public.list_policy_versions(text, uuid) to authenticated, service_role;

create function public.list_player_groups()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform credits.check_reader_of_policies();
  return jsonb_build_object(
    'version', coalesce((select max(list.version) from credits.group_lists as list), 0),
    'groups', credits.describe_groups(credits.group_list_at(now())),
    'planned', (
      select jsonb_build_object('effective_from', list.effective_from, 'groups', credits.describe_groups(list.version))
      from credits.group_lists as list where list.effective_from > now()
      order by list.effective_from, list.version desc limit 1));
end;
$$;
comment on function public.list_player_groups() is
  '{version, groups, planned}: the groups in force in their order, the newest version (what a change has to name), '
  'and the next list that is planned. Managers and the service only. Definer: reads internal tables.';
grant execute on function public.list_player_groups() to authenticated, service_role;

create function public.get_request_limits(player_id uuid default null)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object(
    'credit_type', policy.credit_type,
    'request_amount_max', policy.request_amount_max,
    'day_amount_max', policy.day_amount_max,
    'day_amount_left', case when policy.day_amount_max is not null
      then greatest(policy.day_amount_max - asked.day_amount, 0) end,
    'period_days', policy.period_days,
    'period_amount_max', policy.period_amount_max,
    'period_amount_left', greatest(policy.period_amount_max - asked.period_amount, 0),
    'pending_count', asked.pending_count,
    'pending_count_max', policy.pending_count_max,
    'auto_approval_max', policy.auto_approval_max,
    'second_approval_above', policy.second_approval_above,
    'expire_after_hours', policy.expire_after_hours,
    'amount_left', case when asked.pending_count >= policy.pending_count_max then 0
      else greatest(least(policy.request_amount_max, policy.day_amount_max - asked.day_amount,
        policy.period_amount_max - asked.period_amount), 0) end) order by policy.credit_type)
  from (select credits.resolve_reader(get_request_limits.player_id) as id) as reader
  cross join public.credit_policies as type
  cross join lateral credits.find_policy(reader.id, type.credit_type, clock_timestamp()) as policy
  cross join lateral credits.count_asked(reader.id, policy) as asked;
$$;
comment on function public.get_request_limits(uuid) is
  'What the caller, or the given player for managers and the service, may request of each credit type and what is '
  'left of it: today, in the period, and in a single request now (amount_left). Definer: reads policies that the '
  'caller may not.';
grant execute on function public.get_request_limits(uuid) to authenticated, service_role;
