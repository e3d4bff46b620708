-- Credits set aside until it is known what they are for, and transfers taken back.

create function private.give_back_to_lots(transfer_id uuid, source_id uuid, is_hold_ended boolean,
  is_spent boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  missing bigint;
  used record;
  part bigint;
begin
  select credit_transfers.amount into missing from public.credit_transfers
  where credit_transfers.id = give_back_to_lots.transfer_id;
  for used in
    select use.lot_id, use.amount - coalesce((
        select sum(ended.amount)
        from public.credit_lot_uses as ended
        join public.credit_transfers as ending on ending.id = ended.transfer_id
        where ended.lot_id = use.lot_id and ending.hold_id = give_back_to_lots.source_id), 0) as amount
    from public.credit_lot_uses as use
    where use.transfer_id = give_back_to_lots.source_id
    order by use.lot_id
  loop
    exit when missing = 0;
    part := least(missing, used.amount);
    continue when part = 0;
    update public.credit_lots
    set held = credit_lots.held - case when is_hold_ended then part else 0 end,
      available = credit_lots.available + case when is_spent then 0 else part end
    where credit_lots.id = used.lot_id;
    insert into public.credit_lot_uses (transfer_id, lot_id, amount)
    values (give_back_to_lots.transfer_id, used.lot_id, part);
    missing := missing - part;
  end loop;
  if missing > 0 then
    raise exception 'Transfer % took % credits less from lots than it gives back.', source_id, missing;
  end if;
end;
$$;
comment on function private.give_back_to_lots(uuid, uuid, boolean, boolean) is
  'Undoes in the lots what an earlier transfer took, up to the new transfer''s amount: a hold ends '
  '(released or spent), or a spending is reversed. The account''s lock is held already.';

create function public.hold_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
    source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select private.take_from_player('hold', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.hold_credits(uuid, text, bigint, text, text, text) is
  'Sets credits aside: {transfer, balances, replayed}; transfer.id is the hold. End it with '
  'end_credit_hold. Refuses DS409 credits_insufficient. For the service only.';
grant execute on function public.hold_credits(uuid, text, bigint, text, text, text) to service_role;

create function public.end_credit_hold(
  hold_id uuid, ending text, idempotency_key text, amount bigint default null, source text default 'api')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  hold public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  open_amount bigint;
begin
  if ending is null or ending not in ('release', 'capture') then
    perform private.refuse(400, 'ending_invalid', 'A hold ends by release or capture.',
      'Send one of the two.');
  end if;
  -- Everybody who ends this hold stands in line here.
  select * into hold from public.credit_transfers
  where credit_transfers.id = end_credit_hold.hold_id and credit_transfers.kind = 'hold' for update;
  if hold.id is null then
    perform private.refuse(404, 'hold_not_found', 'There is no such hold.', 'Check the id of the hold.');
  end if;
  replay := private.begin_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    jsonb_build_object('hold_id', hold.id, 'ending', ending, 'amount', end_credit_hold.amount));
  if replay is not null then
    return replay;
  end if;
  select hold.amount - coalesce(sum(ended.amount), 0) into open_amount
  from public.credit_transfers as ended where ended.hold_id = hold.id;
  if open_amount = 0 then
    perform private.refuse(409, 'hold_ended', 'Nothing of this hold is left.', 'Nothing is left to do.');
  end if;
  if coalesce(end_credit_hold.amount, open_amount) > open_amount then
    perform private.refuse(409, 'hold_exceeded', format('Only %s of this hold are left.', open_amount),
      'Ask for less.');
  end if;
  transfer := private.make_transfer(ending, hold.player_id, hold.credit_type,
    coalesce(end_credit_hold.amount, open_amount), hold.reason, '', null);
  transfer.idempotency_key := format('%s:%s:%s', ending, hold.id, end_credit_hold.idempotency_key);
  transfer.hold_id := hold.id;
  perform private.give_back_to_lots(
    private.post_transfer(transfer, 'held', case ending when 'capture' then 'spent' else 'available' end),
    hold.id, true, ending = 'capture');
  return private.finish_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    private.move_credits(transfer, null, source));
end;
$$;
comment on function public.end_credit_hold(uuid, text, text, bigint, text) is
  'Releases a hold to the player or captures it as spent, wholly or in part; never more than was held, '
  'whoever races: {transfer, balances, replayed}. For the service only.';
grant execute on function public.end_credit_hold(uuid, text, text, bigint, text) to service_role;

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
  actor uuid := private.resolve_actor(acting_player_id);
  origin public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  new_id uuid;
begin
  if not private.has_role(actor, 'admin') then
    perform private.refuse(403, 'admin_only', 'Only admins can take a transfer back.', 'Ask an admin.');
  end if;
  replay := private.begin_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    jsonb_build_object('transfer_id', reverse_credit_transfer.transfer_id));
  if replay is not null then
    return replay;
  end if;
  select * into origin from public.credit_transfers
  where credit_transfers.id = reverse_credit_transfer.transfer_id;
  if origin.id is null then
    perform private.refuse(404, 'transfer_not_found', 'There is no such transfer.',
      'Check the id of the transfer.');
  end if;
  if origin.kind not in ('grant', 'spend') then
    perform private.refuse(409, 'not_reversible', 'Only grants and spendings can be taken back.',
      'Release a hold instead.');
  end if;
  transfer := private.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    reverse_credit_transfer.reason, '', actor);
  transfer.idempotency_key := 'reversal:' || origin.id;
  transfer.reversal_of := origin.id;
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
  return private.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    private.move_credits(transfer, actor, source));
end;
$$;
comment on function public.reverse_credit_transfer(uuid, text, text, uuid, text) is
  'Takes a grant or a spending back, once, by a transfer the other way: {transfer, balances, replayed}. A '
  'grant only while the player still has as much. Admins only, audited. Definer: nobody may write credits '
  'directly.';
grant execute on function public.reverse_credit_transfer(uuid, text, text, uuid, text)
  to authenticated, service_role;
