-- What approvers see of requests: the queue with its filters, and what they need to know to decide.

create function credits.describe_requester(player_id uuid, besides uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not platform.is_service() and not identity.is_manager() then
    return null;
  end if;
  return jsonb_build_object(
    'balances', credits.describe_balances(describe_requester.player_id),
    'rank', (public.get_standing('all-time', describe_requester.player_id, null, null) ->> 'rank')::bigint,
    'has_left', (
      select player.left_at is not null from public.profiles as player where player.id = describe_requester.player_id),
    'earlier', (
      select jsonb_build_object(
        'approved', count(*) filter (where earlier.state = 'approved'),
        'rejected', count(*) filter (where earlier.state = 'rejected'),
        'pending', count(*) filter (where earlier.state = 'pending'),
        'others', count(*) filter (where earlier.state in ('cancelled', 'expired')))
      from (
        select request.state from public.credit_requests as request
        where request.player_id = describe_requester.player_id and request.kind = 'request'
          and request.id is distinct from describe_requester.besides
        order by request.created_at desc, request.id desc limit 1000
      ) as earlier),
    'latest', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', latest.id, 'credit_type', latest.credit_type, 'amount', latest.amount, 'state', latest.state,
        'created_at', latest.created_at) order by latest.created_at desc, latest.id desc), '[]')
      from (
        select * from public.credit_requests as request
        where request.player_id = describe_requester.player_id and request.kind = 'request'
          and request.id is distinct from describe_requester.besides
        order by request.created_at desc, request.id desc limit 3
      ) as latest));
end;
$$;
comment on function credits.describe_requester(uuid, uuid) is
  'What an approver needs to know about a requester: {balances, rank on the main board, has_left, earlier: counts by '
  'outcome, latest: the last three requests}, besides one request. Null unless the caller is a manager or the service. '
  'Definer: reads standings.';
grant execute on function credits.describe_requester(uuid, uuid) to authenticated, service_role;

create function credits.find_players_named(name text)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select player.id from public.profiles as player
  where player.username = lower(find_players_named.name)
    or position(nullif(identity.fold_name(find_players_named.name), '') in identity.fold_name(player.display_name)) > 0;
$$;
comment on function credits.find_players_named(text) is
  'Players with this username or with this text in their name, hidden ones included. Definer: only for conditions on '
  'rows that the caller may see.';
grant execute on function credits.find_players_named(text) to authenticated, service_role;

create function credits.find_requests(
  state text, filter jsonb, is_oldest_first boolean, after text, max_rows int)
returns table (id uuid, created_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
declare
  cursor record := credits.parse_cursor(
    find_requests.after, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
begin
  -- Planned for the filters that are set: an order that an index has, and no conditions for the others.
  return query execute format(
    'select request.id, request.created_at from public.credit_requests as request
    where ($1 is null or request.state = $1)
      and ($2 is null or (request.created_at, request.id) %2$s ($2, $3))
      and ($4 is null or request.credit_type = $4)
      and ($5 is null or request.amount >= $5) and ($6 is null or request.amount <= $6)
      and ($7 is null or request.created_at < $7)
      and ($8 is null or request.player_id = $8)
      and ($9 is null or exists (
        select from public.credit_decisions as word where word.request_id = request.id and word.decided_by = $9))
      and ($12 is null or request.player_id = (
        select player.id from public.profiles as player where player.username = $12))
      and ($13 is null or exists (
        select from public.credit_decisions as word
        join public.profiles as approver on approver.id = word.decided_by
        where word.request_id = request.id and approver.username = $13))
      and ($10 is null or position(lower($10) in lower(request.reason)) > 0
        or request.player_id in (select credits.find_players_named($10)))
    order by request.created_at %1$s, request.id %1$s limit $11',
    case when is_oldest_first then 'asc' else 'desc' end, case when is_oldest_first then '>' else '<' end)
  using find_requests.state, cursor.before_at, cursor.before_id::uuid, filter ->> 'credit_type',
    (filter ->> 'amount_min')::bigint, (filter ->> 'amount_max')::bigint,
    (filter ->> 'created_before')::timestamptz, (filter ->> 'player_id')::uuid, (filter ->> 'approver_id')::uuid,
    nullif(trim(filter ->> 'text'), ''), find_requests.max_rows, lower(filter ->> 'username'),
    lower(filter ->> 'approver');
end;
$$;
comment on function credits.find_requests(text, jsonb, boolean, text, int) is
  'Requests that the caller may see, that have the state (null: any) and pass every filter that is set: credit_type, '
  'amount_min, amount_max, created_before, player_id or username, approver_id or approver (a username), text (in the '
  'reason or the player''s name).';
grant execute on function credits.find_requests(text, jsonb, boolean, text, int) to authenticated, service_role;

create function public.list_request_queue(
  state text default 'pending', filter jsonb default '{}', after text default null, max_rows int default 30)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with asked as (
    select least(greatest(coalesce(list_request_queue.max_rows, 30), 1), 100) as max_rows,
      coalesce(list_request_queue.filter, '{}') as filter,
      -- The oldest pending request expires first.
      coalesce(list_request_queue.state = 'pending', false) as is_oldest_first
  ),
  page as (
    select found.id, found.created_at, row_number() over () as place
    from asked, credits.find_requests(list_request_queue.state, asked.filter, asked.is_oldest_first,
      list_request_queue.after, asked.max_rows + 1) as found
  ),
  shown as (
    select page.* from page, asked where page.place <= asked.max_rows
  )
  select jsonb_build_object(
    'requests', coalesce((
      select jsonb_agg(credits.describe_credit_request(request)
        || jsonb_build_object('requester', credits.describe_requester(request.player_id, request.id))
        order by shown.place)
      from shown join public.credit_requests as request on request.id = shown.id), '[]'),
    'next_cursor', case when (select count(*) from page) > (select count(*) from shown) then
      (select credits.format_cursor(shown.created_at, shown.id::text) from shown order by shown.place desc limit 1)
    end,
    -- The number of closed requests only grows, so it is counted only up to a thousand.
    'counts', (
      select jsonb_object_agg(tab.state, (
        select count(*) from credits.find_requests(tab.state, asked.filter, false, null,
          case tab.state when 'pending' then 100000 else 1001 end)))
      from unnest(array['pending', 'approved', 'rejected', 'cancelled', 'expired']) as tab (state)))
  from asked;
$$;
comment on function public.list_request_queue(text, jsonb, text, int) is
  '{requests, next_cursor, counts} that the caller may see: pending requests oldest first, others newest first (state '
  'null: of every state). For managers and the service each request has its requester''s balances, rank and earlier '
  'requests. counts: how many of each state pass the filter, closed ones up to 1,001. For the filter see '
  'credits.find_requests.';
grant execute on function public.list_request_queue(text, jsonb, text, int) to authenticated, service_role;

create function public.list_approvers()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', approver.id, 'username', approver.username, 'display_name', approver.display_name)
    order by approver.display_name, approver.id), '[]')
  from public.profiles as approver
  where approver.role in ('manager', 'admin') and approver.left_at is null
    and (platform.is_service() or identity.is_manager());
$$;
comment on function public.list_approvers() is
  'The managers and admins, by name, for managers and the service. Definer: players may not read roles.';
grant execute on function public.list_approvers() to authenticated, service_role;
