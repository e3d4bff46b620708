-- The ledger as managers see it. Row-level security decides: a player would find only their own transfers.

create index credit_transfers_created_at_idx on public.credit_transfers (created_at desc, id desc);
create index credit_transfers_amount_idx on public.credit_transfers (amount desc, id desc);

create function credits.describe_transfer(transfer public.credit_transfers)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(transfer) - 'idempotency_key' || jsonb_build_object(
    'username', player.username,
    'display_name', player.display_name,
    'avatar_url', player.avatar_url,
    'actor_name', actor.display_name,
    'actor_username', actor.username,
    'balance_before', entry.balance_before,
    'balance_after', entry.balance_after)
  from public.profiles as player
  left join public.profiles as actor on actor.id = transfer.actor_id
  left join lateral (
    select credit_entries.balance_before, credit_entries.balance_after
    from public.credit_entries
    join public.credit_accounts on credit_accounts.id = credit_entries.account_id
    where credit_entries.transfer_id = transfer.id and credit_accounts.player_id = transfer.player_id
    order by credit_accounts.kind limit 1
  ) as entry on true
  where player.id = transfer.player_id;
$$;
comment on function credits.describe_transfer(public.credit_transfers) is
  'A transfer with its player, its actor, and the balance before and after: of what is available, or of what is '
  'held if only that changed. Definer: names actors to a player who may see the transfer; the caller has selected '
  'the row under its own rights.';
grant execute on function credits.describe_transfer(public.credit_transfers) to authenticated, service_role;

create function credits.check_transfer_order(sort_by text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if sort_by is null or sort_by not in ('created_at', 'amount') then
    perform platform.refuse(400, 'sort_invalid', 'Transfers are not sorted by this column.',
      'Use created_at or amount.');
  end if;
  return sort_by;
end;
$$;
comment on function credits.check_transfer_order(text) is
  'The column that transfers are sorted by; refuses DS400 for any other.';
grant execute on function credits.check_transfer_order(text) to authenticated, service_role;

create function public.list_credit_transfers(
  player text default null, credit_type text default null, kind text default null,
  amount_min bigint default null, amount_max bigint default null,
  since timestamptz default null, until timestamptz default null,
  actor text default null, reason text default null,
  sort_by text default 'created_at', is_descending boolean default true,
  after text default null, max_rows int default 50)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  order_column text := credits.check_transfer_order(list_credit_transfers.sort_by);
  row_count int := least(greatest(coalesce(list_credit_transfers.max_rows, 50), 1), 200);
  direction text := case when is_descending then 'desc' else 'asc' end;
  -- Only conditions that apply are written, so each query is planned for what it asks.
  conditions text := concat_ws(' and ',
    'true',
    case when player is not null then
      'transfer.player_id = (select profiles.id from public.profiles where profiles.username = lower($1))' end,
    case when credit_type is not null then 'transfer.credit_type = $2' end,
    case when kind is not null then 'transfer.kind = $3' end,
    case when amount_min is not null then 'transfer.amount >= $4' end,
    case when amount_max is not null then 'transfer.amount <= $5' end,
    case when since is not null then 'transfer.created_at >= $6' end,
    case when until is not null then 'transfer.created_at < $7' end,
    case when actor in ('api', 'system') then 'transfer.actor_id is null and split_part(transfer.source, '':'', 1) = $8'
      when actor is not null then
        'transfer.actor_id = (select profiles.id from public.profiles where profiles.username = lower($8))' end,
    case when reason is not null then 'strpos(lower(transfer.reason), lower($9)) > 0' end,
    case when after is not null then format('(transfer.%I, transfer.id) %s ($10::%s, $11)', order_column,
      case when is_descending then '<' else '>' end,
      case order_column when 'amount' then 'bigint' else 'timestamptz' end) end);
  after_id uuid;
  page jsonb;
begin
  if after is not null then
    begin
      after_id := split_part(after, '_', 2)::uuid;
      if order_column = 'amount' then
        perform split_part(after, '_', 1)::bigint;
      else
        perform split_part(after, '_', 1)::timestamptz;
      end if;
    exception when data_exception then
      perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
    end;
  end if;
  execute format($query$
    with page as (
      select transfer as row_value, transfer.id, transfer.%1$I as sorted,
        row_number() over (order by transfer.%1$I %2$s, transfer.id %2$s) as place
      from public.credit_transfers as transfer
      where %3$s
      order by transfer.%1$I %2$s, transfer.id %2$s
      limit %4$s + 1
    )
    select jsonb_build_object(
      'rows', coalesce((
        select jsonb_agg(credits.describe_transfer(page.row_value) order by page.place)
        from page where page.place <= %4$s), '[]'),
      'next_cursor', case when (select count(*) from page) > %4$s then (
        select to_jsonb(page.sorted) #>> '{}' || '_' || page.id from page where page.place = %4$s) end)
    $query$, order_column, direction, conditions, row_count)
  into page
  using player, credit_type, kind, amount_min, amount_max, since, until, actor, reason, split_part(after, '_', 1),
    after_id;
  return page;
end;
$$;
comment on function public.list_credit_transfers(
  text, text, text, bigint, bigint, timestamptz, timestamptz, text, text, text, boolean, text, int) is
  '{rows, next_cursor}: transfers that the caller may see. player is a username; actor is a username, api (any '
  'key) or system. Sorted by created_at or amount, then id; pages never skip or repeat a row.';
grant execute on function public.list_credit_transfers(
  text, text, text, bigint, bigint, timestamptz, timestamptz, text, text, text, boolean, text, int)
  to authenticated, service_role;

create function credits.describe_transfer_parts(transfer public.credit_transfers)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'entries', (
      select jsonb_agg(jsonb_build_object(
        'entry_id', entry.id, 'account', account.kind, 'is_system', account.player_id is null,
        'amount', entry.amount, 'balance_before', entry.balance_before, 'balance_after', entry.balance_after,
        'account_version', entry.account_version) order by entry.amount)
      from public.credit_entries as entry
      join public.credit_accounts as account on account.id = entry.account_id
      where entry.transfer_id = transfer.id),
    'lots', coalesce((
      select jsonb_agg(jsonb_build_object(
        'amount', used.amount, 'expires_at', lot.expires_at, 'granted_by', lot.transfer_id)
        order by lot.expires_at nulls last, lot.id)
      from credits.credit_lot_uses as used
      join public.credit_lots as lot on lot.id = used.lot_id
      where used.transfer_id = transfer.id), '[]'),
    'lot', (
      select jsonb_build_object('available', lot.available, 'held', lot.held, 'expires_at', lot.expires_at)
      from public.credit_lots as lot where lot.transfer_id = transfer.id),
    'endings', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', ended.id, 'kind', ended.kind, 'amount', ended.amount, 'created_at', ended.created_at)
        order by ended.created_at, ended.id)
      from public.credit_transfers as ended where ended.hold_id = transfer.id), '[]'),
    'reversed_by', (
      select later.id from public.credit_transfers as later where later.reversal_of = transfer.id),
    'proposed_by_request', (
      select request.id from public.credit_requests as request
      where request.reverses = transfer.id and request.state = 'pending'));
