-- Paying rewards: once a period is closed and sealed, from its archive. Nothing is paid because an event says so.

create table credits.reward_payouts (
  period_id bigint not null references leaderboard.board_periods (id),
  player_id uuid not null,
  credit_type text not null references public.credit_policies (credit_type),
  rule_id bigint not null references credits.reward_rules (id),
  position bigint not null,
  amount bigint not null check (amount > 0),
  expires_at timestamptz,
  outcome text not null check (outcome in ('paid', 'left', 'erased')),
  transfer_id uuid unique references public.credit_transfers (id),
  decided_at timestamptz not null default clock_timestamp(),
  primary key (period_id, player_id, credit_type),
  constraint reward_payouts_paid_check check ((outcome = 'paid') = (transfer_id is not null))
);
comment on table credits.reward_payouts is
  'One row is what one player of a closed period got of one credit type, or why nothing. No foreign key to '
  'players: an erased player stays in the archive.';
create index reward_payouts_rule_id_idx on credits.reward_payouts (rule_id);
create index reward_payouts_player_id_idx on credits.reward_payouts (player_id);
create index reward_payouts_credit_type_idx on credits.reward_payouts (credit_type);

alter table credits.reward_payouts enable row level security;

create table credits.reward_runs (
  period_id bigint primary key references leaderboard.board_periods (id),
  rule_id bigint not null references credits.reward_rules (id),
  paid_at timestamptz not null default clock_timestamp(),
  paid_count int not null,
  unpaid_count int not null
);
comment on table credits.reward_runs is
  'One row is a period whose rewards are paid, with the version of the rule that applied. A later version never '
  'pays it again.';
create index reward_runs_rule_id_idx on credits.reward_runs (rule_id);

alter table credits.reward_runs enable row level security;

create function credits.list_winners(period leaderboard.board_periods, rule_id bigint)
returns table (player_id uuid, "position" bigint, credit_type text, amount bigint, valid_days int)
language sql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.list_winners(leaderboard.board_periods, bigint) is
  'Who gets what under a version of a rule: from the sealed archive of a closed period, else from the published '
  'standings of now. Prizes of one type are added up; they expire as the first of them does.';

create function credits.pay_period_rewards(period_id bigint)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.pay_period_rewards(bigint) is
  'Pays the rewards of a period, all in one transaction and once, however often and by however many it is called: '
  '{status: paid | paid_before | not_closed | no_rule}. Reads the sealed archive, never an event. Players who left or '
  'were erased get nothing, and nobody moves up; players who hide themselves are on no board.';

create function credits.pay_due_rewards()
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.pay_due_rewards() is
  'Pays the rewards of the oldest closed period that waits for them. Safe to run at any time, and twice; one period '
  'a run, so that a failure of one transaction undoes no other payment.';
