-- Grants and reversals follow the rules of requests: nobody moves their own credits, and above the policy's
-- amount a second approver confirms. Until then they wait next to the requests and are decided the same way.

create table public.credit_requests (
  id uuid primary key default gen_random_uuid(),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  amount int not null check (amount > 0),
  reason text not null check (platform.is_presentable(reason, 500, 3, true)),
  state text not null default 'pending'
    check (state in ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  remind_at timestamptz not null,
  reminded_at timestamptz,
  closed_at timestamptz,
  transfer_id uuid unique references public.credit_transfers (id),
  kind text not null default 'request' check (kind in ('request', 'grant', 'reversal')),
  proposed_by uuid references public.profiles (id),
  reverses uuid references public.credit_transfers (id),
  grant_expires_at timestamptz,
  requester_notice text check (requester_notice in ('delivered', 'closed', 'unlinked')),
  policy_version_id bigint references credits.policy_versions (id),
  decided_version_id bigint references credits.policy_versions (id),
  escalate_at timestamptz,
  escalated_at timestamptz,
  escalated_to_role text check (escalated_to_role in ('manager', 'admin')),
  escalated_to_player uuid references public.profiles (id),
  constraint credit_requests_closed_check check ((state = 'pending') = (closed_at is null)),
  constraint credit_requests_paid_check check ((state = 'approved') = (transfer_id is not null)),
  constraint credit_requests_proposer_check check ((kind = 'request') = (proposed_by is null)),
  constraint credit_requests_reversal_check check ((kind = 'reversal') = (reverses is not null)),
  constraint credit_requests_grant_check check (kind = 'grant' or grant_expires_at is null)
);
comment on table public.credit_requests is
  'One row is one credit request of a player, or one proposal of an admin above the amount they may move alone. '
  'It leaves the state pending exactly once, and credits move exactly when it is approved.';
comment on column public.credit_requests.source is 'Where it was made: web, discord or api.';
comment on column public.credit_requests.closed_at is 'When it was decided, cancelled or expired.';
comment on column public.credit_requests.kind is
  'request: asked by the player; grant and reversal: proposed by an admin, whose proposal is the first of two '
  'approvals.';
comment on column public.credit_requests.proposed_by is 'The admin who proposed it; null for a request.';
comment on column public.credit_requests.reverses is 'The transfer that a reversal would take back.';
comment on column public.credit_requests.grant_expires_at is 'When granted credits expire; null means never.';
comment on column public.credit_requests.requester_notice is
  'Whether the direct message about the outcome arrived: delivered, closed (the user accepts none) or unlinked; '
  'null while unknown.';
comment on column public.credit_requests.policy_version_id is
  'The version that let the request through; null for proposals and for requests older than versions.';
comment on column public.credit_requests.decided_version_id is
  'The version that the final decision followed, and from whose budget an approval drew.';
comment on column public.credit_requests.escalated_at is
  'When a role or a person was told that it waits; null if nobody was.';
create index credit_requests_page_idx on public.credit_requests (created_at desc, id desc);
create index credit_requests_state_page_idx on public.credit_requests (state, created_at desc, id desc);
create index credit_requests_player_idx on public.credit_requests (player_id, created_at desc, id desc);
create index credit_requests_expiry_idx on public.credit_requests (expires_at) where state = 'pending';
create index credit_requests_credit_type_idx on public.credit_requests (credit_type);
create index credit_requests_proposed_by_idx on public.credit_requests (proposed_by);
create index credit_requests_policy_version_id_idx on public.credit_requests (policy_version_id);
create index credit_requests_budget_idx on public.credit_requests (decided_version_id, closed_at);
create index credit_requests_escalated_to_player_idx on public.credit_requests (escalated_to_player);
create index credit_requests_escalation_idx on public.credit_requests (escalate_at)
  where state = 'pending' and escalated_at is null;
create unique index credit_requests_open_reversal_key on public.credit_requests (reverses) where state = 'pending';

alter table public.credit_requests enable row level security;
grant select on public.credit_requests to authenticated, service_role;

alter table public.credit_transfers
  add constraint credit_transfers_request_id_fkey foreign key (request_id)
    references public.credit_requests (id);

create trigger on_credit_request_write_check_reason
  before insert or update of reason on public.credit_requests
  for each row execute function platform.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '3', 'true');
create trigger on_credit_request_check_times before insert on public.credit_requests
  for each row execute function platform.check_shown_times('grant_expires_at');

-- Players see a proposal once it has moved credits; before that it may come to nothing.
create policy "Players see what they asked for or got, managers all"
  on public.credit_requests for select to authenticated
  using (
    (player_id = (select identity.current_player_id()) and (kind = 'request' or state = 'approved'))
    or (select identity.is_manager()) or (select credits.is_own_delegate()));

create table public.credit_decisions (
  id uuid primary key default gen_random_uuid(),
  request_id uuid not null references public.credit_requests (id),
  decision text not null check (decision in ('approve', 'reject')),
  decided_by uuid references public.profiles (id),
  decided_at timestamptz not null default clock_timestamp(),
  comment text check (platform.is_presentable(comment, 1000, 1, true)),
  source text not null,
  is_final boolean not null,
  is_fallback boolean not null default false,
  on_behalf_of uuid references public.profiles (id),
  unique (request_id, decided_by),
  constraint credit_decisions_automatic_check
    check (decided_by is not null or (is_final and decision = 'approve' and on_behalf_of is null))
);
comment on table public.credit_decisions is
  'One row is one decision on one request, by an approver or by its policy. Append-only; at most one row of a request is final.';
