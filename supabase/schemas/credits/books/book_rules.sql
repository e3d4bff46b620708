-- The rules of the books, recomputed from the first entry on. Each finds what breaks it: {rule, subject, expected,
-- found}.

create function credits.find_entry_problems()
returns table (rule text, subject text, expected text, found text)
language sql
stable
security definer
set search_path = ''
as $$
  with sums as (
    select entry.transfer_id, sum(entry.amount) as total, count(*) as entry_count,
      max(abs(entry.amount)) as amount
    from public.credit_entries as entry group by entry.transfer_id
  )
  select 'transfer_balances', transfer.id::text, '2 entries of ' || transfer.amount || ' that sum to 0',
    coalesce(sums.entry_count, 0) || ' entries that sum to ' || coalesce(sums.total, 0)
  from public.credit_transfers as transfer
  left join sums on sums.transfer_id = transfer.id
  where sums.total is distinct from 0 or sums.entry_count <> 2 or sums.amount <> transfer.amount
  union all
  select 'entry_fits_transfer', entry.id::text, transfer.credit_type || ' of ' || transfer.player_id,
    account.credit_type || ' of ' || coalesce(account.player_id::text, 'the system')
  from public.credit_entries as entry
  join public.credit_transfers as transfer on transfer.id = entry.transfer_id
  join public.credit_accounts as account on account.id = entry.account_id
  where account.credit_type <> transfer.credit_type or account.player_id <> transfer.player_id
  union all
  select 'entries_follow', chained.id::text,
    'version ' || chained.place || ' from ' || chained.previous,
    'version ' || chained.account_version || ' from ' || chained.balance_before
  from (
    select entry.id, entry.account_version, entry.balance_before,
      row_number() over in_order as place,
      lag(entry.balance_after, 1, 0::bigint) over in_order as previous
    from public.credit_entries as entry
    window in_order as (partition by entry.account_id order by entry.account_version)
  ) as chained
  where chained.account_version <> chained.place or chained.balance_before <> chained.previous
  union all
  select 'balance_equals_entries', account.id::text,
    coalesce(booked.total, 0) || ' after ' || coalesce(booked.entry_count, 0) || ' entries',
    account.balance || ' after ' || account.version || ' entries'
  from public.credit_accounts as account
  left join (
    select entry.account_id, sum(entry.amount) as total, count(*) as entry_count
    from public.credit_entries as entry group by entry.account_id
  ) as booked on booked.account_id = account.id
  where account.balance <> coalesce(booked.total, 0) or account.version <> coalesce(booked.entry_count, 0)
    or (account.player_id is not null and account.balance < 0);
$$;
comment on function credits.find_entry_problems() is
  'Where transfers, entries and accounts disagree: each transfer has two entries of its amount that sum to zero, '
  'in accounts of its type and player; versions of an account are contiguous and each entry begins where the '
  'last one ended; a balance is the sum of its entries and, for a player, not below zero.';

