-- An undo reverses payments. Decisions stay: a request has exactly one final decision ever.

create function credits.reverse_payment(result public.credit_bulk_results, actor uuid, source text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  origin public.credit_transfers;
  transfer public.credit_transfers;
  balance bigint;
begin
  if result.outcome = 'rejected' then
    perform platform.refuse(409, 'rejection_final', 'A rejection is final.', 'The player can make a new request.');
  elsif result.outcome = 'first_approved' then
    perform platform.refuse(409, 'approval_counted', 'Your approval stays: nothing has been paid yet.',
      'The second approver can still reject the request.');
  end if;
  select paid.* into origin from public.credit_requests as request
  join public.credit_transfers as paid on paid.id = request.transfer_id
  where request.id = result.request_id;
  if origin.kind <> 'grant' then
    perform platform.refuse(409, 'not_reversible', 'Only grants and spends can be reversed.',
      'Grant the credits again instead.');
  end if;
  select account.balance into balance from public.credit_accounts as account
  where account.player_id = origin.player_id and account.credit_type = origin.credit_type
    and account.kind = 'available';
  if balance < origin.amount and not exists (
    select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform platform.refuse(409, 'credits_spent',
      format('%s of these %s credits were already used or are on hold.', origin.amount - balance, origin.amount),
      'What is spent cannot be taken back.');
  end if;
  transfer := credits.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    'The bulk decision was undone', '', reverse_payment.actor, reverse_payment.source);
  transfer.reversal_of := origin.id;
  return credits.reverse_transfer(transfer);
end;
$$;
comment on function credits.reverse_payment(public.credit_bulk_results, uuid, text) is
  'Reverses what one approval of a bulk decision paid and returns the reversal''s id. Refuses DS409 what paid '
  'nothing, was spent, or was reversed before. The caller holds the accounts'' locks.';

create function credits.take_back(result public.credit_bulk_results, actor uuid, source text)
returns public.credit_bulk_results
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  code text;
  words text;
  action text;
begin
  result.undo_transfer_id := credits.reverse_payment(result, take_back.actor, take_back.source);
  result.undo_refusal := null;
  perform platform.emit_event('credits/request.undone', jsonb_build_object('request_id', result.request_id));
  perform platform.record_audit('credit_request.undone', 'credit_request', result.request_id::text, null,
    jsonb_build_object('transfer_id', result.undo_transfer_id), take_back.actor, take_back.source);
  return result;
exception when sqlstate 'DS409' then
  get stacked diagnostics words = message_text, code = pg_exception_detail, action = pg_exception_hint;
  result.undo_refusal := credits.describe_refusal('DS409', code, words, action);
  return result;
end;
$$;
comment on function credits.take_back(public.credit_bulk_results, uuid, text) is
  'The result with the reversal of its payment, or with why nothing could be taken back.';

create function credits.check_undo(bulk public.credit_bulk_decisions, actor uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if bulk.id is null then
    perform platform.refuse(404, 'bulk_not_found', 'There is no such bulk decision.',
      'Open the list of requests.');
  end if;
  if bulk.decided_by <> check_undo.actor and not identity.has_role(check_undo.actor, 'admin') then
    perform platform.refuse(403, 'not_your_decision', 'Only an admin can undo what somebody else decided.',
      'Ask an admin.');
  end if;
  if clock_timestamp() > credits.get_undo_end(bulk) then
    perform platform.refuse(410, 'undo_too_late', 'A bulk decision can be undone for ten minutes.',
      'Ask an admin to reverse single transfers.');
  end if;
end;
$$;
comment on function credits.check_undo(public.credit_bulk_decisions, uuid) is
  'Refuses an unknown bulk decision, one of somebody else unless the actor is an admin, and one that is too old.';

create function public.undo_bulk_decision(
  bulk_id uuid, idempotency_key text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(undo_bulk_decision.source);
  bulk public.credit_bulk_decisions;
  result public.credit_bulk_results;
  player_ids uuid[];
  is_replay boolean;
begin
  if not identity.has_role(actor, 'manager') and not credits.is_delegate(actor) then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  is_replay := platform.begin_command('undo_bulk_decision', actor, undo_bulk_decision.idempotency_key,
    jsonb_build_object('bulk_id', undo_bulk_decision.bulk_id)) is not null;
  if is_replay then
    return public.get_bulk_decision(undo_bulk_decision.bulk_id) || '{"replayed": true}';
  end if;
  perform platform.count_attempt('credit_bulk', actor::text);
  select * into bulk from public.credit_bulk_decisions as made
  where made.id = undo_bulk_decision.bulk_id for update;
  perform credits.check_undo(bulk, actor);
  player_ids := array(
    select distinct request.player_id
    from public.credit_bulk_results as made
    join public.credit_requests as request on request.id = made.request_id
    where made.bulk_id = bulk.id and made.outcome = 'approved' and made.undo_transfer_id is null);
  perform credits.lock_accounts(player_ids);
  for result in
    select made.* from public.credit_bulk_results as made
    where made.bulk_id = bulk.id and made.outcome not in ('refused', 'skipped') and made.undo_transfer_id is null
    order by made.position
  loop
    result := credits.take_back(result, actor, origin);
    update public.credit_bulk_results as made
    set undo_transfer_id = result.undo_transfer_id, undo_refusal = result.undo_refusal
    where made.bulk_id = result.bulk_id and made.position = result.position;
  end loop;
  update public.credit_bulk_decisions as made set undone_at = clock_timestamp(), undone_by = actor
  where made.id = bulk.id;
  perform credits.announce_balances(paid.id) from unnest(player_ids) as paid (id);
  perform platform.send_to_managers(jsonb_build_object('bulk_id', bulk.id), 'requests_decided', 'requests');
  perform platform.finish_command('undo_bulk_decision', actor, undo_bulk_decision.idempotency_key,
    jsonb_build_object('bulk_id', bulk.id));
  return public.get_bulk_decision(bulk.id) || '{"replayed": false}';
end;
$$;
comment on function public.undo_bulk_decision(uuid, text, uuid, text) is
  'Within ten minutes, takes back what a bulk decision paid, each payment at most once, and returns the bulk decision: '
  'is_undone or undo_refusal of each result tell what came of it. What was spent is not taken back; rejections and '
  'first approvals stay. For the manager who decided, and for admins. Definer: nobody may write credits directly.';
grant execute on function public.undo_bulk_decision(uuid, text, uuid, text) to authenticated, service_role;
