-- Postgres holds times and numbers that JSON and JavaScript do not: "infinity", years beyond 9999, integers beyond 2^53. A
-- page that met one would break, so none gets in where somebody chooses the value.

create function private.check_shown_times()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  column_name text;
  chosen timestamptz;
begin
  foreach column_name in array tg_argv loop
    execute format('select ($1).%I', column_name) into chosen using new;
    if chosen < '0001-01-01T00:00:00Z'::timestamptz or chosen >= '10000-01-01T00:00:00Z'::timestamptz then
      perform private.refuse(400, 'time_out_of_range', 'This time cannot be shown.',
        'Use a time from the year 1 to the year 9999.');
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.check_shown_times() is
  'Refuses a time that no calendar shows, whoever writes it. Its arguments are the columns to look at.';

create trigger on_period_check_times before insert or update of starts_at, ends_at on private.board_periods
  for each row execute function private.check_shown_times('starts_at', 'ends_at');
create trigger on_score_rule_check_times before insert on public.score_rules
  for each row execute function private.check_shown_times('effective_from');
create trigger on_credit_request_check_times before insert on public.credit_requests
  for each row execute function private.check_shown_times('grant_expires_at');
create trigger on_credit_lot_check_times before insert on public.credit_lots
  for each row execute function private.check_shown_times('expires_at');
create trigger on_api_key_check_times before insert on private.api_keys
  for each row execute function private.check_shown_times('expires_at');

create function private.check_shown_amount()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.amount > 1000000000000 then
    perform private.refuse(400, 'amount_too_large', 'Nobody can get that many credits at once.',
      'Use an amount of at most 1,000,000,000,000.');
  end if;
  return new;
end;
$$;
comment on function private.check_shown_amount() is
  'Refuses an amount so large that sums of it are no longer exact in JSON, whoever writes it.';

create trigger on_credit_transfer_check_amount before insert on public.credit_transfers
  for each row execute function private.check_shown_amount();