create function credits.find_lot_problems()
returns table (rule text, subject text, expected text, found text)
language sql
stable
security definer
set search_path = ''
as $$
  with lots as (
    select lot.player_id, lot.credit_type, sum(lot.available) as available, sum(lot.held) as held
    from public.credit_lots as lot group by lot.player_id, lot.credit_type
  ),
  holds as (
    select hold.id, hold.player_id, hold.credit_type, hold.amount - coalesce(sum(ended.amount), 0) as open_amount
    from public.credit_transfers as hold
    left join public.credit_transfers as ended on ended.hold_id = hold.id
    where hold.kind = 'hold'
    group by hold.id
  ),
  open_holds as (
    select holds.player_id, holds.credit_type, sum(holds.open_amount) as held
    from holds group by holds.player_id, holds.credit_type
  ),
  uses as (
    select used.lot_id,
      sum(used.amount * case
        when transfer.kind in ('spend', 'hold', 'expire', 'revoke') then -1
        when transfer.kind = 'release' then 1
        when transfer.kind = 'reversal' then case origin.kind when 'spend' then 1 else -1 end
        else 0 end) as available,
      sum(used.amount * case
        when transfer.kind = 'hold' then 1
        when transfer.kind in ('release', 'capture') then -1
        else 0 end) as held
    from credits.credit_lot_uses as used
    join public.credit_transfers as transfer on transfer.id = used.transfer_id
    left join public.credit_transfers as origin on origin.id = transfer.reversal_of
    group by used.lot_id
  )
  select 'lots_equal_balance', account.id::text,
    case account.kind when 'held' then coalesce(lots.held, 0) else coalesce(lots.available, 0) end
      || ' ' || account.kind || ' in lots',
    account.balance || ' in the account'
  from public.credit_accounts as account
  left join lots on lots.player_id = account.player_id and lots.credit_type = account.credit_type
  where account.player_id is not null
    and account.balance <> case account.kind
      when 'held' then coalesce(lots.held, 0) else coalesce(lots.available, 0) end
  union all
  select 'lot_equals_uses', lot.id::text,
    lot.granted + coalesce(uses.available, 0) || ' available, ' || coalesce(uses.held, 0) || ' held',
    lot.available || ' available, ' || lot.held || ' held'
  from public.credit_lots as lot
  left join uses on uses.lot_id = lot.id
  where lot.available <> lot.granted + coalesce(uses.available, 0) or lot.held <> coalesce(uses.held, 0)
  union all
  select 'lot_per_grant', transfer.id::text, 'a lot of ' || transfer.amount,
    coalesce('a lot of ' || lot.granted, 'none')
  from public.credit_transfers as transfer
  left join public.credit_lots as lot on lot.transfer_id = transfer.id
  where transfer.kind = 'grant' and lot.granted is distinct from transfer.amount
  union all
  select 'hold_not_exceeded', holds.id::text, 'at least 0 left', holds.open_amount || ' left'
  from holds where holds.open_amount < 0
  union all
  select 'holds_equal_balance', account.id::text, coalesce(open_holds.held, 0) || ' in open holds',
    account.balance || ' in the account'
  from public.credit_accounts as account
  left join open_holds on open_holds.player_id = account.player_id
    and open_holds.credit_type = account.credit_type
  where account.kind = 'held' and account.balance <> coalesce(open_holds.held, 0);
$$;
comment on function credits.find_lot_problems() is
  'Where lots and holds disagree with balances: a player''s lots add up to what is available and held, each lot to '
  'its uses, each grant has its lot, and open holds add up to what is held.';

create function credits.find_payment_problems()
returns table (rule text, subject text, expected text, found text)
language sql
stable
security definer
set search_path = ''
as $$
  select 'request_paid_once', request.id::text,
    'one transfer of ' || request.amount || ' ' || request.credit_type,
    count(transfer.id) || ' transfers of ' || coalesce(sum(transfer.amount), 0)
  from public.credit_requests as request
  left join public.credit_transfers as transfer
    on transfer.request_id = request.id and transfer.id = request.transfer_id
    and transfer.player_id = request.player_id and transfer.credit_type = request.credit_type
  where request.state = 'approved'
  group by request.id
  having count(transfer.id) <> 1 or sum(transfer.amount) <> request.amount
  union all
  select 'day_equals_transfers', summed.day || ' ' || summed.credit_type, day.counted::text, summed.counted::text
  from (select days.day, days.credit_type, days as counted from credits.credit_days as days) as summed
  full join (
    select days.day, days.credit_type, days as counted
    from credits.summed_days
    cross join lateral credits.sum_days(null, summed_days.until) as days
    where isfinite(summed_days.until)
  ) as day on day.day = summed.day and day.credit_type = summed.credit_type
  where day.counted is distinct from summed.counted;
$$;
comment on function credits.find_payment_problems() is
  'Where payments and sums disagree with transfers: an approved request is paid exactly once with its amount, and '
  'the sums of finished days are those of their transfers.';

create function credits.find_book_problems()
returns table (rule text, subject text, expected text, found text)
language sql
stable
security definer
set search_path = ''
as $$
  select * from credits.find_entry_problems()
  union all
  select * from credits.find_lot_problems()
  union all
  select * from credits.find_payment_problems();
$$;
comment on function credits.find_book_problems() is
  'Everything that is wrong with the ledger, in the snapshot of one statement: transfers that commit meanwhile are '
  'not seen by halves.';
