SET local check_function_bodies = off;

CREATE TYPE "credits"."replayed_request" AS (
  "request_id" uuid,
  "player_id"  uuid,
  "amount"     integer,
  "created_at" timestamp WITH time zone,
  "closed_at"  timestamp WITH time zone,
  "state"      text,
  "before"     text,
  "after"      text
);

CREATE OR REPLACE FUNCTION credits.draw_past_requests (
  proposed credits.policy_versions,
  items    credits.replayed_request[]
)
  RETURNS credits.replayed_request[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  item credits.replayed_request;
  drawn credits.replayed_request[] := '{}';
  spans jsonb := '{}';
  span text;
  used bigint;
begin
  if proposed.budget_amount is null then
    return items;
  end if;
  -- In the order of payment, which is not the order of asking.
  for item in
    select listed.* from unnest(items) as listed
    order by case listed.after when 'automatic' then listed.created_at else listed.closed_at end, listed.request_id
  loop
    if item.after = 'automatic' or (item.state = 'approved' and item.after in ('one_approver', 'two_approvers')) then
      span := date_trunc(proposed.budget_period,
        case item.after when 'automatic' then item.created_at else item.closed_at end at time zone 'UTC')::text;
      used := coalesce((spans ->> span)::bigint, 0);
      if used + item.amount > proposed.budget_amount then
        item.after := 'budget_empty';
      else
        spans := spans || jsonb_build_object(span, used + item.amount);
      end if;
    end if;
    drawn := drawn || item;
  end loop;
  return drawn;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.judge_past_request (
  proposed credits.policy_versions,
  item     credits.replayed_request,
  allowed  credits.replayed_request[]
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when item.amount > proposed.request_amount_max then 'refused_amount'
    when asked.pending_count >= proposed.pending_count_max then 'refused_pending'
    when asked.day_amount + item.amount > proposed.day_amount_max then 'refused_day'
    when asked.period_amount + item.amount > proposed.period_amount_max then 'refused_period'
    when item.amount <= proposed.auto_approval_max then 'automatic'
    when item.state = 'expired'
      or item.closed_at > item.created_at + make_interval(hours => proposed.expire_after_hours) then 'expired'
    when item.amount > proposed.second_approval_above then 'two_approvers'
    else 'one_approver'
  end
  from (
    select count(*) filter (where earlier.after <> 'automatic'
        and (earlier.closed_at is null or earlier.closed_at > item.created_at)) as pending_count,
      coalesce(sum(earlier.amount) filter (where earlier.created_at > item.created_at - interval '1 day'), 0)
        as day_amount,
      coalesce(sum(earlier.amount) filter (
        where earlier.created_at > item.created_at - make_interval(days => proposed.period_days)), 0) as period_amount
    from unnest(allowed) as earlier
    where earlier.player_id = item.player_id
      and (earlier.state in ('approved', 'pending') or earlier.closed_at > item.created_at)
  ) as asked;
$function$;

CREATE OR REPLACE FUNCTION credits.lint_amounts (
  policy credits.policy_versions
)
  RETURNS TABLE (
    code        text,
    is_blocking boolean,
    sentence    text,
    remedy      text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.lint_approvers (
  policy credits.policy_versions
)
  RETURNS TABLE (
    code        text,
    is_blocking boolean,
    sentence    text,
    remedy      text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.lint_policy (
  policy credits.policy_versions
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.lint_surroundings()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.list_past_requests (
  proposed credits.policy_versions
)
  RETURNS SETOF credits.replayed_request
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select request.id, request.player_id, request.amount, request.created_at, request.closed_at, request.state,
    case
      when exists (
        select from public.credit_decisions as word
        where word.request_id = request.id and word.decided_by is null) then 'automatic'
      when request.state = 'expired' then 'expired'
      when credits.count_approvals_by(policy, request) > 1 then 'two_approvers'
      else 'one_approver'
    end, null
  from public.credit_requests as request
  left join credits.policy_versions as asked on asked.id = request.policy_version_id
  cross join lateral credits.find_policy_of_request(request, now()) as policy
  where request.kind = 'request' and request.credit_type = proposed.credit_type
    and request.state <> 'cancelled' and request.created_at > now() - interval '30 days'
    and asked.group_id is not distinct from proposed.group_id
  order by request.created_at, request.id
  limit 1000;
$function$;

CREATE OR REPLACE FUNCTION credits.replay_policy (
  proposed credits.policy_versions
)
  RETURNS credits.replayed_request[]
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  item credits.replayed_request;
  all_items credits.replayed_request[] := '{}';
  allowed credits.replayed_request[] := '{}';
begin
  for item in select * from credits.list_past_requests(proposed) loop
    item.after := credits.judge_past_request(proposed, item, allowed);
    all_items := all_items || item;
    if item.after not like 'refused\_%' then
      allowed := allowed || item;
    end if;
  end loop;
  return credits.draw_past_requests(proposed, all_items);
end;
$function$;

CREATE OR REPLACE FUNCTION public.lint_credit_policies()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."lint_credit_policies"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.preview_credit_policy (
  credit_type text,
  changes     jsonb,
  group_id    uuid  DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  proposed credits.policy_versions;
  items credits.replayed_request[];
begin
  perform credits.check_reader_of_policies();
  proposed := credits.propose_policy(preview_credit_policy.credit_type, preview_credit_policy.group_id,
    preview_credit_policy.changes, now());
  items := credits.replay_policy(proposed);
  return jsonb_build_object(
    'problems', credits.lint_policy(proposed),
    'request_count', cardinality(items),
    'differing_count', (select count(*) from unnest(items) as item where item.before <> item.after),
    'outcomes', (
      select coalesce(jsonb_agg(jsonb_build_object('outcome', counted.outcome, 'before', counted.before,
        'after', counted.after) order by counted.outcome), '[]')
      from (
        select outcome, count(*) filter (where is_before) as before, count(*) filter (where not is_before) as after
        from unnest(items) as item
        cross join lateral (values (item.before, true), (item.after, false)) as met (outcome, is_before)
        group by outcome
      ) as counted),
    'differing', (
      select coalesce(jsonb_agg(jsonb_build_object('request_id', shown.request_id,
        'username', player.username, 'display_name', player.display_name, 'amount', shown.amount,
        'created_at', shown.created_at, 'before', shown.before, 'after', shown.after)
        order by shown.created_at desc, shown.request_id), '[]')
      from (
        select item.* from unnest(items) as item where item.before <> item.after
        order by item.created_at desc, item.request_id limit 100
      ) as shown
      join public.profiles as player on player.id = shown.player_id));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "credits"."draw_past_requests"(credits.policy_versions, credits.replayed_request[]) IS 'The replayed requests with those marked for which the proposed budget would have been empty.';

COMMENT ON FUNCTION "credits"."judge_past_request"(credits.policy_versions, credits.replayed_request, credits.replayed_request[]) IS 'What a past request would have met, given the earlier ones that would have been let through.';

COMMENT ON FUNCTION "credits"."lint_amounts"(credits.policy_versions) IS 'What is wrong with the numbers of a policy.';

COMMENT ON FUNCTION "credits"."lint_approvers"(credits.policy_versions) IS 'What is wrong with a policy because of the people who are here now.';

COMMENT ON FUNCTION "credits"."lint_policy"(credits.policy_versions) IS 'The problems of one version, blocking ones first: {code, is_blocking, sentence, remedy, credit_type, group_id}.';

COMMENT ON FUNCTION "credits"."lint_surroundings"() IS 'What is wrong with delegations and groups, in the same format.';

COMMENT ON FUNCTION "credits"."list_past_requests"(credits.policy_versions) IS 'The requests of the last 30 days that a policy was responsible for, oldest first, at most 1,000, with what they met. Cancelled ones are left out, and those that were refused were never stored.';

COMMENT ON FUNCTION "credits"."replay_policy"(credits.policy_versions) IS 'What last month''s requests met and would have met under a proposed policy. Sums of a period begin with that month. Changes nothing.';

COMMENT ON FUNCTION "public"."lint_credit_policies"() IS 'Problems of the policies in force, of delegations and of groups, each with how to mend it; is_blocking if requests could not be decided or a rule is bypassed. Managers and the service only. Definer: reads internal tables.';

COMMENT ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) IS 'Lints a proposed change and replays last month''s requests under it: {problems, request_count, differing_count, outcomes: [{outcome, before, after}], differing}, the newest 100 that would differ. Stores nothing. Managers and the service only. Definer: reads internal tables.';

REVOKE ALL ON FUNCTION "credits"."draw_past_requests"(credits.policy_versions, credits.replayed_request[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."draw_past_requests"(credits.policy_versions, credits.replayed_request[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."draw_past_requests"(credits.policy_versions, credits.replayed_request[]) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."judge_past_request"(credits.policy_versions, credits.replayed_request, credits.replayed_request[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."judge_past_request"(credits.policy_versions, credits.replayed_request, credits.replayed_request[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."judge_past_request"(credits.policy_versions, credits.replayed_request, credits.replayed_request[]) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lint_amounts"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lint_amounts"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lint_amounts"(credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lint_approvers"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lint_approvers"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lint_approvers"(credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lint_policy"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lint_policy"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lint_policy"(credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lint_surroundings"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lint_surroundings"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lint_surroundings"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."list_past_requests"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."list_past_requests"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."list_past_requests"(credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."replay_policy"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."replay_policy"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."replay_policy"(credits.policy_versions) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."lint_credit_policies"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."lint_credit_policies"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."lint_credit_policies"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."lint_credit_policies"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."preview_credit_policy"(text, jsonb, uuid) TO "service_role";
