-- Decisions count towards the limit of the approver, on every surface.

create function credits.check_decision(decision text, comment text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if check_decision.decision is null or check_decision.decision not in ('approve', 'reject') then
    perform platform.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(check_decision.comment) > 1000 then
    perform platform.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
end;
$$;
comment on function credits.check_decision(text, text) is 'Refuses DS400 a decision that no request can have.';

create function credits.decide_request(request_id uuid, said public.credit_decisions)
returns public.credit_requests
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
  word public.credit_decisions := said;
  policy credits.policy_versions;
  approvals_needed int;
  approval_count int;
begin
  -- Concurrent deciders of one request queue here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_request.request_id for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'There is no such request.',
      'Open the list of requests.');
  end if;
  perform credits.refuse_closed_request(request);
  -- An approver who waited above may have lost the role meanwhile.
  if not identity.has_role(word.decided_by, 'manager') then
    word.on_behalf_of := credits.find_represented(word.decided_by, request);
    if word.on_behalf_of is null then
      perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
    end if;
  end if;
  perform credits.read_policies();
  policy := credits.find_policy_of_request(request, clock_timestamp());
  approvals_needed := credits.count_approvals_by(policy, request);
  word.comment := nullif(trim(said.comment), '');
  perform credits.check_policy_of_decision(policy, request, word);
  word.is_fallback := credits.check_decider(request, word, approvals_needed);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback or approval_count + 1 >= approvals_needed;
  if word.is_final and word.decision = 'approve' and request.kind = 'request'
    and policy.budget_amount is not null then
    perform credits.lock_budget(request.player_id, request.credit_type);
    perform credits.refuse_empty_budget(policy, request.amount);
  end if;
  return credits.apply_decision(request, word, policy);
end;
$$;
comment on function credits.decide_request(uuid, public.credit_decisions) is
  'Applies decision, decided_by, comment and source of an approver to one request, by every rule, and returns the '
  'request; it is still pending after the first of two approvals. Single and bulk decisions both pass here, so '
  'they cannot differ. The policy is the one in force now; an approval draws from its budget. Announces nothing. '
  'A caller that decides several in one transaction calls lock_for_decisions first.';

create function public.decide_credit_request(
  request_id uuid, decision text, comment text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  balances jsonb;
  description jsonb;
begin
  if not identity.has_role(actor, 'manager') and not credits.is_delegate(actor) then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  perform credits.check_decision(decide_credit_request.decision, decide_credit_request.comment);
  replay := platform.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := decide_credit_request.comment;
  word.source := platform.resolve_source(decide_credit_request.source);
  request := credits.decide_request(decide_credit_request.request_id, word);
  balances := case when request.state = 'approved'
    then credits.announce_balances(request.player_id) else credits.describe_balances(request.player_id) end;
  description := credits.announce_request(request,
    case when request.state = 'pending' then 'request_updated' else 'request_decided' end);
  return platform.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$$;
comment on function public.decide_credit_request(uuid, text, text, text, uuid, text) is
  'Approves or rejects a request or a proposal: {request, decision, balances, replayed}. Exactly one decision is '
  'ever final, even in a race; nobody decides their own request while another approver exists; above the '
  'policy''s amount two approvers are needed. A delegate decides in place of a manager. An approval moves the '
  'credits in the same transaction. Definer: nobody may write decisions or credits directly.';
grant execute on function public.decide_credit_request(uuid, text, text, text, uuid, text)
  to authenticated, service_role;
