-- Checks of the books: each night, and when an admin asks.

create table credits.book_checks (
  id bigint generated always as identity primary key,
  checked_at timestamptz not null default clock_timestamp(),
  duration_ms int not null,
  transfer_count bigint not null,
  entry_count bigint not null,
  account_count bigint not null,
  problem_count int not null,
  problems jsonb not null,
  requested_by uuid references public.profiles (id),
  constraint book_checks_problems_check check (jsonb_typeof(problems) = 'array')
);
comment on table credits.book_checks is
  'One row is one check of the whole ledger. problems lists the first hundred; none means that the books balance.';
comment on column credits.book_checks.requested_by is 'The admin who asked for it; null for the nightly check.';
create index book_checks_requested_by_idx on credits.book_checks (requested_by);

alter table credits.book_checks enable row level security;

create function credits.describe_book_check(check_made credits.book_checks)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(check_made) || jsonb_build_object('requested_by_name', (
    select profiles.display_name from public.profiles where profiles.id = check_made.requested_by));
$$;
comment on function credits.describe_book_check(credits.book_checks) is
  'A check with the name of the admin who asked for it.';

create function credits.check_books(actor uuid default null, source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.check_books(uuid, text) is
  'Verifies the whole ledger, stores the result, and returns it; emits credits/books.unbalanced and audits if '
  'something is wrong. Changes nothing in the ledger.';

create function public.check_credit_books(acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins check the books.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('book_check', actor::text);
  return credits.check_books(actor, platform.resolve_source(source));
end;
$$;
comment on function public.check_credit_books(uuid, text) is
  'Verifies the whole ledger now and returns the stored result. For admins, a few times a minute. Definer: reads '
  'all accounts and writes the result.';
grant execute on function public.check_credit_books(uuid, text) to authenticated, service_role;

create function public.list_book_checks(max_rows int default 10)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.list_book_checks(int) is
  'The latest checks of the books, newest first. For managers and the service. Definer: the table is internal.';
grant execute on function public.list_book_checks(int) to authenticated, service_role;
