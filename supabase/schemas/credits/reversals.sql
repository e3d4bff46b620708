-- Reversed transfers: immediate, or as a proposal.

create function credits.reverse_transfer(transfer public.credit_transfers)
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
    new_id := credits.post_transfer(transfer, 'available', 'issuance');
  else
    new_id := credits.post_transfer(transfer, 'spent', 'available');
  end if;
  if new_id is null then
    perform platform.refuse(409, 'already_reversed', 'This transfer was already reversed.',
      'Nothing is left to do.');
  end if;
  if origin.kind = 'grant' then
    perform credits.take_from_lots(new_id, false);
  else
    perform credits.give_back_to_lots(new_id, origin.id, false, false);
  end if;
  return new_id;
end;
$$;
comment on function credits.reverse_transfer(public.credit_transfers) is
  'Posts the transfer that reverses the one in reversal_of, with its lots, and returns its id. Refuses DS409 a '
  'second reversal, and a grant of which too much is spent.';

create function public.reverse_credit_transfer(
  transfer_id uuid, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := credits.resolve_mover(acting_player_id, source);
  reason_given text := credits.check_reason(reverse_credit_transfer.reason);
  origin public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if actor is not null and not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can reverse a transfer.', 'Ask an admin.');
  end if;
  replay := platform.begin_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    jsonb_build_object('transfer_id', reverse_credit_transfer.transfer_id));
  if replay is not null then
    return replay;
  end if;
  if actor is not null then
    perform platform.count_attempt('credit_grant', actor::text);
  end if;
  select * into origin from public.credit_transfers
  where credit_transfers.id = reverse_credit_transfer.transfer_id;
  if origin.id is null then
    perform platform.refuse(404, 'transfer_not_found', 'There is no such transfer.',
      'Check the id of the transfer.');
  end if;
  if origin.kind not in ('grant', 'spend') then
    perform platform.refuse(409, 'not_reversible', 'Only grants and spends can be reversed.',
      'Release a hold instead.');
  end if;
  if exists (select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform platform.refuse(409, 'already_reversed', 'This transfer was already reversed.',
      'Nothing is left to do.');
  end if;
  transfer := credits.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    reason_given, '', actor, source);
  transfer.reversal_of := origin.id;
  transfer.idempotency_key := 'reversal:' || origin.id;
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || origin.player_id, 0));
  judgement := credits.judge_transfer('reversal', transfer);
  if judgement = 'together' then
    return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
      credits.propose_transfer('reversal', transfer, null, source));
  end if;
  perform credits.reverse_transfer(transfer);
  return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$$;
comment on function public.reverse_credit_transfer(uuid, text, text, uuid, text) is
  'Reverses a grant or a spend, once, by an opposite transfer: {transfer, request, balances, replayed}. A grant '
  'only while the player still has that much. Above the policy''s amount transfer is null and request waits for a '
  'second approver. Admins only, never for their own credits while another approver exists; audited. An API key '
  'without acting_player_id is refused above the policy''s amount (second_approval_needed). Definer: nobody may '
  'write credits directly.';
grant execute on function public.reverse_credit_transfer(uuid, text, text, uuid, text)
  to authenticated, service_role;
