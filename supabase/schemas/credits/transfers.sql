-- The only way credits move.

create table credits.low_balances (
  credit_type text primary key references public.credit_policies (credit_type),
  below bigint not null check (below > 0),
  updated_at timestamptz not null default now()
);
comment on table credits.low_balances is
  'One row is the balance below which a player is warned that credits of one type run low. Without a row, nobody '
  'is.';

alter table credits.low_balances enable row level security;

create function credits.warn_of_low_balance(
  player_id uuid, credit_type text, balance_before bigint, balance_after bigint)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  low_below bigint := (
    select low.below from credits.low_balances as low
    where low.credit_type = warn_of_low_balance.credit_type);
begin
  if balance_before >= low_below and balance_after < low_below then
    perform platform.emit_event('credits/balance.low', jsonb_build_object(
      'player_id', player_id, 'credit_type', credit_type, 'available', balance_after, 'below', low_below));
  end if;
end;
$$;
comment on function credits.warn_of_low_balance(uuid, text, bigint, bigint) is
  'Emits credits/balance.low when an available balance falls below the limit of its type: once, until it has risen '
  'to the limit again.';

create function credits.find_credit_account(player_id uuid, credit_type text, kind text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- Plans are kept for a session, unlike those of an SQL function: each transfer looks up two accounts. Two
  -- branches, because "is not distinct from" uses no index.
  if find_credit_account.player_id is null then
    return (
      select account.id from public.credit_accounts as account
      where account.player_id is null
        and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind);
  end if;
  return (
    select account.id from public.credit_accounts as account
    where account.player_id = find_credit_account.player_id
      and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind);
end;
$$;
comment on function credits.find_credit_account(uuid, text, text) is
  'The id of the account, null if missing. A null player means the system.';

create function credits.get_credit_account(player_id uuid, credit_type text, kind text)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  account_id bigint := credits.find_credit_account(player_id, credit_type, kind);
begin
  if account_id is null then
    insert into public.credit_accounts (player_id, credit_type, kind)
    values (get_credit_account.player_id, get_credit_account.credit_type, get_credit_account.kind)
    on conflict on constraint credit_accounts_owner_key do nothing
    returning id into account_id;
    if account_id is null then
      account_id := credits.find_credit_account(
        get_credit_account.player_id, get_credit_account.credit_type, get_credit_account.kind);
    end if;
  end if;
  return account_id;
end;
$$;
comment on function credits.get_credit_account(uuid, text, text) is
  'The id of the account, created if missing. A null player means the system.';

create function credits.lock_available_accounts(player_ids uuid[], credit_types text[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  owner record;
begin
  for owner in
    select distinct pair.player_id, pair.credit_type
    from unnest(lock_available_accounts.player_ids, lock_available_accounts.credit_types)
      as pair (player_id, credit_type)
    order by pair.player_id, pair.credit_type
  loop
    perform credits.get_credit_account(owner.player_id, owner.credit_type, 'available');
  end loop;
  perform from public.credit_accounts as account
  where account.kind = 'available'
    and (account.player_id, account.credit_type) in (
      select pair.player_id, pair.credit_type
      from unnest(lock_available_accounts.player_ids, lock_available_accounts.credit_types)
        as pair (player_id, credit_type))
  order by account.id
  for update;
end;
$$;
comment on function credits.lock_available_accounts(uuid[], text[]) is
  'Locks the available accounts of several players (two parallel lists), created if missing, in order of ids. A '
  'transaction that moves credits of more than one player calls it before its first transfer, which locks an '
  'account of the system: whoever holds one of those waits for no player.';

-- Expiring lots locks a player's account before the spending transfer locks the system's, so the player's
-- account always comes first. In plain id order, an opposite transfer would lock the system's account first,
-- and the two could deadlock. It also shortens the lock on the system's accounts, which everybody shares.
create function credits.post_transfer(
  transfer public.credit_transfers, from_kind text, to_kind text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  from_id bigint := credits.get_credit_account(
    case when from_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, from_kind);
  to_id bigint := credits.get_credit_account(
    case when to_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, to_kind);
  new_id uuid;
  account record;
  change bigint;
begin
  insert into public.credit_transfers (
    kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason, actor_id,
    source)
  values (
    transfer.kind, transfer.credit_type, transfer.player_id, transfer.amount, transfer.idempotency_key,
    transfer.reversal_of, transfer.hold_id, transfer.request_id, transfer.reason, transfer.actor_id,
    transfer.source)
  on conflict (idempotency_key) do nothing
  returning id into new_id;
  if new_id is null then
    return null;
  end if;
  for account in
    select * from public.credit_accounts
    where credit_accounts.id in (from_id, to_id)
    order by (credit_accounts.player_id is null), credit_accounts.id
    for update
  loop
    if account.id = from_id and account.player_id is not null and account.balance < transfer.amount then
      perform platform.refuse(409, 'credits_insufficient',
        format('Only %s %s %s credits are left.', account.balance, account.kind, account.credit_type),
        'Ask for less, or request credits first.');
    end if;
    change := case when account.id = from_id then -transfer.amount else transfer.amount end;
    insert into public.credit_entries (
      transfer_id, account_id, account_version, amount, balance_before, balance_after)
    values (new_id, account.id, account.version + 1, change, account.balance, account.balance + change);
    update public.credit_accounts
    set balance = account.balance + change, version = account.version + 1
    where credit_accounts.id = account.id;
    if account.kind = 'available' and change < 0 then
      perform credits.warn_of_low_balance(account.player_id, account.credit_type, account.balance,
        account.balance + change);
    end if;
  end loop;
  return new_id;
end;
$$;
comment on function credits.post_transfer(public.credit_transfers, text, text) is
  'Moves credits between two accounts and returns the transfer''s id; null if its idempotency key already moved '
  'them. Locks the player''s accounts first, then the system''s, each in order of ids, so no two transfers '
  'deadlock. Refuses DS409 on an overdraft.';

create function credits.grant_to_player(transfer public.credit_transfers, expires_at timestamptz)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer_id uuid;
begin
  transfer.kind := 'grant';
  transfer_id := credits.post_transfer(transfer, 'issuance', 'available');
  if transfer_id is not null then
    insert into public.credit_lots (transfer_id, player_id, credit_type, granted, available, expires_at)
    values (transfer_id, transfer.player_id, transfer.credit_type, transfer.amount, transfer.amount,
      grant_to_player.expires_at);
  end if;
  return transfer_id;
end;
$$;
comment on function credits.grant_to_player(public.credit_transfers, timestamptz) is
  'Issues credits to a player as a new lot and returns the transfer''s id; null if that already happened.';

create function credits.describe_balances(player_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_object_agg(policy.credit_type, jsonb_build_object(
    'available', coalesce((
      select account.balance from public.credit_accounts as account
      where account.player_id = describe_balances.player_id
        and account.credit_type = policy.credit_type and account.kind = 'available'), 0),
    'held', coalesce((
      select account.balance from public.credit_accounts as account
      where account.player_id = describe_balances.player_id
        and account.credit_type = policy.credit_type and account.kind = 'held'), 0)))
  from public.credit_policies as policy;
$$;
comment on function credits.describe_balances(uuid) is
  '{ai: {available, held}, lead: {available, held}} of a player.';
grant execute on function credits.describe_balances(uuid) to authenticated, service_role;

create function credits.announce_balances(player_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  balances jsonb := credits.describe_balances(announce_balances.player_id);
begin
  perform realtime.send(balances, 'balance_changed', 'player:' || announce_balances.player_id, true);
  return balances;
end;
$$;
comment on function credits.announce_balances(uuid) is
  'Sends the new balances to the player''s open pages on commit, and returns them.';
