SET local check_function_bodies = off;

CREATE TABLE "credits"."grant_lists" (
  "id"           uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "content_hash" text                     NOT NULL,
  "line_count"   integer                  NOT NULL,
  "granted_by"   uuid                     NOT NULL,
  "granted_at"   timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT "grant_lists_content_hash_check" CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT "grant_lists_line_count_check" CHECK ((line_count > 0)),
  CONSTRAINT "grant_lists_pkey" PRIMARY KEY (id)
);

ALTER TABLE "credits"."grant_lists"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."lot_warnings" (
  "lot_id"      bigint                   NOT NULL,
  "days_before" integer                  NOT NULL,
  "warned_at"   timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT "lot_warnings_days_before_check" CHECK ((days_before = ANY (ARRAY[7, 1]))),
  CONSTRAINT "lot_warnings_pkey" PRIMARY KEY (lot_id, days_before)
);

ALTER TABLE "credits"."lot_warnings"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."reward_payouts" (
  "period_id"   bigint                   NOT NULL,
  "player_id"   uuid                     NOT NULL,
  "credit_type" text                     NOT NULL,
  "rule_id"     bigint                   NOT NULL,
  "position"    bigint                   NOT NULL,
  "amount"      bigint                   NOT NULL,
  "expires_at"  timestamp with time zone,
  "outcome"     text                     NOT NULL,
  "transfer_id" uuid,
  "decided_at"  timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT "reward_payouts_amount_check" CHECK ((amount > 0)),
  CONSTRAINT "reward_payouts_outcome_check" CHECK ((outcome = ANY (ARRAY['paid'::text, 'left'::text, 'erased'::text]))),
  CONSTRAINT "reward_payouts_paid_check" CHECK (((outcome = 'paid'::text) = (transfer_id IS NOT NULL))),
  CONSTRAINT "reward_payouts_pkey" PRIMARY KEY (period_id, player_id, credit_type),
  CONSTRAINT "reward_payouts_transfer_id_key" UNIQUE (transfer_id)
);

ALTER TABLE "credits"."reward_payouts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."reward_prizes" (
  "rule_id"     bigint  NOT NULL,
  "line"        integer NOT NULL,
  "tier"        text,
  "place_from"  integer NOT NULL,
  "place_to"    integer NOT NULL,
  "credit_type" text    NOT NULL,
  "amount"      integer NOT NULL,
  "valid_days"  integer,
  CONSTRAINT "reward_prizes_amount_check" CHECK (((amount >= 1) AND (amount <= 1000000))),
  CONSTRAINT "reward_prizes_check" CHECK (((place_to >= place_from) AND (place_to <= 1000))),
  CONSTRAINT "reward_prizes_line_check" CHECK ((line > 0)),
  CONSTRAINT "reward_prizes_pkey" PRIMARY KEY (rule_id, line),
  CONSTRAINT "reward_prizes_place_from_check" CHECK ((place_from > 0)),
  CONSTRAINT "reward_prizes_tier_check" CHECK ((tier = ANY (ARRAY['champion'::text, 'silver'::text, 'bronze'::text, 'top_10'::text, 'elite'::text]))),
  CONSTRAINT "reward_prizes_valid_days_check" CHECK (((valid_days >= 1) AND (valid_days <= 3660)))
);

ALTER TABLE "credits"."reward_prizes"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."reward_rules" (
  "id"           bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "board_id"     bigint                   NOT NULL,
  "version"      integer                  NOT NULL,
  "applies_from" timestamp with time zone NOT NULL,
  "created_at"   timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_by"   uuid                     NOT NULL,
  "confirmed_at" timestamp with time zone,
  "confirmed_by" uuid,
  CONSTRAINT "reward_rules_board_id_version_key" UNIQUE (board_id, VERSION),
  CONSTRAINT "reward_rules_confirmed_check" CHECK (((confirmed_at IS NULL) = (confirmed_by IS NULL))),
  CONSTRAINT "reward_rules_pkey" PRIMARY KEY (id)
);

ALTER TABLE "credits"."reward_rules"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."reward_runs" (
  "period_id"    bigint                   NOT NULL,
  "rule_id"      bigint                   NOT NULL,
  "paid_at"      timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "paid_count"   integer                  NOT NULL,
  "unpaid_count" integer                  NOT NULL,
  CONSTRAINT "reward_runs_pkey" PRIMARY KEY (period_id)
);

ALTER TABLE "credits"."reward_runs"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."scheduled_grants" (
  "id"           uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "player_id"    uuid                     NOT NULL,
  "credit_type"  text                     NOT NULL,
  "amount"       bigint                   NOT NULL,
  "reason"       text                     NOT NULL,
  "effective_at" timestamp with time zone NOT NULL,
  "expires_at"   timestamp with time zone,
  "state"        text                     NOT NULL DEFAULT 'waiting'::text,
  "source"       text                     NOT NULL,
  "created_at"   timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_by"   uuid                     NOT NULL,
  "closed_at"    timestamp with time zone,
  "cancelled_by" uuid,
  "transfer_id"  uuid,
  "request_id"   uuid,
  "refusal"      text,
  CONSTRAINT "scheduled_grants_amount_check" CHECK ((amount > 0)),
  CONSTRAINT "scheduled_grants_cancelled_check" CHECK (((state = 'cancelled'::text) = (cancelled_by IS NOT NULL))),
  CONSTRAINT "scheduled_grants_closed_check" CHECK (((state = 'waiting'::text) = (closed_at IS NULL))),
  CONSTRAINT "scheduled_grants_order_check" CHECK ((expires_at > effective_at)),
  CONSTRAINT "scheduled_grants_paid_check" CHECK (((state = 'paid'::text) = (transfer_id IS NOT NULL))),
  CONSTRAINT "scheduled_grants_pkey" PRIMARY KEY (id),
  CONSTRAINT "scheduled_grants_proposed_check" CHECK (((state = 'proposed'::text) = (request_id IS NOT NULL))),
  CONSTRAINT "scheduled_grants_refused_check" CHECK (((state = 'refused'::text) = (refusal IS NOT NULL))),
  CONSTRAINT "scheduled_grants_request_id_key" UNIQUE (request_id),
  CONSTRAINT "scheduled_grants_state_check" CHECK ((state = ANY (ARRAY['waiting'::text, 'paid'::text, 'proposed'::text, 'refused'::text, 'cancelled'::text]))),
  CONSTRAINT "scheduled_grants_transfer_id_key" UNIQUE (transfer_id),
  CONSTRAINT "scheduled_grants_reason_check" CHECK (platform.is_presentable(reason, 500, 3, true))
);

