-- Ending lots locks a player's account before the transfer that spends locks the system's. In the order of ids a transfer
-- the other way locked the system's first, and the two could deadlock. The player's account always comes first now, which
-- also keeps the system's accounts, the only ones that everybody shares, locked for a shorter time.

create or replace function private.post_transfer(
  transfer public.credit_transfers, from_kind text, to_kind text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  from_id bigint := private.get_credit_account(
    case when from_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, from_kind);
  to_id bigint := private.get_credit_account(
    case when to_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, to_kind);
  new_id uuid;
  account record;
  change bigint;
begin
  insert into public.credit_transfers (
    kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason, actor_id)
  values (
    transfer.kind, transfer.credit_type, transfer.player_id, transfer.amount, transfer.idempotency_key,
    transfer.reversal_of, transfer.hold_id, transfer.request_id, transfer.reason, transfer.actor_id)
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
      perform private.refuse(409, 'credits_insufficient',
        format('There are only %s %s %s credits.', account.balance, account.kind, account.credit_type),
        'Ask for less, or request credits first.');
    end if;
    change := case when account.id = from_id then -transfer.amount else transfer.amount end;
    insert into public.credit_entries (
      transfer_id, account_id, account_version, amount, balance_before, balance_after)
    values (new_id, account.id, account.version + 1, change, account.balance, account.balance + change);
    update public.credit_accounts
    set balance = account.balance + change, version = account.version + 1
    where credit_accounts.id = account.id;
  end loop;
  return new_id;
end;
$$;
comment on function private.post_transfer(public.credit_transfers, text, text) is
  'Moves credits between two accounts and returns the transfer''s id; null when its idempotency key moved '
  'them before. Locks the accounts of the player first, then those of the system, each in the order of ids, '
  'so that no two transfers deadlock. Refuses DS409 on an overdraft.';
