-- Credits on hold until it is known what they are spent on.

create function public.hold_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
    source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select credits.take_from_player('hold', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.hold_credits(uuid, text, bigint, text, text, text) is
  'Puts credits on hold: {transfer, balances, replayed}; transfer.id is the hold. End it with end_credit_hold. '
  'Refuses DS409 credits_insufficient. For the service only.';
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
    perform platform.refuse(400, 'ending_invalid', 'A hold ends by release or capture.',
      'Send one of the two.');
  end if;
  -- Everybody who ends this hold queues here.
  select * into hold from public.credit_transfers
  where credit_transfers.id = end_credit_hold.hold_id and credit_transfers.kind = 'hold' for update;
  if hold.id is null then
    perform platform.refuse(404, 'hold_not_found', 'There is no such hold.', 'Check the id of the hold.');
  end if;
  replay := platform.begin_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    jsonb_build_object('hold_id', hold.id, 'ending', ending, 'amount', end_credit_hold.amount));
  if replay is not null then
    return replay;
  end if;
  select hold.amount - coalesce(sum(ended.amount), 0) into open_amount
  from public.credit_transfers as ended where ended.hold_id = hold.id;
  if open_amount = 0 then
    perform platform.refuse(409, 'hold_ended', 'Nothing is left of this hold.', 'Nothing is left to do.');
  end if;
  if coalesce(end_credit_hold.amount, open_amount) > open_amount then
    perform platform.refuse(409, 'hold_exceeded', format('Only %s are left of this hold.', open_amount),
      'Ask for less.');
  end if;
  transfer := credits.make_transfer(ending, hold.player_id, hold.credit_type,
    coalesce(end_credit_hold.amount, open_amount), hold.reason, '', null, source);
  transfer.idempotency_key := format('%s:%s:%s', ending, hold.id, end_credit_hold.idempotency_key);
  transfer.hold_id := hold.id;
  perform credits.give_back_to_lots(
    credits.post_transfer(transfer, 'held', case ending when 'capture' then 'spent' else 'available' end),
    hold.id, true, ending = 'capture');
  return platform.finish_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    credits.move_credits(transfer, null, source)
    || jsonb_build_object('open_amount', open_amount - transfer.amount));
end;
$$;
comment on function public.end_credit_hold(uuid, text, text, bigint, text) is
  'Releases a hold to the player or captures it as spent, wholly or in part; never more than was held, even in a '
  'race: {transfer, balances, open_amount, replayed}. open_amount stays on hold. For the service only.';
grant execute on function public.end_credit_hold(uuid, text, text, bigint, text) to service_role;
