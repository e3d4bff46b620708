-- A request that waits too long is made known to a role or a person. Everybody who could decide it still can.

create function credits.choose_escalation(request public.credit_requests, out to_role text, out to_player uuid)
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  policy credits.policy_versions := credits.find_policy_of_request(request, clock_timestamp());
begin
  if policy.escalate_after_hours is null then
    return;
  end if;
  if policy.escalate_to_player <> request.player_id and identity.has_role(policy.escalate_to_player, 'manager') then
    to_player := policy.escalate_to_player;
  else
    to_role := coalesce(policy.escalate_to_role, 'admin');
  end if;
end;
$$;
comment on function credits.choose_escalation(public.credit_requests) is
  'Whom the policy in force wants to be told. Admins in place of a person who made the request, left or is no '
  'longer a manager; both null if the policy escalates no more.';

create function credits.escalate_credit_requests()
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
  target record;
  escalated_count int := 0;
begin
  for request in
    select * from public.credit_requests
    where credit_requests.state = 'pending' and credit_requests.escalated_at is null
      and credit_requests.escalate_at <= now() and credit_requests.expires_at > now()
    order by credit_requests.escalate_at, credit_requests.id limit 500
    for update skip locked
  loop
    target := credits.choose_escalation(request);
    if target.to_role is null and target.to_player is null then
      update public.credit_requests set escalate_at = null where credit_requests.id = request.id;
      continue;
    end if;
    update public.credit_requests
    set escalated_at = clock_timestamp(), escalated_to_role = target.to_role, escalated_to_player = target.to_player
    where credit_requests.id = request.id returning * into request;
    perform platform.emit_event('credits/request.escalated', jsonb_build_object('request_id', request.id));
    perform platform.record_audit('credit_request.escalated', 'credit_request', request.id::text, null,
      jsonb_build_object('to_role', target.to_role, 'to_player', target.to_player), null, 'system');
    perform credits.announce_request(request, 'request_updated');
    escalated_count := escalated_count + 1;
  end loop;
  return escalated_count;
end;
$$;
comment on function credits.escalate_credit_requests() is
  'Escalates once each request that has waited as long as its policy said when it was made, to whom the policy '
  'names now. Safe to run at any time, and twice. Returns the number of escalated requests.';

create function public.list_escalation_recipients(request_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', player.id, 'display_name', player.display_name, 'discord_user_id', link.discord_user_id)
    order by player.id), '[]')
  from public.credit_requests as request
  join public.profiles as player
    on player.left_at is null and player.role in ('manager', 'admin') and player.id <> request.player_id
    and (player.id = request.escalated_to_player
      or request.escalated_to_role = 'manager' or request.escalated_to_role = player.role)
  join public.discord_links as link on link.player_id = player.id
  where request.id = list_escalation_recipients.request_id
    and request.state = 'pending' and request.escalated_at is not null;
$$;
comment on function public.list_escalation_recipients(uuid) is
  '[{player_id, display_name, discord_user_id}]: who can be told in Discord that an open request was escalated to '
  'them, and may decide it now. For the service only.';
grant execute on function public.list_escalation_recipients(uuid) to service_role;
