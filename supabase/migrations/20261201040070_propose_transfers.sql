-- Grants and reversals follow the rules of requests: nobody moves credits of their own, and above the policy's amount a
-- second approver confirms. Until then they wait beside the requests and are decided like them.

alter table public.credit_requests
  add column kind text not null default 'request' check (kind in ('request', 'grant', 'reversal')),
  add column proposed_by uuid references public.profiles (id),
  add column reverses uuid references public.credit_transfers (id),
  add column grant_expires_at timestamptz,
  add column requester_notice text check (requester_notice in ('delivered', 'closed', 'unlinked')),
  add constraint credit_requests_proposer_check check ((kind = 'request') = (proposed_by is null)),
  add constraint credit_requests_reversal_check check ((kind = 'reversal') = (reverses is not null)),
  add constraint credit_requests_grant_check check (kind = 'grant' or grant_expires_at is null);
comment on table public.credit_requests is
  'One row is one wish for credits: of a player, or of an admin who may not grant or take back so much alone. It leaves '
  'the state pending exactly once, and credits move exactly when it is approved.';
comment on column public.credit_requests.kind is
  'request: the player asks; grant and reversal: an admin proposes, and the proposal is the first of two approvals.';
comment on column public.credit_requests.proposed_by is 'The admin who proposes; null for a request.';
comment on column public.credit_requests.reverses is 'The transfer that a reversal takes back.';
comment on column public.credit_requests.grant_expires_at is 'When granted credits end; null: never.';
comment on column public.credit_requests.requester_notice is
  'Whether the direct message about the outcome arrived: delivered, closed (takes none) or unlinked; null: not known yet.';
create index credit_requests_proposed_by_idx on public.credit_requests (proposed_by);
create unique index credit_requests_open_reversal_key on public.credit_requests (reverses) where state = 'pending';

-- A player learns of a proposal once it has moved credits: before that it may come to nothing.
drop policy "Players see their own requests, managers all" on public.credit_requests;
create policy "Players see what they asked for or got, managers all"
  on public.credit_requests for select to authenticated
  using (
    (player_id = (select private.current_player_id()) and (kind = 'request' or state = 'approved'))
    or (select private.is_manager()));
drop policy "Players see decisions on their own requests, managers all" on public.credit_decisions;
create policy "Players see decisions on their own requests, managers all"
  on public.credit_decisions for select to authenticated
  using (
    exists (
      select from public.credit_requests as request
      where request.id = credit_decisions.request_id
        and request.player_id = (select private.current_player_id())
        and (request.kind = 'request' or request.state = 'approved'))
    or (select private.is_manager()));

create or replace function private.count_approvals_needed(request public.credit_requests)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select case when request.proposed_by is not null or request.amount > policy.second_approval_above then 2 else 1 end
  from public.credit_policies as policy where policy.credit_type = request.credit_type;
$$;
comment on function private.count_approvals_needed(public.credit_requests) is
  'How many approvers the policy asks for: one, or two above its amount and for every proposal.';

create or replace function private.describe_credit_request(request public.credit_requests)
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
    'proposed_by_name', proposer.display_name,
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
  left join public.profiles as proposer on proposer.id = request.proposed_by
  where player.id = request.player_id;
$$;

create or replace function private.announce_request(request public.credit_requests, event_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  description jsonb := private.describe_credit_request(request);
begin
  perform private.send_to_managers(description, event_name, 'requests');
  if request.kind = 'request' or request.state = 'approved' then
    perform realtime.send(description, event_name, 'player:' || request.player_id, true);
  end if;
  return description;
end;
$$;
comment on function private.announce_request(public.credit_requests, text) is
  'Sends the request to the approvers'' open pages when the transaction commits, and to the player''s unless it is a '
  'proposal that has moved nothing; returns it.';
