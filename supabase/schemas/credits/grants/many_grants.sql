-- Many grants in one transaction. One at a time, each would update the system's account, and Postgres would read
-- all its earlier versions again for each.

create function credits.grant_to_players(transfers public.credit_transfers[], expiries timestamptz[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  granted record;
begin
  perform credits.get_credit_account(null, types.credit_type, 'issuance')
  from (
    select distinct listed.credit_type from unnest(transfers) as listed order by listed.credit_type
  ) as types;
  perform from public.credit_accounts as account
  where account.player_id is null and account.kind = 'issuance'
    and account.credit_type in (select listed.credit_type from unnest(transfers) as listed)
  order by account.id
  for update;
  insert into public.credit_transfers (
    id, kind, credit_type, player_id, amount, idempotency_key, reason, actor_id, source)
  select listed.id, 'grant', listed.credit_type, listed.player_id, listed.amount, listed.idempotency_key,
    listed.reason, listed.actor_id, listed.source
  from unnest(transfers) as listed;
  insert into public.credit_entries (
    transfer_id, account_id, account_version, amount, balance_before, balance_after)
  select entry.transfer_id, entry.account_id, entry.version + row_number() over so_far, entry.change,
    entry.balance + sum(entry.change) over so_far - entry.change, entry.balance + sum(entry.change) over so_far
  from (
    select listed.id as transfer_id, listed.place, account.id as account_id, account.version, account.balance,
      listed.amount as change
    from unnest(transfers) with ordinality as listed (
      id, kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason,
      actor_id, created_at, source, place)
    join public.credit_accounts as account on account.player_id = listed.player_id
      and account.credit_type = listed.credit_type and account.kind = 'available'
    union all
    select listed.id, listed.place, account.id, account.version, account.balance, -listed.amount
    from unnest(transfers) with ordinality as listed (
      id, kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason,
      actor_id, created_at, source, place)
    join public.credit_accounts as account on account.player_id is null
      and account.credit_type = listed.credit_type and account.kind = 'issuance'
  ) as entry
  window so_far as (partition by entry.account_id order by entry.place)
  order by entry.account_id, entry.place;
  update public.credit_accounts as account
  set balance = moved.balance, version = moved.version
  from (
    select distinct on (entry.account_id) entry.account_id, entry.balance_after as balance,
      entry.account_version as version
    from public.credit_entries as entry
    where entry.transfer_id in (select listed.id from unnest(transfers) as listed)
    order by entry.account_id, entry.account_version desc
  ) as moved
  where account.id = moved.account_id;
  insert into public.credit_lots (transfer_id, player_id, credit_type, granted, available, expires_at)
  select listed.id, listed.player_id, listed.credit_type, listed.amount, listed.amount, ending.expires_at
  from unnest(transfers) with ordinality as listed (
    id, kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason, actor_id,
    created_at, source, place)
  join unnest(expiries) with ordinality as ending (expires_at, place) on ending.place = listed.place
  order by listed.place;
  for granted in select * from unnest(transfers) as listed loop
    perform platform.record_audit('credits.grant', 'player', granted.player_id::text, null,
      jsonb_build_object('credit_type', granted.credit_type, 'amount', granted.amount,
        'transfer_id', granted.id, 'reason', granted.reason, 'is_fallback', false),
      granted.actor_id, granted.source);
  end loop;
  perform credits.announce_balances(receiver.player_id)
  from (select distinct listed.player_id from unnest(transfers) as listed) as receiver;
end;
$$;
comment on function credits.grant_to_players(public.credit_transfers[], timestamptz[]) is
  'Issues judged grants as lots that expire at the parallel times (null: never), with their audit and messages, in '
  'as many statements as for one. Each transfer brings its id and key. The caller holds lock_receivers.';
