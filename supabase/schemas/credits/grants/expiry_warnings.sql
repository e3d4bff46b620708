-- Warnings before credits expire: a week and a day before, once each for every lot.

create table credits.lot_warnings (
  lot_id bigint not null references public.credit_lots (id),
  days_before int not null check (days_before in (7, 1)),
  warned_at timestamptz not null default clock_timestamp(),
  primary key (lot_id, days_before)
);
comment on table credits.lot_warnings is
  'One row is a warning about one lot that was sent so many days before it expires.';

alter table credits.lot_warnings enable row level security;

create function credits.warn_of_expiry()
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.warn_of_expiry() is
  'Emits credits/lot.expiring for credits that expire within seven days and within one, once each, and returns how '
  'many. Safe to run at any time, and twice.';
