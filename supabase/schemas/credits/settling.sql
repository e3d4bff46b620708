-- The effects of an approval, for requests and proposals.
create function credits.settle_credit_request(
  request public.credit_requests, approver uuid, policy credits.policy_versions)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
begin
  transfer.credit_type := request.credit_type;
  transfer.player_id := request.player_id;
  transfer.amount := request.amount;
  transfer.request_id := request.id;
  transfer.reason := request.reason;
  transfer.actor_id := approver;
  if request.kind = 'reversal' then
    transfer.reversal_of := request.reverses;
    return credits.reverse_transfer(transfer);
  end if;
  if request.grant_expires_at <= now() then
    perform platform.refuse(409, 'expiry_invalid', 'These credits would already have expired.',
      'Reject the proposal; the admin can make a new one.');
  end if;
  transfer.idempotency_key := 'credit_request:' || request.id;
  return credits.grant_to_player(transfer, case request.kind
    when 'grant' then request.grant_expires_at else now() + make_interval(days => policy.grant_valid_days) end);
end;
$$;
comment on function credits.settle_credit_request(public.credit_requests, uuid, credits.policy_versions) is
  'Moves the approved credits, once per request, and returns the transfer''s id: grants the requested or proposed '
  'amount, or reverses a transfer.';

create function credits.apply_decision(
  request public.credit_requests, word public.credit_decisions, policy credits.policy_versions)
returns public.credit_requests
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  decided public.credit_requests := request;
begin
  insert into public.credit_decisions (
    request_id, decision, decided_by, on_behalf_of, comment, source, is_final, is_fallback)
  values (
    request.id, word.decision, word.decided_by, word.on_behalf_of, word.comment, word.source, word.is_final,
    word.is_fallback);
  if word.is_final then
    update public.credit_requests
    set state = case word.decision when 'approve' then 'approved' else 'rejected' end,
      closed_at = clock_timestamp(), decided_version_id = policy.id,
      transfer_id = case word.decision
        when 'approve' then credits.settle_credit_request(request, word.decided_by, policy) end
    where credit_requests.id = request.id
    returning * into decided;
    perform platform.emit_event('credits/request.decided',
      jsonb_build_object('request_id', request.id, 'decision', word.decision));
  else
    perform platform.emit_event('credits/request.first_approved',
      jsonb_build_object('request_id', request.id));
  end if;
  perform platform.record_audit(
    'credit_request.' || case when word.is_final then decided.state else 'first_approved' end,
    'credit_request', request.id::text, jsonb_build_object('state', request.state),
    jsonb_build_object('state', decided.state, 'comment', word.comment, 'transfer_id', decided.transfer_id,
      'is_fallback', word.is_fallback, 'on_behalf_of', word.on_behalf_of,
      'is_automatic', word.decided_by is null, 'policy_version_id', policy.id),
    word.decided_by, word.source);
  return decided;
end;
$$;
comment on function credits.apply_decision(
  public.credit_requests, public.credit_decisions, credits.policy_versions) is
  'Stores an allowed decision with all its effects: state, payment, event, audit. Without decided_by it is the act '
  'of the policy. The caller holds the request''s lock.';
