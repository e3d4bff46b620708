-- What may be asked and how it is decided are data: the versions of policies, by credit type and player group.
--
-- Which version judges what. A request keeps the version it was made under: that version let it through, decided
-- whether it was paid at once, and set when it is reminded, escalated and expires, because the player was told so.
-- How it is decided (second approver, comment, web only, budget, validity of the credits) follows the version in
-- force at the moment of each decision, of the same group: a rule that was tightened protects what is still open,
-- and nobody relies on a looser one. An approval that was given stays given; if the new version asks for no more,
-- the request still waits for one more person. The version of the final decision is kept, too.
--
-- Requests and decisions hold the lock below shared while they are judged, and a change of a policy holds it
-- exclusively before it reads the clock. So each is judged wholly before or wholly after a change.
--
-- Order of locks: key of the command, attempts, player, requests in order of ids, policies, accounts of players and
-- then of the system in order of ids, audit chain.

create table public.credit_policies (
  credit_type text primary key check (credit_type in ('ai', 'lead'))
);
comment on table public.credit_policies is
  'One row is one credit type. The versions of its policies state what may be asked of it and how that is decided.';

alter table public.credit_policies enable row level security;
grant select on public.credit_policies to authenticated, service_role;

create policy "Players see what can be requested"
  on public.credit_policies for select to authenticated
  using (true);

create function credits.read_policies()
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(hashtextextended('credit_policies', 0));
$$;
comment on function credits.read_policies() is
  'Holds off changes of policies and groups until the transaction ends. Call it before reading the policy that '
  'judges a request, after locking the request.';

create function credits.change_policies()
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('credit_policies', 0));
$$;
comment on function credits.change_policies() is
  'Waits until nobody is being judged, and holds off later decisions until the transaction ends.';

create function credits.is_credit_type(credit_type text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.credit_policies as policy where policy.credit_type = is_credit_type.credit_type);
$$;
comment on function credits.is_credit_type(text) is 'Whether there are credits of this type.';

create function credits.resolve_start(effective_from timestamptz)
returns timestamptz
language plpgsql
volatile
set search_path = ''
as $$
declare
  starts timestamptz := coalesce(resolve_start.effective_from, clock_timestamp());
begin
  if starts < clock_timestamp() - interval '1 second' or starts > now() + interval '2 years' then
    perform platform.refuse(400, 'invalid_effective_from',
      'A change takes effect now or within two years, never in the past.', 'Omit effective_from to start now.');
  end if;
  return greatest(starts, clock_timestamp());
end;
$$;
comment on function credits.resolve_start(timestamptz) is
  'The moment a change takes effect: the given one, or now. Refuses DS400 one in the past. The caller has '
  'called change_policies.';
