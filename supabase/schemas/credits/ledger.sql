-- Double entry: each transfer moves an amount from one account to another; its entries sum to zero. Rows are
-- never changed; a mistake is reversed by another transfer. Only functions write.

create table public.credit_accounts (
  id bigint generated always as identity primary key,
  player_id uuid references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  kind text not null check (kind in ('available', 'held', 'issuance', 'spent', 'expired')),
  balance bigint not null default 0,
  version bigint not null default 0,
  constraint credit_accounts_owner_key unique nulls not distinct (player_id, credit_type, kind),
  constraint credit_accounts_owner_check check ((player_id is not null) = (kind in ('available', 'held'))),
  constraint credit_accounts_overdraft_check check (player_id is null or balance >= 0)
);
comment on table public.credit_accounts is
  'One row is one account: available and held for each player; issuance, spent and expired for the system. A '
  'player''s balance is never below zero.';
comment on column public.credit_accounts.balance is
  'Equals balance_after of the account''s last entry; checked at commit.';
comment on column public.credit_accounts.version is 'Number of entries on the account.';
create index credit_accounts_credit_type_idx on public.credit_accounts (credit_type);

alter table public.credit_accounts enable row level security;
grant select on public.credit_accounts to authenticated, service_role;

create table public.credit_transfers (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('grant', 'spend', 'hold', 'release', 'capture', 'expire', 'reversal',
    'revoke')),
  credit_type text not null references public.credit_policies (credit_type),
  player_id uuid not null references public.profiles (id),
  amount bigint not null check (amount > 0),
  idempotency_key text not null unique,
  reversal_of uuid references public.credit_transfers (id),
  hold_id uuid references public.credit_transfers (id),
  request_id uuid,
  reason text check (platform.is_presentable(reason, 500, 1, true)),
  actor_id uuid references public.profiles (id),
  created_at timestamptz not null default clock_timestamp(),
  source text
);
comment on table public.credit_transfers is 'One row is one movement of one player''s credits. Append-only.';
comment on column public.credit_transfers.idempotency_key is
  'Identifies the cause: the same cause moves credits once.';
comment on column public.credit_transfers.reversal_of is
  'The transfer that this one reverses; each at most once.';
comment on column public.credit_transfers.hold_id is
  'The hold that a release or capture ends, wholly or in part.';
comment on column public.credit_transfers.source is
  'Where it was made: web, discord, system, or api: with the name of the key. Null for the payment of a request, '
  'whose decisions have theirs.';
create unique index credit_transfers_reversal_of_key on public.credit_transfers (reversal_of);
create index credit_transfers_hold_id_idx on public.credit_transfers (hold_id);
create index credit_transfers_request_id_idx on public.credit_transfers (request_id);
create index credit_transfers_player_idx on public.credit_transfers (player_id, created_at desc, id);
create index credit_transfers_actor_id_idx on public.credit_transfers (actor_id);
create index credit_transfers_credit_type_idx on public.credit_transfers (credit_type);

alter table public.credit_transfers enable row level security;
grant select on public.credit_transfers to authenticated, service_role;

create trigger on_credit_transfer_insert_check_reason
  before insert on public.credit_transfers
  for each row when (new.reason is not null)
  execute function platform.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '1', 'true');
create trigger on_credit_transfer_check_amount before insert on public.credit_transfers
  for each row execute function platform.check_shown_amount();

create table public.credit_entries (
  id bigint generated always as identity primary key,
  transfer_id uuid not null references public.credit_transfers (id),
  account_id bigint not null references public.credit_accounts (id),
  account_version bigint not null check (account_version > 0),
  amount bigint not null check (amount <> 0),
  balance_before bigint not null,
  balance_after bigint not null,
  unique (transfer_id, account_id),
  unique (account_id, account_version),
  check (balance_after = balance_before + amount)
);
comment on table public.credit_entries is
  'One row is the effect of one transfer on one account. Append-only; the entries of a transfer sum to zero.';
comment on column public.credit_entries.account_version is
  'Position in the account''s own history, without gaps.';

alter table public.credit_entries enable row level security;
grant select on public.credit_entries to authenticated, service_role;

create policy "Players see their own accounts, managers all"
  on public.credit_accounts for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));
create policy "Players see their own transfers, managers all"
  on public.credit_transfers for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));
create policy "Players see the entries of their own accounts, managers all"
  on public.credit_entries for select to authenticated
  using (
    account_id in (
      select credit_accounts.id from public.credit_accounts
      where credit_accounts.player_id = (select identity.current_player_id()))
    or (select identity.is_manager()));

create trigger on_credit_transfers_change_refuse
  before update or delete or truncate on public.credit_transfers
  for each statement execute function platform.forbid_change();
create trigger on_credit_entries_change_refuse
  before update or delete or truncate on public.credit_entries
  for each statement execute function platform.forbid_change();
create trigger on_credit_accounts_removal_refuse
  before delete or truncate on public.credit_accounts
  for each statement execute function platform.forbid_change();

create function credits.on_credit_transfer_check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  transfer uuid := coalesce(to_jsonb(new) ->> 'transfer_id', to_jsonb(new) ->> 'id')::uuid;
  total bigint;
  entry_count int;
begin
  select coalesce(sum(credit_entries.amount), 0), count(*) into total, entry_count
  from public.credit_entries where credit_entries.transfer_id = transfer;
  if total <> 0 or entry_count < 2 then
    raise exception 'Transfer % does not balance: % entries sum to %.', transfer, entry_count, total;
  end if;
  return null;
end;
$$;
comment on function credits.on_credit_transfer_check() is
  'Refuses, at commit, a transfer with fewer than two entries or a sum other than zero.';

create constraint trigger on_credit_transfer_check
  after insert on public.credit_transfers deferrable initially deferred
  for each row execute function credits.on_credit_transfer_check();
create constraint trigger on_credit_entry_check
  after insert on public.credit_entries deferrable initially deferred
  for each row execute function credits.on_credit_transfer_check();

create function credits.on_credit_account_check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  account record;
  last_entry record;
begin
  select * into account from public.credit_accounts where credit_accounts.id = new.id;
  select * into last_entry from public.credit_entries
  where credit_entries.account_id = new.id order by credit_entries.account_version desc limit 1;
  if (account.balance, account.version)
    is distinct from (coalesce(last_entry.balance_after, 0), coalesce(last_entry.account_version, 0)) then
    raise exception 'The balance of account % does not follow from its entries.', new.id;
  end if;
  return null;
end;
$$;
comment on function credits.on_credit_account_check() is
  'Refuses, at commit, a balance that differs from the balance after the account''s last entry.';

create constraint trigger on_credit_account_check
  after insert or update on public.credit_accounts deferrable initially deferred
  for each row execute function credits.on_credit_account_check();
