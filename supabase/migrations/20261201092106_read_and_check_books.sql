SET local check_function_bodies = off;

CREATE TABLE "credits"."book_checks" (
  "id"             bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "checked_at"     timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "duration_ms"    integer                  NOT NULL,
  "transfer_count" bigint                   NOT NULL,
  "entry_count"    bigint                   NOT NULL,
  "account_count"  bigint                   NOT NULL,
  "problem_count"  integer                  NOT NULL,
  "problems"       jsonb                    NOT NULL,
  "requested_by"   uuid,
  CONSTRAINT "book_checks_pkey" PRIMARY KEY (id),
  CONSTRAINT "book_checks_problems_check" CHECK ((jsonb_typeof(problems) = 'array'::text))
);

ALTER TABLE "credits"."book_checks"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."credit_days" (
  "day"         date   NOT NULL,
  "credit_type" text   NOT NULL,
  "issued"      bigint NOT NULL,
  "consumed"    bigint NOT NULL,
  "expired"     bigint NOT NULL,
  "taken_back"  bigint NOT NULL,
  "held_change" bigint NOT NULL,
  CONSTRAINT "credit_days_pkey" PRIMARY KEY (day, credit_type)
);

ALTER TABLE "credits"."credit_days"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."summed_days" (
  "is_only" boolean NOT NULL DEFAULT true,
  "until"   date    NOT NULL,
  CONSTRAINT "summed_days_is_only_check" CHECK (is_only),
  CONSTRAINT "summed_days_pkey" PRIMARY KEY (is_only)
);

