-- Decisions count for the person who decides, on whatever surface.

create or replace function public.decide_credit_request(
  request_id uuid, decision text, comment text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  approval_count int;
  balances jsonb;
  description jsonb;
begin
  if not private.has_role(actor, 'manager') then
    perform private.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  if decision is null or decision not in ('approve', 'reject') then
    perform private.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(comment) > 1000 then
    perform private.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
  replay := private.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform private.count_attempt('credit_decision', actor::text);
  -- Deciders of one request stand in line here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_credit_request.request_id for update;
  if request.id is null then
    perform private.refuse(404, 'request_not_found', 'There is no such request.',
      'Look at the list of requests.');
  end if;
  perform private.refuse_closed_request(request);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := nullif(trim(decide_credit_request.comment), '');
  word.source := private.resolve_source(decide_credit_request.source);
  word.is_fallback := private.check_decider(request, actor, word.comment);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback
    or approval_count + 1 >= private.count_approvals_needed(request);
  request := private.apply_decision(request, word);
  balances := case when request.state = 'approved'
    then private.announce_balances(request.player_id) else private.describe_balances(request.player_id) end;
  description := private.announce_request(request,
    case when word.is_final then 'request_decided' else 'request_updated' end);
  return private.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$$;
comment on function public.decide_credit_request(uuid, text, text, text, uuid, text) is
  'Approves or rejects a request or a proposal: {request, decision, balances, replayed}. Exactly one decision is ever '
  'final, whoever races; nobody decides their own request while another approver exists; above the '
  'policy''s amount two approve. An approval moves the credits in the same transaction. Definer: nobody may write '
  'decisions or credits directly.';
