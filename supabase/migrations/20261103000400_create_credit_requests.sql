create table public.credit_requests (
  id uuid primary key default gen_random_uuid(),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  amount int not null check (amount > 0),
  reason text not null check (char_length(reason) between 3 and 500),
  state text not null default 'pending'
    check (state in ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  remind_at timestamptz not null,
  reminded_at timestamptz,
  closed_at timestamptz,
  transfer_id uuid unique references public.credit_transfers (id),
  constraint credit_requests_closed_check check ((state = 'pending') = (closed_at is null)),
  constraint credit_requests_paid_check check ((state = 'approved') = (transfer_id is not null))
);
comment on table public.credit_requests is
  'One row is one wish of a player for credits. It leaves the state pending exactly once, and is paid '
  'exactly when approved.';
comment on column public.credit_requests.source is 'Where it was made: web, discord or api.';
comment on column public.credit_requests.closed_at is 'When it was decided, cancelled or expired.';
create index credit_requests_page_idx on public.credit_requests (created_at desc, id desc);
create index credit_requests_state_page_idx on public.credit_requests (state, created_at desc, id desc);
create index credit_requests_player_idx on public.credit_requests (player_id, created_at desc, id desc);
create index credit_requests_expiry_idx on public.credit_requests (expires_at) where state = 'pending';
create index credit_requests_credit_type_idx on public.credit_requests (credit_type);
alter table public.credit_transfers
  add constraint credit_transfers_request_id_fkey foreign key (request_id)
    references public.credit_requests (id);

alter table public.credit_requests enable row level security;
grant select on public.credit_requests to authenticated, service_role;
create policy "Players see their own requests, managers all"
  on public.credit_requests for select to authenticated
  using (player_id = (select private.current_player_id()) or (select private.is_manager()));

create table public.credit_decisions (
  id uuid primary key default gen_random_uuid(),
  request_id uuid not null references public.credit_requests (id),
  decision text not null check (decision in ('approve', 'reject')),
  decided_by uuid not null references public.profiles (id),
  decided_at timestamptz not null default clock_timestamp(),
  comment text check (char_length(comment) <= 1000),
  source text not null,
  is_final boolean not null,
  is_fallback boolean not null default false,
  unique (request_id, decided_by)
);
comment on table public.credit_decisions is
  'One row is the word of one approver on one request. Append-only; at most one row of a request is final.';
comment on column public.credit_decisions.is_final is 'False for the first of two approvals.';
comment on column public.credit_decisions.is_fallback is
  'True when too few approvers exist to follow the rule and this one was enough all the same.';
create unique index credit_decisions_final_key on public.credit_decisions (request_id) where is_final;
create index credit_decisions_decided_by_idx on public.credit_decisions (decided_by);
create trigger on_credit_decisions_change_refuse
  before update or delete or truncate on public.credit_decisions
  for each statement execute function private.forbid_change();

alter table public.credit_decisions enable row level security;
grant select on public.credit_decisions to authenticated, service_role;
create policy "Players see decisions on their own requests, managers all"
  on public.credit_decisions for select to authenticated
  using (
    exists (
      select from public.credit_requests as request
      where request.id = credit_decisions.request_id
        and request.player_id = (select private.current_player_id()))
    or (select private.is_manager()));

create function private.count_approvals_needed(request public.credit_requests)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select case when request.amount > policy.second_approval_above then 2 else 1 end
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
$$;
comment on function private.count_approvals_needed(public.credit_requests) is
  'How many approvers the policy asks for: one, or two above its amount.';

create function private.describe_credit_request(request public.credit_requests)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(request) - 'remind_at' || jsonb_build_object(
    'username', player.username,
    'display_name', player.display_name,
    'avatar_url', player.avatar_url,
    'discord_user_id', link.discord_user_id,
    'approvals_needed', private.count_approvals_needed(request),
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'decision', word.decision, 'decided_by', word.decided_by, 'decided_by_name', approver.display_name,
        'decided_at', word.decided_at, 'comment', word.comment, 'source', word.source,
        'is_final', word.is_final,
        'is_fallback', word.is_fallback) order by word.decided_at)
      from public.credit_decisions as word
      join public.profiles as approver on approver.id = word.decided_by
      where word.request_id = request.id), '[]'))
  from public.profiles as player
  left join public.discord_links as link on link.player_id = player.id
  where player.id = request.player_id;
$$;
comment on function private.describe_credit_request(public.credit_requests) is
  'A request as the API shows it: the row, who asks, and the word of each approver. Definer: names '
  'approvers to a player who may see the request; the caller has chosen the row under its own rights.';
grant execute on function private.describe_credit_request(public.credit_requests) to authenticated,
  service_role;

create function private.announce_request(request public.credit_requests, event_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  description jsonb := private.describe_credit_request(request);
begin
  perform realtime.send(description, event_name, 'admin:requests', true);
  perform realtime.send(description, event_name, 'player:' || request.player_id, true);
  return description;
end;
$$;
comment on function private.announce_request(public.credit_requests, text) is
  'Sends the request to the approvers'' and the player''s open pages when the transaction commits, and '
  'returns it.';
