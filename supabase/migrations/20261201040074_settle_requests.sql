-- What an approval does, whatever was asked for or proposed.

create function private.reverse_transfer(transfer public.credit_transfers)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  origin public.credit_transfers;
  new_id uuid;
begin
  select * into origin from public.credit_transfers where credit_transfers.id = transfer.reversal_of;
  transfer.kind := 'reversal';
  transfer.idempotency_key := 'reversal:' || origin.id;
  if origin.kind = 'grant' then
    new_id := private.post_transfer(transfer, 'available', 'issuance');
  else
    new_id := private.post_transfer(transfer, 'spent', 'available');
  end if;
  if new_id is null then
    perform private.refuse(409, 'already_reversed', 'This transfer was taken back before.',
      'Nothing is left to do.');
  end if;
  if origin.kind = 'grant' then
    perform private.take_from_lots(new_id, false);
  else
    perform private.give_back_to_lots(new_id, origin.id, false, false);
  end if;
  return new_id;
end;
$$;
comment on function private.reverse_transfer(public.credit_transfers) is
  'Posts the transfer that takes back the one in reversal_of, with its lots, and returns its id. Refuses DS409 a second '
  'one, and a grant of which too much is spent.';

drop function private.pay_credit_request(public.credit_requests, uuid);
create function private.settle_credit_request(request public.credit_requests, approver uuid)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  valid_days int;
begin
  transfer.credit_type := request.credit_type;
  transfer.player_id := request.player_id;
  transfer.amount := request.amount;
  transfer.request_id := request.id;
  transfer.reason := request.reason;
  transfer.actor_id := approver;
  if request.kind = 'reversal' then
    transfer.reversal_of := request.reverses;
    return private.reverse_transfer(transfer);
  end if;
  if request.grant_expires_at <= now() then
    perform private.refuse(409, 'expiry_invalid', 'These credits would have expired already.',
      'Reject the proposal; the admin can make a new one.');
  end if;
  select policy.grant_valid_days into valid_days
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
  transfer.idempotency_key := 'credit_request:' || request.id;
  return private.grant_to_player(transfer, case request.kind
    when 'grant' then request.grant_expires_at else now() + make_interval(days => valid_days) end);
end;
$$;
comment on function private.settle_credit_request(public.credit_requests, uuid) is
  'Moves the credits that were approved, once per request, and returns the transfer''s id: grants what is asked for or '
  'proposed, or takes a transfer back.';

create or replace function private.apply_decision(request public.credit_requests, word public.credit_decisions)
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
    request_id, decision, decided_by, comment, source, is_final, is_fallback)
  values (
    request.id, word.decision, word.decided_by, word.comment, word.source, word.is_final, word.is_fallback);
  if word.is_final then
    update public.credit_requests
    set state = case word.decision when 'approve' then 'approved' else 'rejected' end,
      closed_at = clock_timestamp(),
      transfer_id = case word.decision
        when 'approve' then private.settle_credit_request(request, word.decided_by) end
    where credit_requests.id = request.id
    returning * into decided;
    perform private.emit_event('credits/request.decided',
      jsonb_build_object('request_id', request.id, 'decision', word.decision));
  else
    perform private.emit_event('credits/request.first_approved',
      jsonb_build_object('request_id', request.id));
  end if;
  perform private.record_audit(
    'credit_request.' || case when word.is_final then decided.state else 'first_approved' end,
    'credit_request', request.id::text, jsonb_build_object('state', request.state),
    jsonb_build_object('state', decided.state, 'comment', word.comment, 'transfer_id', decided.transfer_id,
      'is_fallback', word.is_fallback),
    word.decided_by, word.source);
  return decided;
end;
$$;
