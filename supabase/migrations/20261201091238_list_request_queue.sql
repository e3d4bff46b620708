SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION credits.describe_requester (
  player_id uuid,
  besides   uuid DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.find_credit_account (
  player_id   uuid,
  credit_type text,
  kind        text
)
  RETURNS bigint
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  -- Two branches, because "is not distinct from" uses no index.
  select account.id from public.credit_accounts as account
  where account.player_id = find_credit_account.player_id
    and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind
  union all
  select account.id from public.credit_accounts as account
  where find_credit_account.player_id is null and account.player_id is null
    and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind;
$function$;

CREATE OR REPLACE FUNCTION credits.find_players_named (
  name text
)
  RETURNS SETOF uuid
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select player.id from public.profiles as player
  where player.username = lower(find_players_named.name)
    or position(nullif(identity.fold_name(find_players_named.name), '') in identity.fold_name(player.display_name)) > 0;
$function$;

CREATE OR REPLACE FUNCTION credits.find_requests (
  state           text,
  filter          jsonb,
  is_oldest_first boolean,
  after           text,
  max_rows        integer
)
  RETURNS TABLE (
    id         uuid,
    created_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
      and ($10 is null or position(lower($10) in lower(request.reason)) > 0
        or request.player_id in (select credits.find_players_named($10)))
    order by request.created_at %1$s, request.id %1$s limit $11',
    case when is_oldest_first then 'asc' else 'desc' end, case when is_oldest_first then '>' else '<' end)
  using find_requests.state, cursor.before_at, cursor.before_id::uuid, filter ->> 'credit_type',
    (filter ->> 'amount_min')::bigint, (filter ->> 'amount_max')::bigint,
    (filter ->> 'created_before')::timestamptz, (filter ->> 'player_id')::uuid, (filter ->> 'approver_id')::uuid,
    nullif(trim(filter ->> 'text'), ''), find_requests.max_rows;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.get_credit_account (
  player_id   uuid,
  credit_type text,
  kind        text
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.list_request_events (
  request public.credit_requests
)
  RETURNS TABLE (
    at    timestamp with time zone,
    place integer,
    event jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select request.created_at, 1, jsonb_build_object('kind', 'created', 'source', request.source)
  union all
  select card.posted_at, 2, '{"kind": "card_posted"}' from credits.request_cards as card
  where card.request_id = request.id
  union all
  select request.reminded_at, 3, '{"kind": "reminded"}' where request.reminded_at is not null
  union all
  select word.decided_at, 4, jsonb_build_object('kind', 'decided', 'decision', word.decision,
    'by_name', approver.display_name, 'comment', word.comment, 'source', word.source, 'is_final', word.is_final,
    'is_fallback', word.is_fallback, 'bulk_id', (
      select made.bulk_id from public.credit_bulk_results as made
      join public.credit_bulk_decisions as bulk on bulk.id = made.bulk_id
      where made.request_id = request.id and bulk.decided_by = word.decided_by
        and made.outcome not in ('refused', 'skipped')
      order by bulk.created_at limit 1))
  from public.credit_decisions as word
  left join public.profiles as approver on approver.id = word.decided_by
  where word.request_id = request.id
  union all
  select request.closed_at, 5, jsonb_build_object('kind', request.state)
  where request.state in ('cancelled', 'expired')
  union all
  select reversal.created_at, 6, jsonb_build_object('kind', 'reversed', 'by_name', actor.display_name,
    'reason', reversal.reason, 'transfer_id', reversal.id)
  from public.credit_transfers as reversal
  left join public.profiles as actor on actor.id = reversal.actor_id
  where reversal.reversal_of = request.transfer_id;
$function$;

CREATE OR REPLACE FUNCTION public.get_request_history (
  request_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'request', credits.describe_credit_request(request)
      || jsonb_build_object('requester', credits.describe_requester(request.player_id, request.id)),
    'events', (
      select jsonb_agg(happened.event || jsonb_build_object('at', happened.at) order by happened.at, happened.place)
      from credits.list_request_events(request) as happened))
  from public.credit_requests as request
  where request.id = get_request_history.request_id;
$function$;

REVOKE ALL ON FUNCTION "public"."get_request_history"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_request_queue (
  state    text    DEFAULT 'pending'::text,
  filter   jsonb   DEFAULT '{}'::jsonb,
  after    text    DEFAULT NULL::text,
  max_rows integer DEFAULT 30
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "credits"."describe_requester"(uuid, uuid) IS 'What an approver needs to know about a requester: {balances, rank on the main board, has_left, earlier: counts by outcome, latest: the last three requests}, besides one request. Null unless the caller is a manager or the service. Definer: reads standings.';

COMMENT ON FUNCTION "credits"."find_credit_account"(uuid, text, text) IS 'The id of the account, null if missing. A null player means the system.';

COMMENT ON FUNCTION "credits"."find_players_named"(text) IS 'Players with this username or with this text in their name, hidden ones included. Definer: only for conditions on rows that the caller may see.';

COMMENT ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) IS 'Requests that the caller may see, that have the state (null: any) and pass every filter that is set: credit_type, amount_min, amount_max, created_before, player_id, approver_id, text (in the reason or the player''s name).';

COMMENT ON FUNCTION "credits"."list_request_events"(public.credit_requests) IS 'What happened to a request: created, card_posted, reminded, decided, cancelled, expired, reversed. Definer: reads internal tables; the caller has selected the row under its own rights.';

COMMENT ON FUNCTION "public"."get_request_history"(uuid) IS '{request, events}: one request the caller may see with everything that happened to it, oldest first; else null.';

COMMENT ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) IS '{requests, next_cursor, counts} that the caller may see: pending requests oldest first, others newest first (state null: of every state). For managers and the service each request has its requester''s balances, rank and earlier requests. counts: how many of each state pass the filter, closed ones up to 1,001. For the filter see credits.find_requests.';

REVOKE ALL ON FUNCTION "credits"."describe_requester"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."describe_requester"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."describe_requester"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_requester"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_requester"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."find_credit_account"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_credit_account"(uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_credit_account"(uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."find_players_named"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."find_players_named"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."find_players_named"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_players_named"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_players_named"(text) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."list_request_events"(public.credit_requests) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."list_request_events"(public.credit_requests) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."list_request_events"(public.credit_requests) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."list_request_events"(public.credit_requests) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."list_request_events"(public.credit_requests) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_request_history"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_request_history"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_history"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_history"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_request_queue"(text, jsonb, text, integer) TO "service_role";
