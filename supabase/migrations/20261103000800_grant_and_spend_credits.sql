-- Credits that move without a request: an admin's grant, and what the product spends or sets aside.

create function private.move_credits(transfer public.credit_transfers, actor uuid, source text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  done public.credit_transfers;
begin
  select * into done from public.credit_transfers
  where credit_transfers.idempotency_key = transfer.idempotency_key;
  perform private.record_audit('credits.' || transfer.kind, 'player', transfer.player_id::text, null,
    jsonb_build_object('credit_type', transfer.credit_type, 'amount', transfer.amount, 'transfer_id', done.id,
      'reason', transfer.reason), actor, private.resolve_source(source));
  return jsonb_build_object(
    'transfer', to_jsonb(done), 'balances', private.announce_balances(transfer.player_id));
end;
$$;
comment on function private.move_credits(public.credit_transfers, uuid, text) is
  'What follows from a transfer that was just posted: audit, announcement, and the answer {transfer, '
  'balances}.';

create function private.make_transfer(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, actor uuid)
returns public.credit_transfers
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
begin
  if amount is null or amount not between 1 and 1000000000 then
    perform private.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  if not exists (
    select from public.credit_policies
    where credit_policies.credit_type = make_transfer.credit_type) then
    perform private.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if not exists (select from public.profiles where profiles.id = make_transfer.player_id) then
    perform private.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
  end if;
  transfer.kind := make_transfer.kind;
  transfer.player_id := make_transfer.player_id;
  transfer.credit_type := make_transfer.credit_type;
  transfer.amount := make_transfer.amount;
  transfer.reason := left(nullif(trim(make_transfer.reason), ''), 500);
  transfer.idempotency_key := format('%s:%s:%s', make_transfer.kind, coalesce(actor::text, 'service'),
    make_transfer.idempotency_key);
  transfer.actor_id := make_transfer.actor;
  return transfer;
end;
$$;
comment on function private.make_transfer(text, uuid, text, bigint, text, text, uuid) is
  'A checked transfer, not yet posted. Refuses DS400 and DS404. The idempotency key is the actor''s own.';

create function public.grant_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  expires_at timestamptz default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  transfer public.credit_transfers;
  replay jsonb;
begin
  if not private.has_role(actor, 'admin') then
    perform private.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if expires_at <= now() then
    perform private.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.',
      'Choose a later time.');
  end if;
  transfer := private.make_transfer('grant', player_id, credit_type, amount, reason, idempotency_key, actor);
  replay := private.begin_command('grant_credits', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  perform private.grant_to_player(transfer, grant_credits.expires_at);
  return private.finish_command('grant_credits', actor, idempotency_key,
    private.move_credits(transfer, actor, source));
end;
$$;
comment on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text) is
  'Gives a player credits, which may expire: {transfer, balances, replayed}. Admins only, audited. Definer: '
  'nobody may write credits directly.';
grant execute on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text)
  to authenticated, service_role;

create function private.take_from_player(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, source text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  command text := kind || '_credits';
  transfer public.credit_transfers :=
    private.make_transfer(kind, player_id, credit_type, amount, reason, idempotency_key, null);
  replay jsonb := private.begin_command(command, player_id, idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount));
begin
  if replay is not null then
    return replay;
  end if;
  transfer.idempotency_key := format('%s:%s:%s', kind, player_id, take_from_player.idempotency_key);
  perform private.expire_lots(take_from_player.player_id);
  perform private.take_from_lots(
    private.post_transfer(transfer, 'available', case kind when 'hold' then 'held' else 'spent' end),
    kind = 'hold');
  return private.finish_command(command, player_id, idempotency_key,
    private.move_credits(transfer, null, source));
end;
$$;
comment on function private.take_from_player(text, uuid, text, bigint, text, text, text) is
  'Spends or holds credits of a player, soonest-expiring first, once per player, kind and key: '
  '{transfer, balances, replayed}. Refuses DS409 credits_insufficient.';

create function public.spend_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select private.take_from_player('spend', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.spend_credits(uuid, text, bigint, text, text, text) is
  'Takes credits from a player, soonest-expiring first: {transfer, balances, replayed}. Refuses DS409 '
  'credits_insufficient. For the service only.';
grant execute on function public.spend_credits(uuid, text, bigint, text, text, text) to service_role;

create function private.expire_lots(player_id uuid default null)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  lot record;
  transfer public.credit_transfers;
  transfer_id uuid;
  expired_count int := 0;
begin
  for lot in
    select * from public.credit_lots
    where credit_lots.expires_at <= now() and credit_lots.available > 0
      and (expire_lots.player_id is null or credit_lots.player_id = expire_lots.player_id)
    order by credit_lots.player_id, credit_lots.id limit 500
  loop
    -- The account first, then the lot: the order of everybody who takes credits.
    perform from public.credit_accounts as account
    where account.player_id = lot.player_id and account.credit_type = lot.credit_type
      and account.kind = 'available'
    for update;
    select * into lot from public.credit_lots where credit_lots.id = lot.id for update;
    continue when lot.available = 0;
    transfer.kind := 'expire';
    transfer.player_id := lot.player_id;
    transfer.credit_type := lot.credit_type;
    transfer.amount := lot.available;
    transfer.idempotency_key := format('expire:%s:%s', lot.id, gen_random_uuid());
    transfer_id := private.post_transfer(transfer, 'available', 'expired');
    insert into public.credit_lot_uses (transfer_id, lot_id, amount)
    values (transfer_id, lot.id, lot.available);
    update public.credit_lots set available = 0 where credit_lots.id = lot.id;
    perform private.announce_balances(lot.player_id);
    expired_count := expired_count + 1;
  end loop;
  return expired_count;
end;
$$;
comment on function private.expire_lots(uuid) is
  'Ends credits whose time is over, of one player or of all; returns how many lots. Safe to run at any '
  'time, and twice.';
