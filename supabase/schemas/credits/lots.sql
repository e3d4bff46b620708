create table public.credit_lots (
  id bigint generated always as identity primary key,
  transfer_id uuid not null unique references public.credit_transfers (id),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  granted bigint not null check (granted > 0),
  available bigint not null check (available >= 0),
  held bigint not null default 0 check (held >= 0),
  expires_at timestamptz,
  check (available + held <= granted)
);
comment on table public.credit_lots is
  'One row is the rest of one grant. Credits are taken from the lot that expires soonest; a player''s lots add up '
  'to the balances of the player''s accounts.';
create index credit_lots_open_idx on public.credit_lots (player_id, credit_type, expires_at, id)
  where available > 0;
create index credit_lots_expiry_idx on public.credit_lots (expires_at)
  where available > 0 and expires_at is not null;
create index credit_lots_credit_type_idx on public.credit_lots (credit_type);

alter table public.credit_lots enable row level security;
grant select on public.credit_lots to authenticated, service_role;

create table credits.credit_lot_uses (
  transfer_id uuid not null references public.credit_transfers (id),
  lot_id bigint not null references public.credit_lots (id),
  amount bigint not null check (amount > 0),
  primary key (transfer_id, lot_id)
);
comment on table credits.credit_lot_uses is
  'One row is how much a transfer took from, or returned to, one lot. Append-only.';
create index credit_lot_uses_lot_id_idx on credits.credit_lot_uses (lot_id);

alter table credits.credit_lot_uses enable row level security;

create policy "Players see their own lots, managers all"
  on public.credit_lots for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create trigger on_credit_lot_uses_change_refuse
  before update or delete or truncate on credits.credit_lot_uses
  for each statement execute function platform.forbid_change();
create trigger on_credit_lot_check_times before insert on public.credit_lots
  for each row execute function platform.check_shown_times('expires_at');

create function credits.take_from_lots(transfer_id uuid, is_hold boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  lot record;
  missing bigint;
  taken bigint;
begin
  select * into transfer from public.credit_transfers where credit_transfers.id = take_from_lots.transfer_id;
  missing := transfer.amount;
  for lot in
    select * from public.credit_lots
    where credit_lots.player_id = transfer.player_id and credit_lots.credit_type = transfer.credit_type
      and credit_lots.available > 0
    order by credit_lots.expires_at nulls last, credit_lots.id
    for update
  loop
    exit when missing = 0;
    taken := least(missing, lot.available);
    update public.credit_lots
    set available = credit_lots.available - taken,
      held = credit_lots.held + case when is_hold then taken else 0 end
    where credit_lots.id = lot.id;
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount) values (transfer.id, lot.id, taken);
    missing := missing - taken;
  end loop;
  if missing > 0 then
    raise exception 'The lots of player % hold % credits less than the account.', transfer.player_id, missing;
  end if;
end;
$$;
comment on function credits.take_from_lots(uuid, boolean) is
  'Takes the amount of a spend or hold from the lots, soonest-expiring first. The account is already locked.';

create function credits.give_back_to_lots(transfer_id uuid, source_id uuid, is_hold_ended boolean,
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
        from credits.credit_lot_uses as ended
        join public.credit_transfers as ending on ending.id = ended.transfer_id
        where ended.lot_id = use.lot_id and ending.hold_id = give_back_to_lots.source_id), 0) as amount
    from credits.credit_lot_uses as use
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
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount)
    values (give_back_to_lots.transfer_id, used.lot_id, part);
    missing := missing - part;
  end loop;
  if missing > 0 then
    raise exception 'Transfer % took % credits less from lots than it gives back.', source_id, missing;
  end if;
end;
$$;
comment on function credits.give_back_to_lots(uuid, uuid, boolean, boolean) is
  'Returns to the lots what an earlier transfer took, up to the new transfer''s amount: a hold ends (released or '
  'spent), or a spend is reversed. The account is already locked.';

create function credits.expire_lots(player_id uuid default null, credit_type text default null)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  due_lots bigint[];
  lot record;
  transfer public.credit_transfers;
  transfer_id uuid;
  expired_count int := 0;
begin
  -- The accounts first, then the lots: the same order wherever credits are taken.
  select array_agg(due.id) into due_lots
  from (
    select credit_lots.id from public.credit_lots
    where credit_lots.expires_at <= now() and credit_lots.available > 0
      and (expire_lots.player_id is null or credit_lots.player_id = expire_lots.player_id)
      and (expire_lots.credit_type is null or credit_lots.credit_type = expire_lots.credit_type)
    order by credit_lots.expires_at, credit_lots.id limit 500
  ) as due;
  if due_lots is null then
    return 0;
  end if;
  perform credits.lock_available_accounts(array_agg(due.player_id), array_agg(due.credit_type))
  from public.credit_lots as due where due.id = any (due_lots);
  for lot in
    select * from public.credit_lots
    where credit_lots.id = any (due_lots) and credit_lots.available > 0
    order by credit_lots.credit_type, credit_lots.player_id, credit_lots.id
    for update
  loop
    transfer.kind := 'expire';
    transfer.source := 'system';
    transfer.player_id := lot.player_id;
    transfer.credit_type := lot.credit_type;
    transfer.amount := lot.available;
    transfer.idempotency_key := format('expire:%s:%s', lot.id, gen_random_uuid());
    transfer_id := credits.post_transfer(transfer, 'available', 'expired');
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount)
    values (transfer_id, lot.id, lot.available);
    update public.credit_lots set available = 0 where credit_lots.id = lot.id;
    perform credits.announce_balances(lot.player_id);
    expired_count := expired_count + 1;
  end loop;
  return expired_count;
end;
$$;
comment on function credits.expire_lots(uuid, text) is
  'Expires credits of one player and type or of all; returns the number of lots. Safe to run at any time, and '
  'twice.';