comment on column public.credit_decisions.decided_by is 'Who decided; null if the policy approved it at once.';
comment on column public.credit_decisions.on_behalf_of is
  'The manager in whose place a delegate decided; null if the approver decided for themselves.';
comment on column public.credit_decisions.is_final is 'False for the first of two approvals.';
comment on column public.credit_decisions.is_fallback is
  'True if too few approvers exist to follow the rule and this one was enough.';
create unique index credit_decisions_final_key on public.credit_decisions (request_id) where is_final;
create index credit_decisions_decided_by_idx on public.credit_decisions (decided_by);
create index credit_decisions_on_behalf_of_idx on public.credit_decisions (on_behalf_of);

alter table public.credit_decisions enable row level security;
grant select on public.credit_decisions to authenticated, service_role;

create trigger on_credit_decisions_change_refuse
  before update or delete or truncate on public.credit_decisions
  for each statement execute function platform.forbid_change();
create trigger on_credit_decision_insert_check_comment
  before insert on public.credit_decisions
  for each row when (new.comment is not null)
  execute function platform.refuse_unpresentable_text(
    'comment', 'comment', 'comment_invalid', '1000', '1', 'true');

create policy "Players see decisions on their own requests, managers all"
  on public.credit_decisions for select to authenticated
  using (
    exists (
      select from public.credit_requests as request
      where request.id = credit_decisions.request_id
        and request.player_id = (select identity.current_player_id())
        and (request.kind = 'request' or request.state = 'approved'))
    or (select identity.is_manager()) or (select credits.is_own_delegate()));

create function credits.find_policy_of_request(request public.credit_requests, at timestamptz)
returns credits.policy_versions
language sql
stable
security definer
set search_path = ''
as $$
  select version.*
  from (
    select request.decided_version_id as id, false as is_removed, 0 as place
    where request.decided_version_id is not null
    union all
    -- The group that the request was made under, as long as it has a policy.
    select kept.id, kept.is_removed, 1
    from credits.policy_versions as asked
    cross join lateral credits.policy_at(asked.credit_type, asked.group_id, find_policy_of_request.at) as kept
    where asked.id = request.policy_version_id
      and (asked.group_id is null or exists (
        select from credits.listed_groups as listed
        where listed.list_version = credits.group_list_at(find_policy_of_request.at)
          and listed.group_id = asked.group_id))
    union all
    select current_policy.id, current_policy.is_removed, 2
    from credits.find_policy(request.player_id, request.credit_type, find_policy_of_request.at) as current_policy
  ) as choice
  join credits.policy_versions as version on version.id = choice.id
  where not choice.is_removed
  order by choice.place limit 1;
$$;
comment on function credits.find_policy_of_request(public.credit_requests, timestamptz) is
  'The version that decided the request, else the one that decides it at a moment: of the group it was made under, '
  'or the one that applies to the player.';

create function credits.count_approvals_by(policy credits.policy_versions, request public.credit_requests)
returns int
language sql
immutable
set search_path = ''
as $$
  select case when request.proposed_by is not null or request.amount > policy.second_approval_above then 2 else 1 end;
$$;
comment on function credits.count_approvals_by(credits.policy_versions, public.credit_requests) is
  'The number of approvers that a version requires: one, or two above its amount and for every proposal.';

create function credits.describe_credit_request(request public.credit_requests)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(request)
    - '{remind_at,escalate_at,policy_version_id,decided_version_id,escalated_to_player}'::text[]
    || jsonb_build_object(
    'username', player.username,
    'display_name', player.display_name,
    'avatar_url', player.avatar_url,
    'discord_user_id', link.discord_user_id,
    'proposed_by_name', proposer.display_name,
    'escalated_to_name', escalated.display_name,
    'approvals_needed', credits.count_approvals_by(policy, request),
    'decides_on_web_only', coalesce(request.amount > policy.web_only_above, false),
    'reject_comment_required', policy.reject_comment_required,
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'decision', word.decision, 'decided_by', word.decided_by,
        'decided_by_name', coalesce(approver.display_name, 'Policy'),
        'on_behalf_of_name', represented.display_name,
        'decided_at', word.decided_at, 'comment', word.comment, 'source', word.source,
        'is_final', word.is_final, 'is_automatic', word.decided_by is null,
        'is_fallback', word.is_fallback) order by word.decided_at)
      from public.credit_decisions as word
      left join public.profiles as approver on approver.id = word.decided_by
      left join public.profiles as represented on represented.id = word.on_behalf_of
      where word.request_id = request.id), '[]'))
  from public.profiles as player
  cross join lateral credits.find_policy_of_request(request, clock_timestamp()) as policy
  left join public.discord_links as link on link.player_id = player.id
  left join public.profiles as proposer on proposer.id = request.proposed_by
  left join public.profiles as escalated on escalated.id = request.escalated_to_player
  where player.id = request.player_id;
$$;
comment on function credits.describe_credit_request(public.credit_requests) is
  'A request in the API''s format: the row, the requester, what its policy asks of a decision, and each decision. '
  'Definer: names approvers to a player who may see the request; the caller has selected the row under its own '
  'rights.';
grant execute on function credits.describe_credit_request(public.credit_requests) to authenticated,
  service_role;

create function credits.announce_request(request public.credit_requests, event_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  description jsonb := credits.describe_credit_request(request);
begin
  perform platform.send_to_managers(description, event_name, 'requests');
  if request.kind = 'request' or request.state = 'approved' then
    perform realtime.send(description, event_name, 'player:' || request.player_id, true);
  end if;
  return description;
end;
$$;
comment on function credits.announce_request(public.credit_requests, text) is
  'Sends the request to the approvers'' open pages on commit, and to the player''s unless it is a proposal that '
  'has moved nothing; returns it.';