ALTER TABLE "credits"."summed_days"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION credits.check_books (
  actor  uuid DEFAULT NULL::uuid,
  source text DEFAULT 'system'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  started timestamptz := clock_timestamp();
  made credits.book_checks;
begin
  select count(*), coalesce(jsonb_agg(to_jsonb(problem) order by problem.place) filter (where problem.place <= 100), '[]')
  into made.problem_count, made.problems
  from (
    select found.*, row_number() over (order by found.rule, found.subject) as place
    from credits.find_book_problems() as found
  ) as problem;
  insert into credits.book_checks (
    duration_ms, transfer_count, entry_count, account_count, problem_count, problems, requested_by)
  select extract(milliseconds from clock_timestamp() - started)::int
      + 60000 * extract(minutes from clock_timestamp() - started)::int,
    (select count(*) from public.credit_transfers), (select count(*) from public.credit_entries),
    (select count(*) from public.credit_accounts), made.problem_count, made.problems, check_books.actor
  returning * into made;
  if made.problem_count > 0 then
    perform platform.emit_event('credits/books.unbalanced',
      jsonb_build_object('check_id', made.id, 'problem_count', made.problem_count));
    perform platform.record_audit('credits.books_unbalanced', 'book_check', made.id::text, null,
      jsonb_build_object('problem_count', made.problem_count), check_books.actor, check_books.source);
  end if;
  return credits.describe_book_check(made);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_transfer_order (
  sort_by text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  if sort_by is null or sort_by not in ('created_at', 'amount') then
    perform platform.refuse(400, 'sort_invalid', 'Transfers are not sorted by this column.',
      'Use created_at or amount.');
  end if;
  return sort_by;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_book_check (
  check_made credits.book_checks
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select to_jsonb(check_made) || jsonb_build_object('requested_by_name', (
    select profiles.display_name from public.profiles where profiles.id = check_made.requested_by));
$function$;

CREATE OR REPLACE FUNCTION credits.describe_transfer (
  transfer public.credit_transfers
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.describe_transfer_parts (
  transfer public.credit_transfers
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.find_book_problems()
  RETURNS TABLE (
    rule     text,
    subject  text,
    expected text,
    found    text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select * from credits.find_entry_problems()
  union all
  select * from credits.find_lot_problems()
  union all
  select * from credits.find_payment_problems();
$function$;

CREATE OR REPLACE FUNCTION credits.find_entry_problems()
  RETURNS TABLE (
    rule     text,
    subject  text,
    expected text,
    found    text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.find_lot_problems()
  RETURNS TABLE (
    rule     text,
    subject  text,
    expected text,
    found    text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.find_payment_problems()
  RETURNS TABLE (
    rule     text,
    subject  text,
    expected text,
    found    text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.sum_days (
  since date,
  until date
)
  RETURNS SETOF credits.credit_days
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select (transfer.created_at at time zone 'UTC')::date, transfer.credit_type,
    coalesce(sum(transfer.amount) filter (where transfer.kind = 'grant'), 0)::bigint,
    (coalesce(sum(transfer.amount) filter (where transfer.kind in ('spend', 'capture')), 0)
      - coalesce(sum(transfer.amount) filter (where transfer.kind = 'reversal' and origin.kind = 'spend'), 0))::bigint,
    coalesce(sum(transfer.amount) filter (where transfer.kind = 'expire'), 0)::bigint,
    coalesce(sum(transfer.amount) filter (where transfer.kind = 'revoke'
      or (transfer.kind = 'reversal' and origin.kind = 'grant')), 0)::bigint,
    (coalesce(sum(transfer.amount) filter (where transfer.kind = 'hold'), 0)
      - coalesce(sum(transfer.amount) filter (where transfer.kind in ('release', 'capture')), 0))::bigint
  from public.credit_transfers as transfer
  left join public.credit_transfers as origin on origin.id = transfer.reversal_of
  where (sum_days.since is null or transfer.created_at >= sum_days.since::timestamp at time zone 'UTC')
    and transfer.created_at < sum_days.until::timestamp at time zone 'UTC'
  group by 1, 2;
$function$;

CREATE OR REPLACE FUNCTION credits.sum_finished_days()
  RETURNS date
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- An hour later no transaction is left that began on the day and has not committed.
  finished date := (now() at time zone 'UTC' - interval '1 hour')::date;
  summed date;
begin
  insert into credits.summed_days (until) values ('-infinity') on conflict do nothing;
  select summed_days.until into summed from credits.summed_days for update;
  if summed >= finished then
    return summed;
  end if;
  insert into credits.credit_days
  select * from credits.sum_days(case when isfinite(summed) then summed end, finished);
  update credits.summed_days set until = finished;
  return finished;
end;
$function$;

CREATE OR REPLACE FUNCTION public.check_credit_books (
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins check the books.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('book_check', actor::text);
  return credits.check_books(actor, platform.resolve_source(source));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."check_credit_books"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_credit_days (
  credit_type text    DEFAULT 'ai'::text,
  day_count   integer DEFAULT 90
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  today date := (now() at time zone 'UTC')::date;
  first_day date := today - least(greatest(coalesce(day_count, 90), 1), 730) + 1;
  summed date := (select summed_days.until from credits.summed_days);
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the credits of all players.',
      'Ask a manager.');
  end if;
  return (
    with summed_up as (
      select * from credits.credit_days
      union all
      select * from credits.sum_days(case when isfinite(summed) then summed end, today + 1)
    ),
    days as (
      select summed_up.* from summed_up where summed_up.credit_type = get_credit_days.credit_type
    ),
    series as (
      select day.day::date as day, days.issued, days.consumed, days.expired, days.taken_back,
        coalesce((select sum(earlier.held_change) from days as earlier where earlier.day < first_day), 0)
          + sum(coalesce(days.held_change, 0)) over (order by day.day) as held
      from generate_series(first_day, today, interval '1 day') as day (day)
      left join days on days.day = day.day::date
    )
    select jsonb_agg(jsonb_build_object(
      'day', series.day, 'issued', coalesce(series.issued, 0), 'consumed', coalesce(series.consumed, 0),
      'expired', coalesce(series.expired, 0), 'taken_back', coalesce(series.taken_back, 0),
      'held', series.held) order by series.day)
    from series);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."get_credit_days"(text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_credit_totals()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the credits of all players.',
      'Ask a manager.');
  end if;
  return (
    select jsonb_object_agg(policy.credit_type, (
      select jsonb_build_object(
        'issued', coalesce(-sum(account.balance) filter (where account.kind = 'issuance'), 0),
        'spent', coalesce(sum(account.balance) filter (where account.kind = 'spent'), 0),
        'expired', coalesce(sum(account.balance) filter (where account.kind = 'expired'), 0),
        'available', coalesce(sum(account.balance) filter (where account.kind = 'available'), 0),
        'held', coalesce(sum(account.balance) filter (where account.kind = 'held'), 0),
        'account_count', count(*) filter (where account.kind = 'available'))
      from public.credit_accounts as account
      where account.credit_type = policy.credit_type))
    from public.credit_policies as policy);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."get_credit_totals"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_credit_transfer (
  transfer_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select credits.describe_transfer(transfer) || credits.describe_transfer_parts(transfer)
  from public.credit_transfers as transfer
  where transfer.id = get_credit_transfer.transfer_id;
$function$;

REVOKE ALL ON FUNCTION "public"."get_credit_transfer"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_book_checks (
  max_rows integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the checks of the books.', 'Ask a manager.');
  end if;
  return coalesce((
    select jsonb_agg(credits.describe_book_check(latest.made) order by (latest.made).id desc)
    from (
      select made from credits.book_checks as made
      order by made.id desc limit least(greatest(coalesce(max_rows, 10), 1), 100)
    ) as latest), '[]');
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_book_checks"(integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_credit_transfers (
  player        text                     DEFAULT NULL::text,
  credit_type   text                     DEFAULT NULL::text,
  kind          text                     DEFAULT NULL::text,
  amount_min    bigint                   DEFAULT NULL::bigint,
  amount_max    bigint                   DEFAULT NULL::bigint,
  since         timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  until         timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  actor         text                     DEFAULT NULL::text,
  reason        text                     DEFAULT NULL::text,
  sort_by       text                     DEFAULT 'created_at'::text,
  is_descending boolean                  DEFAULT true,
  after         text                     DEFAULT NULL::text,
  max_rows      integer                  DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL
  ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp WITH time zone, timestamp WITH time zone, text, text, text, boolean, text, integer)
  FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_expiring_lots (
  within_days integer DEFAULT 30,
  credit_type text    DEFAULT NULL::text,
  player      text    DEFAULT NULL::text,
  after       text    DEFAULT NULL::text,
  max_rows    integer DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."list_expiring_lots"(integer, text, text, text, integer) FROM PUBLIC, "anon";

ALTER TABLE "credits"."book_checks"
  ADD CONSTRAINT "book_checks_requested_by_fkey" FOREIGN KEY (requested_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."credit_days"
  ADD CONSTRAINT "credit_days_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

CREATE INDEX book_checks_requested_by_idx ON credits.book_checks USING btree (requested_by);

CREATE INDEX credit_days_credit_type_idx ON credits.credit_days USING btree (credit_type);

CREATE INDEX credit_transfers_amount_idx ON public.credit_transfers USING btree (amount DESC, id DESC);

CREATE INDEX credit_transfers_created_at_idx ON public.credit_transfers USING btree (created_at DESC, id DESC);

COMMENT ON COLUMN "credits"."book_checks"."requested_by" IS 'The admin who asked for it; null for the nightly check.';

COMMENT ON COLUMN "credits"."credit_days"."consumed" IS 'Spent and captured, less the reversals of spends.';

COMMENT ON COLUMN "credits"."credit_days"."taken_back" IS 'Reversals of grants, and what admins took back.';

COMMENT ON FUNCTION "credits"."check_books"(uuid, text) IS 'Verifies the whole ledger, stores the result, and returns it; emits credits/books.unbalanced and audits if something is wrong. Changes nothing in the ledger.';

COMMENT ON FUNCTION "credits"."check_transfer_order"(text) IS 'The column that transfers are sorted by; refuses DS400 for any other.';

COMMENT ON FUNCTION "credits"."describe_book_check"(credits.book_checks) IS 'A check with the name of the admin who asked for it.';

COMMENT ON FUNCTION "credits"."describe_transfer"(public.credit_transfers) IS 'A transfer with its player, its actor, and the balance before and after: of what is available, or of what is held if only that changed. Definer: names actors to a player who may see the transfer; the caller has selected the row under its own rights.';

COMMENT ON FUNCTION "credits"."describe_transfer_parts"(public.credit_transfers) IS 'What belongs to a transfer: its entries, the lots it used or made, the ends of a hold, its reversal, and the request that proposes one. Definer: lot uses are internal; the caller has selected the row under its own rights.';

COMMENT ON FUNCTION "credits"."find_book_problems"() IS 'Everything that is wrong with the ledger, in the snapshot of one statement: transfers that commit meanwhile are not seen by halves.';

COMMENT ON FUNCTION "credits"."find_entry_problems"() IS 'Where transfers, entries and accounts disagree: each transfer has two entries of its amount that sum to zero, in accounts of its type and player; versions of an account are contiguous and each entry begins where the last one ended; a balance is the sum of its entries and, for a player, not below zero.';

COMMENT ON FUNCTION "credits"."find_lot_problems"() IS 'Where lots and holds disagree with balances: a player''s lots add up to what is available and held, each lot to its uses, each grant has its lot, and open holds add up to what is held.';

COMMENT ON FUNCTION "credits"."find_payment_problems"() IS 'Where payments and sums disagree with transfers: an approved request is paid exactly once with its amount, and the sums of finished days are those of their transfers.';

COMMENT ON FUNCTION "credits"."sum_days"(date, date) IS 'The sums of the days from since to before until (UTC), from the transfers themselves.';

COMMENT ON FUNCTION "credits"."sum_finished_days"() IS 'Adds up the days that are over and returns the first one that is not. Safe to run at any time, and twice.';

COMMENT ON FUNCTION "public"."check_credit_books"(uuid, text) IS 'Verifies the whole ledger now and returns the stored result. For admins, a few times a minute. Definer: reads all accounts and writes the result.';

COMMENT ON FUNCTION "public"."get_credit_days"(text, integer) IS '[{day, issued, consumed, expired, taken_back, held}] of one credit type, oldest first: the sums of each day (UTC), and what was on hold at its end. For managers and the service. Definer: reads all transfers.';

COMMENT ON FUNCTION "public"."get_credit_totals"() IS '{ai: {issued, spent, expired, available, held, account_count}, lead: …}: where all credits are. issued is what was granted less what was taken back; it equals the sum of the others. For managers and the service. Definer: reads the accounts of the system.';

COMMENT ON FUNCTION "public"."get_credit_transfer"(uuid) IS 'One transfer that the caller may see, with {entries, lots, lot, endings, reversed_by, proposed_by_request}, else null.';

COMMENT ON FUNCTION "public"."list_book_checks"(integer) IS 'The latest checks of the books, newest first. For managers and the service. Definer: the table is internal.';

COMMENT ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp with time zone, timestamp
  with time zone, text, text, text, boolean, text, integer) IS '{rows, next_cursor}: transfers that the caller may see. player is a username; actor is a username, api (any key) or system. Sorted by created_at or amount, then id; pages never skip or repeat a row.';

COMMENT ON FUNCTION "public"."list_expiring_lots"(integer, text, text, text, integer) IS '{rows, next_cursor}: grants of which something is left that expires within so many days, soonest first.';

COMMENT ON TABLE "credits"."book_checks" IS 'One row is one check of the whole ledger. problems lists the first hundred; none means that the books balance.';

COMMENT ON TABLE "credits"."credit_days" IS 'One row is the sum of the transfers of one credit type on one finished day (UTC). Days without transfers have none.';

COMMENT ON TABLE "credits"."summed_days" IS 'One row: days before this one are in credit_days.';

REVOKE ALL ON FUNCTION "credits"."check_books"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_transfer_order"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."check_transfer_order"(text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "credits"."check_transfer_order"(text) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."describe_book_check"(credits.book_checks) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_transfer"(public.credit_transfers) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."describe_transfer"(public.credit_transfers) TO "authenticated";

GRANT EXECUTE ON FUNCTION "credits"."describe_transfer"(public.credit_transfers) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."describe_transfer_parts"(public.credit_transfers) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."describe_transfer_parts"(public.credit_transfers) TO "authenticated";

GRANT EXECUTE ON FUNCTION "credits"."describe_transfer_parts"(public.credit_transfers) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."find_book_problems"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_entry_problems"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_lot_problems"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_payment_problems"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."sum_days"(date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."sum_finished_days"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."check_credit_books"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."check_credit_books"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_credit_days"(text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_credit_days"(text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_credit_totals"() TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_credit_totals"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_credit_transfer"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_credit_transfer"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_book_checks"(integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_book_checks"(integer) TO "service_role";

GRANT EXECUTE
  ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp WITH time zone, timestamp WITH time zone, text, text, text, boolean, text, integer)
  TO "authenticated";

REVOKE ALL
  ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp WITH time zone, timestamp WITH time zone, text, text, text, boolean, text, integer)
  FROM "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp WITH time zone, timestamp WITH time zone, text, text, text, boolean, text, integer)
  TO "postgres";

GRANT EXECUTE
  ON FUNCTION "public"."list_credit_transfers"(text, text, text, bigint, bigint, timestamp WITH time zone, timestamp WITH time zone, text, text, text, boolean, text, integer)
  TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_expiring_lots"(integer, text, text, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_expiring_lots"(integer, text, text, text, integer) TO "service_role";

insert into platform.attempt_limits (action, window_seconds, limit_count) values ('book_check', 60, 6);
select cron.schedule('sum-credit-days', '9 * * * *', 'select credits.sum_finished_days()');
select cron.schedule('check-credit-books', '23 2 * * *', 'select credits.check_books()');
