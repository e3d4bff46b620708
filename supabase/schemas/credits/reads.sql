-- Reads run with the caller's rights: players see their own rows, managers and the service see all.

create function credits.resolve_reader(player_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  own uuid := identity.current_player_id();
begin
  if platform.is_service() then
    if player_id is null then
      perform platform.refuse(400, 'player_missing', 'The player is missing.', 'Send player_id.');
    end if;
    return player_id;
  end if;
  if own is null then
    perform platform.refuse(401, 'not_signed_in', 'You are not signed in.', 'Sign in and try again.');
  end if;
  if player_id is not null and player_id <> own and not identity.has_role(own, 'manager') then
    perform platform.refuse(403, 'not_your_credits', 'You can see only your own credits.',
      'Leave player_id out.');
  end if;
  return coalesce(player_id, own);
end;
$$;
comment on function credits.resolve_reader(uuid) is
  'The player whose credits a call is about: the given one if the caller may see them, otherwise the caller. '
  'Refuses DS401 and DS403.';
grant execute on function credits.resolve_reader(uuid) to authenticated, service_role;

create function credits.parse_cursor(
  before text, id_pattern text, out before_at timestamptz, out before_id text)
language plpgsql
immutable
set search_path = ''
as $$
begin
  if before is not null then
    before_at := split_part(before, '_', 1)::timestamptz;
    before_id := split_part(before, '_', 2);
    if before_id !~ id_pattern then
      raise invalid_text_representation;
    end if;
  end if;
exception when data_exception then
  perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.',
    'Start from the first page.');
end;
$$;
comment on function credits.parse_cursor(text, text) is
  'Parses a page cursor <timestamp>_<id>; refuses DS400 for any other text.';
grant execute on function credits.parse_cursor(text, text) to authenticated, service_role;

create function credits.format_cursor(at timestamptz, id text)
returns text
language sql
immutable
set search_path = ''
as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '_' || id;
$$;
comment on function credits.format_cursor(timestamptz, text) is
  'The cursor of the page after this row.';
grant execute on function credits.format_cursor(timestamptz, text) to authenticated, service_role;

create function public.get_credit_balances(player_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select credits.describe_balances(credits.resolve_reader(get_credit_balances.player_id));
$$;
comment on function public.get_credit_balances(uuid) is
  '{ai: {available, held}, lead: {available, held}} of the caller, or of the given player for managers and the '
  'service.';
grant execute on function public.get_credit_balances(uuid) to authenticated, service_role;

create function public.get_player_credits(player_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'player_id', player.id,
    'balances', credits.describe_balances(player.id),
    'expiring', coalesce((
      select jsonb_agg(jsonb_build_object(
        'credit_type', soon.credit_type, 'amount', soon.amount, 'expires_at', soon.expires_at)
        order by soon.expires_at, soon.credit_type)
      from (
        select lot.credit_type, lot.expires_at, sum(lot.available)::bigint as amount
        from public.credit_lots as lot
        where lot.player_id = player.id and lot.available > 0 and lot.expires_at is not null
        group by lot.credit_type, lot.expires_at
        order by lot.expires_at, lot.credit_type limit 50
      ) as soon), '[]'))
  from (select credits.resolve_reader(get_player_credits.player_id) as id) as reader
  join public.profiles as player on player.id = reader.id;
$$;
comment on function public.get_player_credits(uuid) is
  '{player_id, balances, expiring} of a player; null if there is none. expiring: the available credits that end '
  'at a moment, the next 50 moments. For the player, managers and the service.';
grant execute on function public.get_player_credits(uuid) to authenticated, service_role;

create function public.get_credit_request(request_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select credits.describe_credit_request(request) from public.credit_requests as request
  where request.id = get_credit_request.request_id;
$$;
comment on function public.get_credit_request(uuid) is 'One request the caller may see, else null.';
grant execute on function public.get_credit_request(uuid) to authenticated, service_role;

create function public.list_credit_requests(
  state text default null, max_rows int default 50, before text default null, player_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with cursor as (
    select before_at, before_id from credits.parse_cursor(
      list_credit_requests.before, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
  ),
  page as (
    select request as row_value, request.created_at, request.id,
      row_number() over (order by request.created_at desc, request.id desc) as place
    from public.credit_requests as request, cursor
    where (list_credit_requests.state is null or request.state = list_credit_requests.state)
      and (list_credit_requests.player_id is null or request.player_id = list_credit_requests.player_id)
      and (cursor.before_at is null
        or (request.created_at, request.id) < (cursor.before_at, cursor.before_id::uuid))
    order by request.created_at desc, request.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  ),
  shown as (
    select * from page where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)
  )
  select jsonb_build_object(
    'requests', coalesce(
      (select jsonb_agg(credits.describe_credit_request(shown.row_value) order by shown.place) from shown),
      '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.created_at, shown.id::text)
       from shown order by shown.place desc limit 1)
    end);
$$;
comment on function public.list_credit_requests(text, int, text, uuid) is
  '{requests, next_cursor}, newest first, that the caller may see; pages never skip or repeat a row, whatever is '
  'added.';
grant execute on function public.list_credit_requests(text, int, text, uuid) to authenticated, service_role;

create function public.get_credit_ledger(
  player_id uuid default null, credit_type text default null, max_rows int default 50,
  before text default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with cursor as (
    select before_at, before_id from credits.parse_cursor(get_credit_ledger.before, '^[0-9]{1,18}$')
  ),
  page as (
    select entry.id, transfer.created_at, jsonb_build_object(
        'entry_id', entry.id, 'transfer_id', transfer.id, 'kind', transfer.kind,
        'credit_type', account.credit_type, 'account', account.kind, 'amount', entry.amount,
        'balance_before', entry.balance_before,
        'balance_after', entry.balance_after, 'reason', transfer.reason, 'request_id', transfer.request_id,
        'reversal_of', transfer.reversal_of, 'actor_id', transfer.actor_id, 'created_at', transfer.created_at
      ) as description,
      row_number() over (order by transfer.created_at desc, entry.id desc) as place
    from cursor, public.credit_entries as entry
    join public.credit_accounts as account on account.id = entry.account_id
    join public.credit_transfers as transfer on transfer.id = entry.transfer_id
    where account.player_id = (select credits.resolve_reader(get_credit_ledger.player_id))
      and (get_credit_ledger.credit_type is null or account.credit_type = get_credit_ledger.credit_type)
      and (cursor.before_at is null
        or (transfer.created_at, entry.id) < (cursor.before_at, cursor.before_id::bigint))
    order by transfer.created_at desc, entry.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  ),
  shown as (
    select * from page where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)
  )
  select jsonb_build_object(
    'entries', coalesce((select jsonb_agg(shown.description order by shown.place) from shown), '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.created_at, shown.id::text)
       from shown order by shown.place desc limit 1)
    end);
$$;
comment on function public.get_credit_ledger(uuid, text, int, text) is
  '{entries, next_cursor}, newest first: changes of a player''s balances, with the balance before and after.';
grant execute on function public.get_credit_ledger(uuid, text, int, text) to authenticated, service_role;