$$;
comment on function credits.describe_transfer_parts(public.credit_transfers) is
  'What belongs to a transfer: its entries, the lots it used or made, the ends of a hold, its reversal, and the '
  'request that proposes one. Definer: lot uses are internal; the caller has selected the row under its own rights.';
grant execute on function credits.describe_transfer_parts(public.credit_transfers) to authenticated, service_role;

create function public.get_credit_transfer(transfer_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select credits.describe_transfer(transfer) || credits.describe_transfer_parts(transfer)
  from public.credit_transfers as transfer
  where transfer.id = get_credit_transfer.transfer_id;
$$;
comment on function public.get_credit_transfer(uuid) is
  'One transfer that the caller may see, with {entries, lots, lot, endings, reversed_by, proposed_by_request}, '
  'else null.';
grant execute on function public.get_credit_transfer(uuid) to authenticated, service_role;

create function public.list_expiring_lots(
  within_days int default 30, credit_type text default null, player text default null,
  after text default null, max_rows int default 50)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with cursor as (
    select before_at, before_id from credits.parse_cursor(list_expiring_lots.after, '^[0-9]{1,18}$')
  ),
  page as (
    select lot.id, lot.expires_at, jsonb_build_object(
        'lot_id', lot.id, 'transfer_id', lot.transfer_id, 'credit_type', lot.credit_type,
        'available', lot.available, 'granted', lot.granted, 'expires_at', lot.expires_at,
        'username', player.username, 'display_name', player.display_name) as description,
      row_number() over (order by lot.expires_at, lot.id) as place
    from cursor, public.credit_lots as lot
    join public.profiles as player on player.id = lot.player_id
    where lot.available > 0 and lot.expires_at is not null
      and lot.expires_at < now() + make_interval(days => least(greatest(coalesce(within_days, 30), 1), 3660))
      and (list_expiring_lots.credit_type is null or lot.credit_type = list_expiring_lots.credit_type)
      and (list_expiring_lots.player is null or player.username = lower(list_expiring_lots.player))
      and (cursor.before_at is null or (lot.expires_at, lot.id) > (cursor.before_at, cursor.before_id::bigint))
    order by lot.expires_at, lot.id
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  ),
  shown as (
    select * from page where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)
  )
  select jsonb_build_object(
    'rows', coalesce((select jsonb_agg(shown.description order by shown.place) from shown), '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.expires_at, shown.id::text)
       from shown order by shown.place desc limit 1)
    end);
$$;
comment on function public.list_expiring_lots(int, text, text, text, int) is
  '{rows, next_cursor}: grants of which something is left that expires within so many days, soonest first.';
grant execute on function public.list_expiring_lots(int, text, text, text, int) to authenticated, service_role;
