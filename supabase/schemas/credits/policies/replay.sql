-- What last month's requests would have met under a proposed policy.

create type credits.replayed_request as (
  request_id uuid,
  player_id uuid,
  amount int,
  created_at timestamptz,
  closed_at timestamptz,
  state text,
  before text,
  after text
);

create function credits.list_past_requests(proposed credits.policy_versions)
returns setof credits.replayed_request
language sql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.list_past_requests(credits.policy_versions) is
  'The requests of the last 30 days that a policy was responsible for, oldest first, at most 1,000, with what they '
  'met. Cancelled ones are left out, and those that were refused were never stored.';

create function credits.judge_past_request(
  proposed credits.policy_versions, item credits.replayed_request, allowed credits.replayed_request[])
returns text
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function credits.judge_past_request(
  credits.policy_versions, credits.replayed_request, credits.replayed_request[]) is
  'What a past request would have met, given the earlier ones that would have been let through.';

create function credits.draw_past_requests(
  proposed credits.policy_versions, items credits.replayed_request[])
returns credits.replayed_request[]
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function credits.draw_past_requests(credits.policy_versions, credits.replayed_request[]) is
  'The replayed requests with those marked for which the proposed budget would have been empty.';

create function credits.replay_policy(proposed credits.policy_versions)
returns credits.replayed_request[]
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.replay_policy(credits.policy_versions) is
  'What last month''s requests met and would have met under a proposed policy. Sums of a period begin with that month. '
  'Changes nothing.';

create function public.preview_credit_policy(credit_type text, changes jsonb, group_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.preview_credit_policy(text, jsonb, uuid) is
  'Lints a proposed change and replays last month''s requests under it: {problems, request_count, differing_count, '
  'outcomes: [{outcome, before, after}], differing}, the newest 100 that would differ. Stores nothing. Managers and '
  'the service only. Definer: reads internal tables.';
grant execute on function public.preview_credit_policy(text, jsonb, uuid) to authenticated, service_role;