ALTER TABLE "credits"."scheduled_grants"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION credits.describe_reward_rule (
  rule credits.reward_rules
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'id', rule.id, 'board', board.slug, 'board_name', board.name, 'version', rule.version,
    'applies_from', rule.applies_from, 'created_at', rule.created_at, 'created_by', rule.created_by,
    'created_by_name', creator.display_name, 'confirmed_at', rule.confirmed_at,
    'confirmed_by_name', confirmer.display_name,
    'prizes', coalesce((
      select jsonb_agg(to_jsonb(prize) - 'rule_id' order by prize.line)
      from credits.reward_prizes as prize where prize.rule_id = rule.id), '[]'))
  from public.boards as board
  join public.profiles as creator on creator.id = rule.created_by
  left join public.profiles as confirmer on confirmer.id = rule.confirmed_by
  where board.id = rule.board_id;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_scheduled_grant (
  planned credits.scheduled_grants
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select to_jsonb(planned) || jsonb_build_object(
    'username', player.username, 'display_name', player.display_name,
    'created_by_name', creator.display_name, 'cancelled_by_name', canceller.display_name)
  from public.profiles as player
  join public.profiles as creator on creator.id = planned.created_by
  left join public.profiles as canceller on canceller.id = planned.cancelled_by
  where player.id = planned.player_id;
$function$;

CREATE OR REPLACE FUNCTION credits.find_listed_player (
  named text
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if named ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return (select profiles.id from public.profiles where profiles.id = named::uuid);
  end if;
  return (select profiles.id from public.profiles where profiles.username = lower(ltrim(named, '@')));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.find_reward_rule (
  board_id  bigint,
  starts_at timestamp with time zone
)
  RETURNS credits.reward_rules
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select rule.* from credits.reward_rules as rule
  where rule.board_id = find_reward_rule.board_id and rule.confirmed_at is not null
    and rule.applies_from <= find_reward_rule.starts_at
  order by rule.applies_from desc, rule.version desc limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.grant_lines (
  lines      jsonb,
  actor      uuid,
  source     text,
  is_preview boolean
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  item record;
  result jsonb;
  results jsonb[] := '{}';
  sums jsonb := '{}';
  transfers public.credit_transfers[] := '{}';
  expiries timestamptz[] := '{}';
  transfer public.credit_transfers;
  refusal text;
  hint text;
  is_refused boolean := false;
begin
  for item in
    select written.value as line, first_value(written.value ->> 'line') over (
        partition by written.value - 'line' order by (written.value ->> 'line')::int) as first_line
    from jsonb_array_elements(lines) as written
    order by (written.value ->> 'line')::int
  loop
    begin
      if item.first_line <> item.line ->> 'line' then
        perform platform.refuse(409, 'line_repeated', format('It repeats line %s.', item.first_line),
          'Remove one of the two.');
      end if;
      result := credits.judge_line(item.line, actor, source, sums);
      if result ->> 'outcome' = 'granted' then
        transfer := jsonb_populate_record(null::public.credit_transfers, result -> 'transfer');
        transfers := transfers || transfer;
        expiries := expiries || (result ->> 'valid_until')::timestamptz;
        sums := sums || jsonb_build_object(transfer.player_id || transfer.credit_type, transfer.amount
          + coalesce((sums ->> (transfer.player_id || transfer.credit_type))::bigint, 0));
      end if;
    exception when others then
      if sqlstate not like 'DS%' then
        raise;
      end if;
      get stacked diagnostics refusal = message_text, hint = pg_exception_hint;
      is_refused := true;
      result := jsonb_build_object('outcome', 'refused', 'message', refusal, 'action', hint);
    end;
    results := results
      || (item.line || '{"message": null, "action": null}' || (result - 'transfer' - 'valid_until'));
  end loop;
  if is_preview or is_refused then
    raise exception using errcode = 'DSRUN';
  end if;
  perform credits.grant_to_players(transfers, expiries);
  return jsonb_build_object('is_done', true, 'results', to_jsonb(results));
exception when sqlstate 'DSRUN' then
  -- Variables outlive the rollback of what the lines proposed and scheduled.
  return jsonb_build_object('is_done', false, 'results', to_jsonb(results));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.grant_to_players (
  transfers public.credit_transfers[],
  expiries  timestamp with time zone[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION credits.judge_line (
  line         jsonb,
  actor        uuid,
  source       text,
  earlier_sums jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  transfer public.credit_transfers;
  judged public.credit_transfers;
  written text := trim(coalesce(line ->> 'amount', ''));
  effective_at timestamptz := credits.read_listed_time(line ->> 'effective_at', 'effective date');
  expires_at timestamptz := credits.read_listed_time(line ->> 'expires_at', 'expiry date');
begin
  if written !~ '^[0-9]{1,10}$' then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  transfer := credits.make_transfer('grant', credits.find_listed_player(trim(line ->> 'player')),
    lower(trim(line ->> 'credit_type')), written::bigint, credits.check_reason(line ->> 'reason'), '', actor,
    source);
  transfer.id := gen_random_uuid();
  transfer.idempotency_key := 'grant_list:' || transfer.id;
  if effective_at > now() then
    perform credits.plan_grant(transfer, effective_at, expires_at);
    return '{"outcome": "scheduled"}';
  end if;
  if expires_at <= now() then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.', 'Choose a later time.');
  end if;
  judged := transfer;
  judged.amount := transfer.amount
    + coalesce((earlier_sums ->> (transfer.player_id || transfer.credit_type))::bigint, 0);
  if credits.judge_transfer('grant', judged) = 'together' then
    perform credits.propose_transfer('grant', transfer, expires_at, source);
    return '{"outcome": "proposed"}';
  end if;
  return jsonb_build_object('outcome', 'granted', 'transfer', to_jsonb(transfer), 'valid_until', expires_at);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.list_winners (
  period  leaderboard.board_periods,
  rule_id bigint
)
  RETURNS TABLE (
    player_id   uuid,
    "position"  bigint,
    credit_type text,
    amount      bigint,
    valid_days  integer
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with reach as (
    select coalesce(max(prize.place_to), 0) as place from credits.reward_prizes as prize
    where prize.rule_id = list_winners.rule_id
  ),
  placed as (
    select archived.player_id, archived.position from leaderboard.archived_standings as archived
    where archived.period_id = period.id and period.state = 'closed'
      and archived.position <= (select reach.place from reach)
    union all
    select listed.player_id, row_number() over (order by listed.order_key)
    from (
      select standings.player_id, standings.order_key from leaderboard.standings
      where standings.period_id = period.id and period.state <> 'closed' and standings.order_key is not null
      order by standings.order_key limit (select reach.place from reach)
    ) as listed
  )
  select placed.player_id, placed.position, prize.credit_type, sum(prize.amount)::bigint,
    min(prize.valid_days)
  from placed
  join credits.reward_prizes as prize
    on prize.rule_id = list_winners.rule_id and placed.position between prize.place_from and prize.place_to
  group by placed.player_id, placed.position, prize.credit_type;
$function$;

CREATE OR REPLACE FUNCTION credits.lock_receivers (
  player_ids   uuid[],
  credit_types text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || receiver.id, 0))
  from (
    select distinct listed.id from unnest(lock_receivers.player_ids) as listed (id) order by listed.id
  ) as receiver;
  perform credits.lock_available_accounts(lock_receivers.player_ids, lock_receivers.credit_types);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.may_confirm_alone (
  rule credits.reward_rules
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select credits.count_other_approvers(null, rule.created_by) = 0 or not exists (
    select from credits.reward_prizes as prize
    cross join lateral credits.policy_at(prize.credit_type, null, clock_timestamp()) as policy
    where prize.rule_id = rule.id and prize.amount > policy.second_approval_above);
$function$;

CREATE OR REPLACE FUNCTION credits.pay_due_rewards()
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  due record;
  paid_count int := 0;
begin
  for due in
    select period.id
    from (
      select rule.board_id, min(rule.applies_from) as applies_from from credits.reward_rules as rule
      where rule.confirmed_at is not null group by rule.board_id
    ) as rewarded
    join leaderboard.board_periods as period
      on period.board_id = rewarded.board_id and period.starts_at >= rewarded.applies_from
    where period.state = 'closed'
      and not exists (select from credits.reward_runs as run where run.period_id = period.id)
    order by period.id limit 1
  loop
    if credits.pay_period_rewards(due.id) ->> 'status' = 'paid' then
      paid_count := paid_count + 1;
    end if;
  end loop;
  return paid_count;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.pay_grant (
  planned credits.scheduled_grants
)
  RETURNS credits.scheduled_grants
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  transfer public.credit_transfers;
  judgement text;
begin
  planned.closed_at := clock_timestamp();
  if not identity.has_role(planned.created_by, 'admin') then
    perform platform.refuse(403, 'admin_only', 'The admin who scheduled it no longer has this role.',
      'Another admin can schedule it again.');
  end if;
  if planned.expires_at <= now() then
    perform platform.refuse(409, 'expiry_invalid', 'These credits would already have expired.',
      'Schedule a new grant.');
  end if;
  transfer := credits.make_transfer('grant', planned.player_id, planned.credit_type, planned.amount,
    planned.reason, '', planned.created_by, planned.source);
  transfer.idempotency_key := 'scheduled_grant:' || planned.id;
  judgement := credits.judge_transfer('grant', transfer);
  if judgement = 'together' then
    planned.state := 'proposed';
    planned.request_id := (credits.propose_transfer('grant', transfer, planned.expires_at, planned.source)
      #>> '{request,id}')::uuid;
  else
    planned.state := 'paid';
    planned.transfer_id := credits.grant_to_player(transfer, planned.expires_at);
    perform credits.move_credits(transfer, planned.created_by, planned.source, judgement = 'fallback');
  end if;
  return planned;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.pay_period_rewards (
  period_id bigint
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  period leaderboard.board_periods;
  board public.boards;
  rule credits.reward_rules;
  winner record;
  payout credits.reward_payouts;
  payouts credits.reward_payouts[] := '{}';
  transfer public.credit_transfers;
  transfers public.credit_transfers[] := '{}';
  expiries timestamptz[] := '{}';
  run credits.reward_runs;
begin
  -- Another payer of this period waits here, and then finds it paid.
  perform pg_advisory_xact_lock(hashtextextended('reward_period:' || pay_period_rewards.period_id, 0));
  select * into run from credits.reward_runs where reward_runs.period_id = pay_period_rewards.period_id;
  if run.period_id is not null then
    return to_jsonb(run) || '{"status": "paid_before"}';
  end if;
  select * into period from leaderboard.board_periods as periods where periods.id = pay_period_rewards.period_id;
  if period.state is distinct from 'closed' then
    return '{"status": "not_closed"}';
  end if;
  select * into board from public.boards where boards.id = period.board_id;
  rule := credits.find_reward_rule(period.board_id, period.starts_at);
  if rule.id is null then
    return '{"status": "no_rule"}';
  end if;
  perform credits.lock_receivers(array_agg(receiver.player_id), array_agg(receiver.credit_type))
  from credits.list_winners(period, rule.id) as receiver
  join public.profiles on profiles.id = receiver.player_id;
  for winner in
    select listed.*, profiles.id is null as is_erased, profiles.left_at is not null as has_left
    from credits.list_winners(period, rule.id) as listed
    left join public.profiles on profiles.id = listed.player_id
    order by listed.credit_type, listed.position
  loop
    payout := null;
    payout.period_id := period.id;
    payout.player_id := winner.player_id;
    payout.credit_type := winner.credit_type;
    payout.rule_id := rule.id;
    payout.position := winner.position;
    payout.amount := winner.amount;
    payout.expires_at := now() + make_interval(days => winner.valid_days);
    payout.decided_at := clock_timestamp();
    payout.outcome := case when winner.is_erased then 'erased' when winner.has_left then 'left' else 'paid' end;
    if payout.outcome = 'paid' then
      transfer := credits.make_transfer('grant', winner.player_id, winner.credit_type, winner.amount,
        format('Reward for place %s: %s, %s', winner.position, board.name,
          coalesce(period.name, to_char(period.starts_at at time zone board.time_zone, 'FMDD Mon YYYY'))),
        '', null, 'system');
      transfer.id := gen_random_uuid();
      transfer.idempotency_key := format('reward:%s:%s:%s', period.id, winner.player_id, winner.credit_type);
      transfers := transfers || transfer;
      expiries := expiries || payout.expires_at;
      payout.transfer_id := transfer.id;
    end if;
    payouts := payouts || payout;
  end loop;
  perform credits.grant_to_players(transfers, expiries);
  insert into credits.reward_payouts select * from unnest(payouts);
  insert into credits.reward_runs (period_id, rule_id, paid_count, unpaid_count)
  select period.id, rule.id, count(*) filter (where decided.outcome = 'paid'),
    count(*) filter (where decided.outcome <> 'paid')
  from credits.reward_payouts as decided where decided.period_id = period.id
  returning * into run;
  perform platform.record_audit('credits.rewards_paid', 'board', board.slug, null, to_jsonb(run), null, 'system');
  return to_jsonb(run) || '{"status": "paid"}';
end;
$function$;

CREATE OR REPLACE FUNCTION credits.pay_scheduled_grants()
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  due uuid[];
  planned credits.scheduled_grants;
begin
  select array_agg(waiting.id) into due
  from (
    select scheduled_grants.id from credits.scheduled_grants
    where scheduled_grants.state = 'waiting' and scheduled_grants.effective_at <= now()
    order by scheduled_grants.effective_at, scheduled_grants.id limit 200
    for update skip locked
  ) as waiting;
  if due is null then
    return 0;
  end if;
  perform credits.lock_receivers(array_agg(waiting.player_id), array_agg(waiting.credit_type))
  from credits.scheduled_grants as waiting where waiting.id = any (due);
  for planned in
    select * from credits.scheduled_grants where scheduled_grants.id = any (due)
    order by scheduled_grants.credit_type, scheduled_grants.effective_at, scheduled_grants.id
  loop
    begin
      planned := credits.pay_grant(planned);
    exception when others then
      if sqlstate not like 'DS%' then
        raise;
      end if;
      planned.state := 'refused';
      planned.closed_at := clock_timestamp();
      planned.refusal := sqlerrm;
      perform platform.record_audit('credits.scheduled_grant_refused', 'player', planned.player_id::text, null,
        to_jsonb(planned), planned.created_by, 'system');
    end;
    update credits.scheduled_grants
    set state = planned.state, closed_at = planned.closed_at, transfer_id = planned.transfer_id,
      request_id = planned.request_id, refusal = planned.refusal
    where scheduled_grants.id = planned.id;
  end loop;
  return cardinality(due);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.plan_grant (
  transfer     public.credit_transfers,
  effective_at timestamp with time zone,
  expires_at   timestamp with time zone
)
  RETURNS credits.scheduled_grants
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  made credits.scheduled_grants;
begin
  if plan_grant.effective_at > now() + interval '5 years' then
    perform platform.refuse(400, 'effective_invalid', 'A grant takes effect within five years.',
      'Choose an earlier time.');
  end if;
  if plan_grant.expires_at <= plan_grant.effective_at then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire before they are granted.',
      'Choose a later time.');
  end if;
  -- Refuses a grant to oneself. What needs a second approver is decided when the grant is due.
  perform credits.judge_transfer('grant', transfer);
  insert into credits.scheduled_grants (
    player_id, credit_type, amount, reason, effective_at, expires_at, source, created_by)
  values (
    transfer.player_id, transfer.credit_type, transfer.amount, transfer.reason, plan_grant.effective_at,
    plan_grant.expires_at, transfer.source, transfer.actor_id)
  returning * into made;
  perform platform.record_audit('credits.grant_scheduled', 'player', made.player_id::text, null, to_jsonb(made),
    transfer.actor_id, transfer.source);
  return made;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.read_listed_time (
  written text,
  label   text
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  given text := trim(coalesce(written, ''));
begin
  if given = '' then
    return null;
  end if;
  if given ~ '^\d{4}-\d\d-\d\d$' then
    given := given || 'T00:00:00Z';
  end if;
  if given !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$'
    or not pg_input_is_valid(given, 'timestamptz') then
    perform platform.refuse(400, 'time_invalid', format('The %s is not a date.', label),
      'Write 2026-12-31, or 2026-12-31T18:00:00Z.');
  end if;
  return given::timestamptz;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.read_prize (
  written jsonb
)
  RETURNS credits.reward_prizes
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  prize credits.reward_prizes;
begin
  begin
    prize := jsonb_populate_record(null::credits.reward_prizes, written);
  exception when data_exception then
    prize := null;
  end;
  if prize.tier is not null then
    select min(place), max(place) into prize.place_from, prize.place_to
    from generate_series(1, 1000) as place where leaderboard.tier_of_position(place) = prize.tier;
  end if;
  prize.place_to := coalesce(prize.place_to, prize.place_from);
  if prize.place_from is null or prize.place_from < 1 or prize.place_to not between prize.place_from and 1000
    or prize.amount is null or prize.amount not between 1 and 1000000
    or prize.valid_days not between 1 and 3660
    or not exists (select from public.credit_policies as policy where policy.credit_type = prize.credit_type) then
    perform platform.refuse(400, 'prize_invalid', 'This is not a valid prize.',
      'Choose a tier or places from 1 to 1,000, a credit type, and an amount from 1 to 1,000,000.');
  end if;
  return prize;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.refuse_known_result (
  board_id     bigint,
  applies_from timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if exists (
    select from leaderboard.board_periods as period
    where period.board_id = refuse_known_result.board_id and period.state <> 'open'
      and period.starts_at >= refuse_known_result.applies_from) then
    perform platform.refuse(409, 'reward_too_late', 'The first of these periods has ended.',
      'Let the rule begin with the next period.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.warn_of_expiry()
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  due record;
  warned_count int := 0;
begin
  for due in
    select lot.id, lot.player_id, lot.credit_type, lot.available, lot.expires_at, notice.days_before
    from (values (1), (7)) as notice (days_before)
    join public.credit_lots as lot
      on lot.available > 0 and lot.expires_at > now()
      and lot.expires_at <= now() + make_interval(days => notice.days_before)
    join public.credit_transfers as transfer on transfer.id = lot.transfer_id
    -- A player who got credits for less than a week knows; and the last day's warning replaces a late one.
    where transfer.created_at <= lot.expires_at - make_interval(days => notice.days_before)
      and (notice.days_before = 1 or lot.expires_at > now() + interval '1 day')
      and not exists (
        select from credits.lot_warnings as warned
        where warned.lot_id = lot.id and warned.days_before = notice.days_before)
    order by lot.expires_at, lot.id limit 1000
  loop
    insert into credits.lot_warnings (lot_id, days_before) values (due.id, due.days_before) on conflict do nothing;
    continue when not found;
    perform platform.emit_event('credits/lot.expiring', jsonb_build_object(
      'player_id', due.player_id, 'lot_id', due.id, 'credit_type', due.credit_type, 'available', due.available,
      'expires_at', due.expires_at, 'days_before', due.days_before));
    warned_count := warned_count + 1;
  end loop;
  return warned_count;
end;
$function$;

CREATE OR REPLACE FUNCTION public.cancel_scheduled_grant (
  grant_id         uuid,
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
  planned credits.scheduled_grants;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can cancel a grant.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('credit_cancel', actor::text);
  select * into planned from credits.scheduled_grants
  where scheduled_grants.id = cancel_scheduled_grant.grant_id for update;
  if planned.id is null then
    perform platform.refuse(404, 'scheduled_grant_not_found', 'There is no such scheduled grant.',
      'Open the list of scheduled grants.');
  end if;
  if planned.state <> 'waiting' then
    perform platform.refuse(409, 'scheduled_grant_closed', format('This grant is already %s.', planned.state),
      case planned.state when 'paid' then 'Reverse its transfer instead.' else 'Nothing is left to do.' end);
  end if;
  update credits.scheduled_grants set state = 'cancelled', closed_at = clock_timestamp(), cancelled_by = actor
  where scheduled_grants.id = planned.id returning * into planned;
  perform platform.record_audit('credits.grant_cancelled', 'player', planned.player_id::text,
    '{"state": "waiting"}', to_jsonb(planned), actor, platform.resolve_source(source));
  return credits.describe_scheduled_grant(planned);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."cancel_scheduled_grant"(uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.confirm_reward_rule (
  rule_id          bigint,
  acting_player_id uuid   DEFAULT NULL::uuid,
  source           text   DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  rule credits.reward_rules;
begin
  if not identity.has_role(actor, 'manager') then
    perform platform.refuse(403, 'manager_only', 'Only managers can confirm rewards.', 'Ask a manager.');
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  select * into rule from credits.reward_rules where reward_rules.id = confirm_reward_rule.rule_id for update;
  if rule.id is null then
    perform platform.refuse(404, 'reward_rule_not_found', 'There is no such rule.', 'Open the list of rewards.');
  end if;
  if rule.confirmed_at is not null then
    perform platform.refuse(409, 'reward_rule_confirmed', 'This rule is already confirmed.',
      'Nothing is left to do.');
  end if;
  if rule.created_by = actor then
    perform platform.refuse(403, 'own_reward_rule', 'You wrote this rule, so somebody else has to confirm it.',
      'Ask another manager or admin.');
  end if;
  perform credits.refuse_known_result(rule.board_id, rule.applies_from);
  update credits.reward_rules set confirmed_at = clock_timestamp(), confirmed_by = actor
  where reward_rules.id = rule.id returning * into rule;
  perform platform.record_audit('credits.reward_rule_confirmed', 'reward_rule', rule.id::text, null,
    credits.describe_reward_rule(rule), actor, platform.resolve_source(source));
  return credits.describe_reward_rule(rule);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."confirm_reward_rule"(bigint, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.grant_credits_to_list (
  lines            jsonb,
  is_preview       boolean,
  idempotency_key  text,
  acting_player_id uuid    DEFAULT NULL::uuid,
  source           text    DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(grant_credits_to_list.source);
  hash text := encode(sha256(convert_to(grant_credits_to_list.lines::text, 'utf8')), 'hex');
  replay jsonb;
  outcome jsonb;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if jsonb_typeof(lines) is distinct from 'array' or jsonb_array_length(lines) not between 1 and 2000 then
    perform platform.refuse(400, 'list_invalid', 'A list has 1 to 2,000 lines.', 'Split the list.');
  end if;
  replay := platform.begin_command('grant_credits_to_list', actor, idempotency_key,
    jsonb_build_object('hash', hash, 'is_preview', is_preview));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  perform credits.lock_receivers(array_agg(receiver.id), array_agg(receiver.credit_type))
  from (
    select credits.find_listed_player(trim(item.value ->> 'player')) as id,
      lower(trim(item.value ->> 'credit_type')) as credit_type
    from jsonb_array_elements(lines) as item
  ) as receiver
  join public.credit_policies as policy on policy.credit_type = receiver.credit_type
  where receiver.id is not null;
  outcome := credits.grant_lines(lines, actor, origin, coalesce(is_preview, true))
    || jsonb_build_object('granted_before', (
      select max(list.granted_at) from credits.grant_lists as list where list.content_hash = hash));
  if (outcome ->> 'is_done')::boolean then
    insert into credits.grant_lists (content_hash, line_count, granted_by)
    values (hash, jsonb_array_length(lines), actor);
    perform platform.record_audit('credits.list_granted', 'grant_list', hash, null,
      jsonb_build_object('line_count', jsonb_array_length(lines)), actor, origin);
  end if;
  return platform.finish_command('grant_credits_to_list', actor, idempotency_key, outcome);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."grant_credits_to_list"(jsonb, boolean, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_reward_payouts (
  board    text    DEFAULT NULL::text,
  after    text    DEFAULT NULL::text,
  max_rows integer DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  row_count int := least(greatest(coalesce(list_reward_payouts.max_rows, 50), 1), 200);
  after_place bigint[];
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the rewards of all players.',
      'Ask a manager.');
  end if;
  if after is not null then
    if after !~ '^\d{1,15}_\d{1,15}_\d$' then
      perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
    end if;
    after_place := string_to_array(after, '_')::bigint[];
  end if;
  return (
    with listed as (
      select payout.*, -payout.period_id as newest,
        array_position(array['ai', 'lead'], payout.credit_type) as type_place
      from credits.reward_payouts as payout
      join leaderboard.board_periods as period on period.id = payout.period_id
      join public.boards on boards.id = period.board_id
      where list_reward_payouts.board is null or boards.slug = list_reward_payouts.board
    ),
    page as (
      select listed.*, row_number() over (order by listed.newest, listed.position, listed.type_place) as place
      from listed
      where after is null
        or (listed.newest, listed.position, listed.type_place) > (-after_place[1], after_place[2], after_place[3])
      order by listed.newest, listed.position, listed.type_place limit row_count + 1
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(jsonb_build_object(
        'board', board.slug, 'board_name', board.name, 'period_id', period.id, 'period_name', period.name,
        'period_starts_at', period.starts_at, 'player_id', page.player_id, 'username', player.username,
        'display_name', player.display_name, 'position', page.position, 'credit_type', page.credit_type,
        'amount', page.amount, 'outcome', page.outcome, 'transfer_id', page.transfer_id,
        'decided_at', page.decided_at) order by page.place) filter (where page.place <= row_count), '[]'),
      'next_cursor', max(format('%s_%s_%s', page.period_id, page.position, page.type_place))
        filter (where page.place = row_count and page_size.total > row_count))
    from page
    cross join (select count(*) as total from page) as page_size
    join leaderboard.board_periods as period on period.id = page.period_id
    join public.boards as board on board.id = period.board_id
    left join public.profiles as player on player.id = page.player_id);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_reward_payouts"(text, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_reward_rules()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see the rules of rewards.', 'Ask a manager.');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'board', board.slug, 'board_name', board.name, 'kind', board.kind,
      'current', (
        select credits.describe_reward_rule(rule)
        from credits.find_reward_rule(board.id, period.starts_at) as rule where rule.id is not null),
      'versions', coalesce((
        select jsonb_agg(credits.describe_reward_rule(rule) order by rule.version desc)
        from credits.reward_rules as rule where rule.board_id = board.id), '[]'),
      'period_ends_at', period.ends_at, 'period_name', period.name, 'period_starts_at', period.starts_at)
      order by board.id)
    from public.boards as board
    cross join lateral leaderboard.current_period(board.id) as period
    where board.kind <> 'all_time' and board.is_active), '[]');
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_reward_rules"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_scheduled_grants (
  state    text    DEFAULT NULL::text,
  after    text    DEFAULT NULL::text,
  max_rows integer DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  row_count int := least(greatest(coalesce(list_scheduled_grants.max_rows, 50), 1), 200);
  cursor record;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see scheduled grants.', 'Ask a manager.');
  end if;
  select * into cursor from credits.parse_cursor(
    list_scheduled_grants.after, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
  return (
    with page as (
      select planned, planned.effective_at, planned.id,
        row_number() over (order by planned.effective_at desc, planned.id desc) as place
      from credits.scheduled_grants as planned
      where (list_scheduled_grants.state is null or planned.state = list_scheduled_grants.state)
        and (cursor.before_at is null
          or (planned.effective_at, planned.id) < (cursor.before_at, cursor.before_id::uuid))
      order by planned.effective_at desc, planned.id desc limit row_count + 1
    )
    select jsonb_build_object(
      'rows', coalesce((
        select jsonb_agg(credits.describe_scheduled_grant(page.planned) order by page.place)
        from page where page.place <= row_count), '[]'),
      'next_cursor', case when (select count(*) from page) > row_count then (
        select credits.format_cursor(page.effective_at, page.id::text) from page where page.place = row_count) end));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_scheduled_grants"(text, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.preview_rewards (
  board text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  period leaderboard.board_periods;
  rule credits.reward_rules;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers preview rewards.', 'Ask a manager.');
  end if;
  select (leaderboard.current_period(boards.id)).* into period
  from public.boards where boards.slug = preview_rewards.board;
  rule := credits.find_reward_rule(period.board_id, period.starts_at);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'player_id', winner.player_id, 'username', player.username, 'display_name', player.display_name,
      'position', winner.position, 'credit_type', winner.credit_type, 'amount', winner.amount,
      'outcome', case when player.id is null then 'erased' when player.left_at is not null then 'left'
        else 'paid' end)
      order by winner.position, winner.credit_type)
    from credits.list_winners(period, rule.id) as winner
    left join public.profiles as player on player.id = winner.player_id), '[]');
end;
$function$;

REVOKE ALL ON FUNCTION "public"."preview_rewards"(text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.schedule_grant (
  player_id        uuid,
  credit_type      text,
  amount           bigint,
  reason           text,
  effective_at     timestamp with time zone,
  idempotency_key  text,
  expires_at       timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  acting_player_id uuid                     DEFAULT NULL::uuid,
  source           text                     DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  transfer public.credit_transfers;
  replay jsonb;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  transfer := credits.make_transfer('grant', player_id, credit_type, amount, credits.check_reason(reason),
    idempotency_key, actor, source);
  replay := platform.begin_command('schedule_grant', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'effective_at', effective_at,
    'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  if effective_at is null or effective_at <= now() then
    perform platform.refuse(400, 'effective_invalid', 'This time has passed.', 'Choose a later time, or grant now.');
  end if;
  return platform.finish_command('schedule_grant', actor, idempotency_key, credits.describe_scheduled_grant(
    credits.plan_grant(transfer, schedule_grant.effective_at, schedule_grant.expires_at)));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."schedule_grant"(uuid, text, bigint, text, timestamp WITH time zone, text, timestamp WITH time zone, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.set_reward_rule (
  board            text,
  prizes           jsonb,
  begins           text  DEFAULT 'current'::text,
  acting_player_id uuid  DEFAULT NULL::uuid,
  source           text  DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  rewarded public.boards;
  period leaderboard.board_periods;
  made credits.reward_rules;
  prize credits.reward_prizes;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can change rewards.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  -- Versions of one board follow each other.
  select * into rewarded from public.boards where boards.slug = set_reward_rule.board for update;
  if rewarded.id is null then
    perform platform.refuse(404, 'board_not_found', 'There is no such board.', 'Choose one of the boards.');
  end if;
  period := leaderboard.current_period(rewarded.id);
  if rewarded.kind = 'all_time' or period.ends_at is null then
    perform platform.refuse(409, 'reward_without_end', 'This board has no period that ends.',
      'Choose a board with periods, or plan a season first.');
  end if;
  if jsonb_typeof(prizes) is distinct from 'array' or jsonb_array_length(prizes) > 20 then
    perform platform.refuse(400, 'prize_invalid', 'A rule has up to 20 prizes.', 'Remove some of them.');
  end if;
  insert into credits.reward_rules (board_id, version, applies_from, created_by)
  select rewarded.id, coalesce(max(earlier.version), 0) + 1,
    case begins when 'next' then period.ends_at else period.starts_at end, actor
  from credits.reward_rules as earlier where earlier.board_id = rewarded.id
  returning * into made;
  perform credits.refuse_known_result(rewarded.id, made.applies_from);
  for prize in
    select (credits.read_prize(item.value || jsonb_build_object('line', item.ordinality))).*
    from jsonb_array_elements(prizes) with ordinality as item
  loop
    prize.rule_id := made.id;
    insert into credits.reward_prizes select prize.*;
  end loop;
  if credits.may_confirm_alone(made) then
    update credits.reward_rules set confirmed_at = clock_timestamp(), confirmed_by = actor
    where reward_rules.id = made.id returning * into made;
  end if;
  perform platform.record_audit('credits.reward_rule_set', 'board', rewarded.slug, null,
    credits.describe_reward_rule(made), actor, platform.resolve_source(source));
  return credits.describe_reward_rule(made);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."set_reward_rule"(text, jsonb, text, uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "credits"."grant_lists"
  ADD CONSTRAINT "grant_lists_granted_by_fkey" FOREIGN KEY (granted_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."lot_warnings"
  ADD CONSTRAINT "lot_warnings_lot_id_fkey" FOREIGN KEY (lot_id) REFERENCES public.credit_lots(id);

ALTER TABLE "credits"."reward_payouts"
  ADD CONSTRAINT "reward_payouts_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

ALTER TABLE "credits"."reward_payouts"
  ADD CONSTRAINT "reward_payouts_period_id_fkey" FOREIGN KEY (period_id) REFERENCES leaderboard.board_periods(id);

ALTER TABLE "credits"."reward_payouts"
  ADD CONSTRAINT "reward_payouts_transfer_id_fkey" FOREIGN KEY (transfer_id) REFERENCES public.credit_transfers(id);

ALTER TABLE "credits"."reward_prizes"
  ADD CONSTRAINT "reward_prizes_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

ALTER TABLE "credits"."reward_rules"
  ADD CONSTRAINT "reward_rules_board_id_fkey" FOREIGN KEY (board_id) REFERENCES public.boards(id);

ALTER TABLE "credits"."reward_rules"
  ADD CONSTRAINT "reward_rules_confirmed_by_fkey" FOREIGN KEY (confirmed_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."reward_rules"
  ADD CONSTRAINT "reward_rules_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."reward_payouts"
  ADD CONSTRAINT "reward_payouts_rule_id_fkey" FOREIGN KEY (rule_id) REFERENCES credits.reward_rules(id);

ALTER TABLE "credits"."reward_prizes"
  ADD CONSTRAINT "reward_prizes_rule_id_fkey" FOREIGN KEY (rule_id) REFERENCES credits.reward_rules(id);

ALTER TABLE "credits"."reward_runs"
  ADD CONSTRAINT "reward_runs_period_id_fkey" FOREIGN KEY (period_id) REFERENCES leaderboard.board_periods(id);

ALTER TABLE "credits"."reward_runs"
  ADD CONSTRAINT "reward_runs_rule_id_fkey" FOREIGN KEY (rule_id) REFERENCES credits.reward_rules(id);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_cancelled_by_fkey" FOREIGN KEY (cancelled_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_player_id_fkey" FOREIGN KEY (player_id) REFERENCES public.profiles(id);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_request_id_fkey" FOREIGN KEY (request_id) REFERENCES public.credit_requests(id);

ALTER TABLE "credits"."scheduled_grants"
  ADD CONSTRAINT "scheduled_grants_transfer_id_fkey" FOREIGN KEY (transfer_id) REFERENCES public.credit_transfers(id);

CREATE INDEX grant_lists_content_hash_idx ON credits.grant_lists USING btree (content_hash, granted_at DESC);

CREATE INDEX grant_lists_granted_by_idx ON credits.grant_lists USING btree (granted_by);

CREATE INDEX reward_payouts_credit_type_idx ON credits.reward_payouts USING btree (credit_type);

CREATE INDEX reward_payouts_player_id_idx ON credits.reward_payouts USING btree (player_id);

CREATE INDEX reward_payouts_rule_id_idx ON credits.reward_payouts USING btree (rule_id);

CREATE INDEX reward_prizes_credit_type_idx ON credits.reward_prizes USING btree (credit_type);

CREATE INDEX reward_rules_confirmed_by_idx ON credits.reward_rules USING btree (confirmed_by);

CREATE INDEX reward_rules_created_by_idx ON credits.reward_rules USING btree (created_by);

CREATE INDEX reward_runs_rule_id_idx ON credits.reward_runs USING btree (rule_id);

CREATE INDEX scheduled_grants_cancelled_by_idx ON credits.scheduled_grants USING btree (cancelled_by);

CREATE INDEX scheduled_grants_created_by_idx ON credits.scheduled_grants USING btree (created_by);

CREATE INDEX scheduled_grants_credit_type_idx ON credits.scheduled_grants USING btree (credit_type);

CREATE INDEX scheduled_grants_due_idx ON credits.scheduled_grants USING btree (effective_at, id)
  WHERE (state = 'waiting'::text);

CREATE INDEX scheduled_grants_page_idx ON credits.scheduled_grants USING btree (effective_at DESC, id DESC);

CREATE INDEX scheduled_grants_player_id_idx ON credits.scheduled_grants USING btree (player_id);

CREATE INDEX profiles_staff_idx ON public.profiles USING btree (id)
  WHERE (ROLE = ANY (ARRAY['manager'::text, 'admin'::text]));

CREATE TRIGGER on_scheduled_grant_check_reason
  BEFORE INSERT ON credits.scheduled_grants
  FOR EACH ROW
  EXECUTE FUNCTION platform.refuse_unpresentable_text('reason', 'reason', 'reason_invalid', '500', '3', 'true');

CREATE TRIGGER on_scheduled_grant_check_times
  BEFORE INSERT ON credits.scheduled_grants
  FOR EACH ROW
  EXECUTE FUNCTION platform.check_shown_times('effective_at', 'expires_at');

COMMENT ON COLUMN "credits"."reward_rules"."confirmed_by" IS 'Who made it effective: the admin who wrote it, or a second approver if a prize is above the policy''s amount.';

COMMENT ON COLUMN "credits"."scheduled_grants"."refusal" IS 'Why the rules refused it when it was due.';

COMMENT ON FUNCTION "credits"."describe_reward_rule"(credits.reward_rules) IS 'A version of a rule with its prizes and the names of the admins.';

COMMENT ON FUNCTION "credits"."describe_scheduled_grant"(credits.scheduled_grants) IS 'A scheduled grant with the names of its player and of the admins.';

COMMENT ON FUNCTION "credits"."find_listed_player"(text) IS 'The player of a username or an id; null if there is none.';

COMMENT ON FUNCTION "credits"."find_reward_rule"(bigint, timestamp with time zone) IS 'The version that applies to a period that starts then; null if there is none.';

COMMENT ON FUNCTION "credits"."grant_lines"(jsonb, uuid, text, boolean) IS 'Grants every line, or none if it is a preview or one is refused: {is_done, results}, a result for each line.';

COMMENT ON FUNCTION "credits"."grant_to_players"(public.credit_transfers[], timestamp with time zone[]) IS 'Issues judged grants as lots that expire at the parallel times (null: never), with their audit and messages, in as many statements as for one. Each transfer brings its id and key. The caller holds lock_receivers.';

COMMENT ON FUNCTION "credits"."judge_line"(jsonb, uuid, text, jsonb) IS 'Reads one line {line, player, credit_type, amount, reason, effective_at, expires_at}; proposes or schedules it, or returns the transfer to grant: {outcome, transfer, valid_until}. earlier_sums is what earlier lines grant, by player and type. Refuses what is wrong with the line.';

COMMENT ON FUNCTION "credits"."list_winners"(leaderboard.board_periods, bigint) IS 'Who gets what under a version of a rule: from the sealed archive of a closed period, else from the published standings of now. Prizes of one type are added up; they expire as the first of them does.';

COMMENT ON FUNCTION "credits"."lock_receivers"(uuid[], text[]) IS 'Takes every lock that grants to several players need (two parallel lists), in an order that cannot deadlock.';

COMMENT ON FUNCTION "credits"."may_confirm_alone"(credits.reward_rules) IS 'Whether no prize is above the amount that needs a second approver, or there is nobody else.';

COMMENT ON FUNCTION "credits"."pay_due_rewards"() IS 'Pays the rewards of the oldest closed period that waits for them. Safe to run at any time, and twice; one period a run, so that a failure of one transaction undoes no other payment.';

COMMENT ON FUNCTION "credits"."pay_grant"(credits.scheduled_grants) IS 'Grants or proposes a scheduled grant and returns its new state; refuses as grant_credits does. The caller holds the locks of its player.';

COMMENT ON FUNCTION "credits"."pay_period_rewards"(bigint) IS 'Pays the rewards of a period, all in one transaction and once, however often and by however many it is called: {status: paid | paid_before | not_closed | no_rule}. Reads the sealed archive, never an event. Players who left or were erased get nothing, and nobody moves up; players who hide themselves are on no board.';

COMMENT ON FUNCTION "credits"."pay_scheduled_grants"() IS 'Pays the grants that are due, each once, and returns how many it closed. Safe to run at any time, and twice: payment and state are one transaction.';

COMMENT ON FUNCTION "credits"."plan_grant"(public.credit_transfers, timestamp with time zone, timestamp with time zone) IS 'Stores a validated grant that takes effect later, and audits it. Refuses DS400 and DS403 own_grant.';

COMMENT ON FUNCTION "credits"."read_listed_time"(text, text) IS 'A date (from midnight UTC) or a time with an offset; null for an empty text; refuses DS400 anything else.';

COMMENT ON FUNCTION "credits"."read_prize"(jsonb) IS 'A prize {tier | place_from, place_to, credit_type, amount, valid_days}, with the places of its tier; refuses DS400 one that is not valid.';

COMMENT ON FUNCTION "credits"."refuse_known_result"(bigint, timestamp with time zone) IS 'Refuses DS409 a rule that would apply to a period that no longer accepts events.';

COMMENT ON FUNCTION "credits"."warn_of_expiry"() IS 'Emits credits/lot.expiring for credits that expire within seven days and within one, once each, and returns how many. Safe to run at any time, and twice.';

COMMENT ON FUNCTION "public"."cancel_scheduled_grant"(uuid, uuid, text) IS 'Cancels a scheduled grant that is not yet paid, and returns it; admins only, audited. In a race with its payment one of the two happens. Definer: nobody may write grants directly.';

COMMENT ON FUNCTION "public"."confirm_reward_rule"(bigint, uuid, text) IS 'Makes a waiting version effective and returns it, once, by a manager or admin who did not write it. Definer: nobody may write rules directly.';

COMMENT ON FUNCTION "public"."grant_credits_to_list"(jsonb, boolean, text, uuid, text) IS 'Grants a list of up to 2,000 lines in one transaction, all or nothing, or previews it: {is_done, results, granted_before, replayed}. Each line follows the rules of grant_credits: it is granted, proposed, scheduled or refused. granted_before: when the same list was granted last. Admins only; audited. Definer: nobody may write credits directly.';

COMMENT ON FUNCTION "public"."list_reward_payouts"(text, text, integer) IS '{rows, next_cursor}: what players got at the end of past periods, newest period first, by place. For managers and the service. Definer: the tables are internal.';

COMMENT ON FUNCTION "public"."list_reward_rules"() IS '[{board, board_name, kind, current, versions, period_name, period_starts_at, period_ends_at}]: boards whose periods end, with their rewards; versions newest first. For managers and the service. Definer: the tables are internal.';

COMMENT ON FUNCTION "public"."list_scheduled_grants"(text, text, integer) IS '{rows, next_cursor}: scheduled grants, latest effect first. For managers and the service. Definer: the table is internal.';

COMMENT ON FUNCTION "public"."preview_rewards"(text) IS '[{player_id, username, display_name, position, credit_type, amount, outcome}]: who would get what if the current period ended now. For managers and the service. Definer: reads internal standings.';

COMMENT ON FUNCTION "public"."schedule_grant"(uuid, text, bigint, text, timestamp with time zone, text, timestamp with time zone, uuid, text) IS 'Schedules a grant and returns it; it is paid once, soon after effective_at. Above the policy''s amount it then becomes a proposal. Admins only, never to themselves while another approver exists; audited. Definer: nobody may write grants directly.';

COMMENT ON FUNCTION "public"."set_reward_rule"(text, jsonb, text, uuid, text) IS 'Adds a version of the rewards of a board and returns it; it applies from the current or the next period on. A prize above the policy''s amount waits until a second approver confirms the version. Admins only; audited. Definer: nobody may write rules directly.';

COMMENT ON TABLE "credits"."grant_lists" IS 'One row is a list that was granted. Its hash warns an admin who grants the same list again.';

COMMENT ON TABLE "credits"."lot_warnings" IS 'One row is a warning about one lot that was sent so many days before it expires.';

COMMENT ON TABLE "credits"."reward_payouts" IS 'One row is what one player of a closed period got of one credit type, or why nothing. No foreign key to players: an erased player stays in the archive.';

COMMENT ON TABLE "credits"."reward_prizes" IS 'One row is one prize of a rule: the places that get it, and the credits. A player gets every prize of their place. The rule of a board without prizes ends its rewards.';

COMMENT ON TABLE "credits"."reward_rules" IS 'One row is one version of the rewards of a board. Once confirmed, it applies to the periods that start at applies_from or later, until a later version does.';

COMMENT ON TABLE "credits"."reward_runs" IS 'One row is a period whose rewards are paid, with the version of the rule that applied. A later version never pays it again.';

COMMENT ON TABLE "credits"."scheduled_grants" IS 'One row is a grant that takes effect at effective_at. It leaves the state waiting once: paid, proposed to a second approver, refused by a rule, or cancelled before.';

REVOKE ALL ON FUNCTION "credits"."describe_reward_rule"(credits.reward_rules) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_scheduled_grant"(credits.scheduled_grants) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_listed_player"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_reward_rule"(bigint, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."grant_lines"(jsonb, uuid, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."grant_to_players"(public.credit_transfers[], timestamp WITH time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."judge_line"(jsonb, uuid, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."list_winners"(leaderboard.board_periods, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lock_receivers"(uuid[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."may_confirm_alone"(credits.reward_rules) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."pay_due_rewards"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."pay_grant"(credits.scheduled_grants) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."pay_period_rewards"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."pay_scheduled_grants"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."plan_grant"(public.credit_transfers, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."read_listed_time"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."read_prize"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."refuse_known_result"(bigint, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."warn_of_expiry"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_scheduled_grant"(uuid, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."cancel_scheduled_grant"(uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."confirm_reward_rule"(bigint, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."confirm_reward_rule"(bigint, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."grant_credits_to_list"(jsonb, boolean, text, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."grant_credits_to_list"(jsonb, boolean, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_reward_payouts"(text, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_reward_payouts"(text, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_reward_rules"() TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_reward_rules"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_scheduled_grants"(text, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_scheduled_grants"(text, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."preview_rewards"(text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."preview_rewards"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."schedule_grant"(uuid, text, bigint, text, timestamp WITH time zone, text, timestamp WITH time zone, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."schedule_grant"(uuid, text, bigint, text, timestamp WITH time zone, text, timestamp WITH time zone, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."set_reward_rule"(text, jsonb, text, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."set_reward_rule"(text, jsonb, text, uuid, text) TO "service_role";

select cron.schedule('pay-scheduled-grants', '* * * * *', 'select credits.pay_scheduled_grants()');
select cron.schedule('pay-rewards', '* * * * *', 'select credits.pay_due_rewards()');
select cron.schedule('warn-of-expiry', '*/15 * * * *', 'select credits.warn_of_expiry()');
