-- What was issued, consumed, held and expired on each day. Finished days are added up once, so a series costs as
-- much as its days and the transfers of the last day or two.

create table credits.credit_days (
  day date not null,
  credit_type text not null references public.credit_policies (credit_type),
  issued bigint not null,
  consumed bigint not null,
  expired bigint not null,
  taken_back bigint not null,
  held_change bigint not null,
  primary key (day, credit_type)
);
comment on table credits.credit_days is
  'One row is the sum of the transfers of one credit type on one finished day (UTC). Days without transfers have '
  'none.';
comment on column credits.credit_days.consumed is 'Spent and captured, less the reversals of spends.';
comment on column credits.credit_days.taken_back is 'Reversals of grants, and what admins took back.';
create index credit_days_credit_type_idx on credits.credit_days (credit_type);

alter table credits.credit_days enable row level security;

create table credits.summed_days (
  is_only boolean primary key default true check (is_only),
  until date not null
);
comment on table credits.summed_days is 'One row: days before this one are in credit_days.';

alter table credits.summed_days enable row level security;

create function credits.sum_days(since date, until date)
returns setof credits.credit_days
language sql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.sum_days(date, date) is
  'The sums of the days from since to before until (UTC), from the transfers themselves.';

create function credits.sum_finished_days()
returns date
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.sum_finished_days() is
  'Adds up the days that are over and returns the first one that is not. Safe to run at any time, and twice.';

create function public.get_credit_days(credit_type text default 'ai', day_count int default 90)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.get_credit_days(text, int) is
  '[{day, issued, consumed, expired, taken_back, held}] of one credit type, oldest first: the sums of each day '
  '(UTC), and what was on hold at its end. For managers and the service. Definer: reads all transfers.';
grant execute on function public.get_credit_days(text, int) to authenticated, service_role;

create function public.get_credit_totals()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.get_credit_totals() is
  '{ai: {issued, spent, expired, available, held, account_count}, lead: …}: where all credits are. issued is what '
  'was granted less what was taken back; it equals the sum of the others. For managers and the service. Definer: '
  'reads the accounts of the system.';
grant execute on function public.get_credit_totals() to authenticated, service_role;
