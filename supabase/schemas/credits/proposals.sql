-- Who may move credits alone, and what needs a second approver.

create function credits.count_other_approvers(player uuid, approver uuid)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::int from public.profiles
  where profiles.role in ('manager', 'admin') and profiles.left_at is null
    and profiles.id is distinct from count_other_approvers.player
    and profiles.id is distinct from count_other_approvers.approver;
$$;
comment on function credits.count_other_approvers(uuid, uuid) is
  'The number of managers and admins besides these two, any of whom could be the second approver.';

create function credits.judge_transfer(kind text, transfer public.credit_transfers)
returns text
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  others int := credits.count_other_approvers(transfer.player_id, transfer.actor_id);
  amount_alone int;
  moved_today bigint;
begin
  if transfer.actor_id = transfer.player_id and others > 0 then
    perform platform.refuse(403, 'own_' || judge_transfer.kind,
      case judge_transfer.kind when 'grant' then 'You cannot grant credits to yourself.'
        when 'revoke' then 'You cannot take back your own credits.'
        else 'You cannot reverse a movement of your own credits.' end,
      case judge_transfer.kind when 'grant' then 'Make a request; another manager decides it.'
        else 'Ask another admin.' end);
  end if;
  if transfer.actor_id = transfer.player_id then
    return 'fallback';
  end if;
  perform credits.read_policies();
  select policy.second_approval_above into amount_alone
  from credits.find_policy(transfer.player_id, transfer.credit_type, clock_timestamp()) as policy;
  -- What one admin, or all API keys together, move for a player within a day is added up, so a large amount
  -- cannot be split.
  select coalesce(sum(earlier.amount), 0) into moved_today
  from public.credit_transfers as earlier
  where earlier.player_id = transfer.player_id and earlier.actor_id is not distinct from transfer.actor_id
    and (transfer.actor_id is not null or earlier.source like 'api:%')
    and earlier.credit_type = transfer.credit_type and earlier.kind = judge_transfer.kind
    and earlier.request_id is null and earlier.created_at > now() - interval '1 day';
  if amount_alone is null or moved_today + transfer.amount <= amount_alone then
    return 'alone';
  end if;
  if transfer.actor_id is null then
    perform platform.refuse(403, 'second_approval_needed',
      format('Above %s credits per player and day, two approvers have to agree.', amount_alone),
      'Send acting_player_id, so that the admin''s approval counts as the first of two.');
  end if;
  return case when others > 0 then 'together' else 'fallback' end;
end;
$$;
comment on function credits.judge_transfer(text, public.credit_transfers) is
  'alone: the admin may move these credits; together: a second approver has to confirm; fallback: the rule '
  'requires someone else and there is nobody. Refuses DS403 for the admin''s own credits while someone else could '
  'do it, and for an API key that acts for itself above the amount. The caller holds the player''s lock.';

create function credits.check_reason(reason text)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  given text := platform.tidy_text(coalesce(check_reason.reason, ''), true);
  problem text := platform.find_text_problem(given, 500, 3, true);
begin
  if problem is not null then
    perform platform.refuse_text(problem, 'reason', 'reason_invalid', 500, 3);
  end if;
  return given;
end;
$$;
comment on function credits.check_reason(text) is
  'The reason with tidied spaces; refuses DS400 if it is too short, too long or not presentable.';

create function credits.propose_transfer(kind text, transfer public.credit_transfers, valid_until timestamptz, source text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  origin text := platform.resolve_source(propose_transfer.source);
  policy credits.policy_versions :=
    credits.find_policy(transfer.player_id, transfer.credit_type, clock_timestamp());
  request public.credit_requests;
begin
  insert into public.credit_requests (
    kind, player_id, credit_type, amount, reason, source, expires_at, remind_at, proposed_by, reverses,
    grant_expires_at)
  values (
    propose_transfer.kind, transfer.player_id, transfer.credit_type, transfer.amount, transfer.reason, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours),
    transfer.actor_id, transfer.reversal_of, propose_transfer.valid_until)
  on conflict (reverses) where state = 'pending' do nothing
  returning * into request;
  if request.id is null then
    perform platform.refuse(409, 'reversal_proposed', 'A reversal of this transfer is already proposed.',
      'Approve or reject that proposal.');
  end if;
  insert into public.credit_decisions (request_id, decision, decided_by, source, is_final)
  values (request.id, 'approve', transfer.actor_id, origin, false);
  perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  perform platform.record_audit('credit_request.proposed', 'credit_request', request.id::text, null,
    to_jsonb(request), transfer.actor_id, origin);
  return jsonb_build_object(
    'transfer', null, 'request', credits.announce_request(request, 'request_created'),
    'balances', credits.describe_balances(request.player_id));
end;
$$;
comment on function credits.propose_transfer(text, public.credit_transfers, timestamptz, text) is
  'Stores a grant or reversal that a second approver has to confirm, with the proposing admin''s approval: '
  '{transfer: null, request, balances}. Moves no credits.';
