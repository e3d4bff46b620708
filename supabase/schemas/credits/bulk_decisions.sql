-- What bulk decisions did, request by request: kept so that history can show it and an undo knows what to take back.

create table public.credit_bulk_decisions (
  id uuid primary key default gen_random_uuid(),
  decision text not null check (decision in ('approve', 'reject')),
  mode text not null check (mode in ('all_or_nothing', 'stop_at_first', 'continue')),
  comment text check (platform.is_presentable(comment, 1000, 1, true)),
  decided_by uuid not null references public.profiles (id),
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  undone_at timestamptz,
  undone_by uuid references public.profiles (id),
  constraint credit_bulk_decisions_undone_check check ((undone_at is null) = (undone_by is null))
);
comment on table public.credit_bulk_decisions is
  'One row is one decision on many requests at once; its results are in credit_bulk_results.';
comment on column public.credit_bulk_decisions.mode is
  'What a refused request means for the others: nothing is decided, the rest is skipped, or they go on.';
comment on column public.credit_bulk_decisions.undone_at is 'When somebody last undid what could be undone.';
create index credit_bulk_decisions_page_idx on public.credit_bulk_decisions (created_at desc, id desc);
create index credit_bulk_decisions_decided_by_idx on public.credit_bulk_decisions (decided_by);
create index credit_bulk_decisions_undone_by_idx on public.credit_bulk_decisions (undone_by);

alter table public.credit_bulk_decisions enable row level security;
grant select on public.credit_bulk_decisions to authenticated, service_role;
create policy "Managers see bulk decisions"
  on public.credit_bulk_decisions for select to authenticated
  using ((select identity.is_manager()));

create trigger on_credit_bulk_decision_insert_check_comment
  before insert on public.credit_bulk_decisions
  for each row when (new.comment is not null)
  execute function platform.refuse_unpresentable_text(
    'comment', 'comment', 'comment_invalid', '1000', '1', 'true');

create table public.credit_bulk_results (
  bulk_id uuid not null references public.credit_bulk_decisions (id),
  position int not null check (position > 0),
  request_id uuid not null,
  outcome text not null check (outcome in ('approved', 'rejected', 'first_approved', 'refused', 'skipped')),
  refusal jsonb,
  undo_transfer_id uuid references public.credit_transfers (id),
  undo_refusal jsonb,
  primary key (bulk_id, position),
  constraint credit_bulk_results_request_key unique (bulk_id, request_id),
  constraint credit_bulk_results_refusal_check check ((outcome = 'refused') = (refusal is not null)),
  constraint credit_bulk_results_undo_check check (undo_transfer_id is null or outcome = 'approved')
);
comment on table public.credit_bulk_results is
  'One row is what a bulk decision did with one request. The request has no foreign key, because one that does not '
  'exist has a result too: refused.';
comment on column public.credit_bulk_results.outcome is
  'first_approved: the request waits for its second approver. skipped: another request ended the bulk decision.';
comment on column public.credit_bulk_results.refusal is '{status, code, message, action} if a rule forbade it.';
comment on column public.credit_bulk_results.undo_transfer_id is 'The reversal that took the payment back.';
comment on column public.credit_bulk_results.undo_refusal is
  '{status, code, message, action} if an undo could not take it back.';
create index credit_bulk_results_request_idx on public.credit_bulk_results (request_id);
create index credit_bulk_results_undo_transfer_idx on public.credit_bulk_results (undo_transfer_id);

alter table public.credit_bulk_results enable row level security;
grant select on public.credit_bulk_results to authenticated, service_role;
create policy "Managers see the results of bulk decisions"
  on public.credit_bulk_results for select to authenticated
  using ((select identity.is_manager()));

create function credits.describe_refusal(state text, code text, message text, action text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('status', substr(describe_refusal.state, 3)::int, 'code', describe_refusal.code,
    'message', describe_refusal.message, 'action', describe_refusal.action);
$$;
comment on function credits.describe_refusal(text, text, text, text) is
  'A refusal that was caught, as data: {status, code, message, action}.';

create function credits.get_undo_end(bulk public.credit_bulk_decisions)
returns timestamptz
language sql
immutable
set search_path = ''
as $$
  select bulk.created_at + interval '10 minutes';
$$;
comment on function credits.get_undo_end(public.credit_bulk_decisions) is
  'Until when a bulk decision can be undone.';
grant execute on function credits.get_undo_end(public.credit_bulk_decisions) to authenticated, service_role;

create function credits.describe_bulk_totals(results public.credit_bulk_results[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  with counted as (
    select result.outcome, request.credit_type, request.amount, request.kind
    from unnest(describe_bulk_totals.results) as result
    left join public.credit_requests as request on request.id = result.request_id
  )
  select jsonb_build_object(
    'approved', count(*) filter (where outcome = 'approved'),
    'rejected', count(*) filter (where outcome = 'rejected'),
    'first_approved', count(*) filter (where outcome = 'first_approved'),
    'refused', count(*) filter (where outcome = 'refused'),
    'skipped', count(*) filter (where outcome = 'skipped'),
    'amounts', (
      select jsonb_object_agg(policy.credit_type, coalesce((
        select sum(paid.amount) from counted as paid
        where paid.outcome = 'approved' and paid.kind <> 'reversal'
          and paid.credit_type = policy.credit_type), 0))
      from public.credit_policies as policy))
  from counted;
$$;
comment on function credits.describe_bulk_totals(public.credit_bulk_results[]) is
  '{approved, rejected, first_approved, refused, skipped} as counts, and amounts: the credits that were paid, by type.';
grant execute on function credits.describe_bulk_totals(public.credit_bulk_results[])
  to authenticated, service_role;

create function credits.describe_bulk_results(results public.credit_bulk_results[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'request_id', result.request_id,
    'ok', result.outcome not in ('refused', 'skipped'),
    'outcome', result.outcome,
    'is_skipped', result.outcome = 'skipped',
    'request', case when request.id is not null then credits.describe_credit_request(request) end,
    'refusal', result.refusal,
    'is_undone', result.undo_transfer_id is not null,
    'undo_refusal', result.undo_refusal) order by result.position), '[]')
  from unnest(describe_bulk_results.results) as result
  left join public.credit_requests as request on request.id = result.request_id;
$$;
comment on function credits.describe_bulk_results(public.credit_bulk_results[]) is
  'The results in order, each with its request as it is now.';
grant execute on function credits.describe_bulk_results(public.credit_bulk_results[])
  to authenticated, service_role;

create function public.get_bulk_decision(bulk_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'bulk_id', bulk.id, 'decision', bulk.decision, 'mode', bulk.mode, 'comment', bulk.comment,
    'decided_by', bulk.decided_by, 'decided_by_name', approver.display_name, 'source', bulk.source,
    'created_at', bulk.created_at, 'undo_until', credits.get_undo_end(bulk), 'undone_at', bulk.undone_at,
    'is_preview', false,
    'results', credits.describe_bulk_results(made.results),
    'totals', credits.describe_bulk_totals(made.results))
  from public.credit_bulk_decisions as bulk
  join public.profiles as approver on approver.id = bulk.decided_by
  cross join lateral (
    select array_agg(result order by result.position) as results
    from public.credit_bulk_results as result where result.bulk_id = bulk.id
  ) as made
  where bulk.id = get_bulk_decision.bulk_id;
$$;
comment on function public.get_bulk_decision(uuid) is
  'A bulk decision with its results, each with its request as it is now; null unless the caller is a manager or the '
  'service.';
grant execute on function public.get_bulk_decision(uuid) to authenticated, service_role;
