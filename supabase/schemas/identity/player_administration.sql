-- What admins change about other players. Nobody but the player changes a name or a time zone.

create function identity.refuse_last_admin(player public.profiles)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (select from public.profiles as other
    where other.role = 'admin' and other.left_at is null and other.id <> player.id) then
    perform platform.refuse(409, 'last_admin', 'This is the only admin, and nobody could make another one.',
      'Make somebody else an admin first.');
  end if;
end;
$$;
comment on function identity.refuse_last_admin(public.profiles) is
  'Refuses DS409 if no other admin is left. The caller holds the lock of all changes of roles.';

create function public.change_player(
  player_id uuid, changes jsonb, reason text default null, acting_player_id uuid default null,
  source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  why text := case when reason is not null then credits.check_reason(reason) end;
  before public.profiles;
  after public.profiles;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can change a player.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('player_change', actor::text);
  if exists (select from jsonb_object_keys(change_player.changes) as field (name)
    where field.name not in ('role', 'visibility', 'is_ranked')) then
    perform platform.refuse(400, 'field_unknown', 'Only role, visibility and is_ranked can be changed here.',
      'Leave the other fields out.');
  end if;
  -- Two admins who demote each other queue here: the second one finds the first one's change.
  perform pg_advisory_xact_lock(hashtextextended('identity/roles', 0));
  select * into before from public.profiles where profiles.id = change_player.player_id for no key update;
  if before.id is null then
    perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player.');
  end if;
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'You are no longer an admin.', 'Ask an admin.');
  end if;
  if before.role = 'admin' and changes ->> 'role' <> 'admin' then
    perform identity.refuse_last_admin(before);
  end if;
  begin
    after := jsonb_populate_record(before, change_player.changes);
    update public.profiles set role = after.role, visibility = after.visibility, is_ranked = after.is_ranked
    where profiles.id = before.id
      and (profiles.role, profiles.visibility, profiles.is_ranked)
        is distinct from (after.role, after.visibility, after.is_ranked);
  exception when data_exception or integrity_constraint_violation then
    perform platform.refuse(400, 'change_invalid', 'These values do not make a valid player.',
      'Use player, manager or admin; public, anonymous or hidden; true or false.');
  end;
  if found then
    perform platform.record_audit('player.changed', 'player', before.id::text,
      jsonb_build_object('role', before.role, 'visibility', before.visibility, 'is_ranked', before.is_ranked),
      jsonb_build_object('role', after.role, 'visibility', after.visibility, 'is_ranked', after.is_ranked,
        'reason', why),
      actor, platform.resolve_source(change_player.source));
  end if;
  return public.get_player_record(before.username);
end;
$$;
comment on function public.change_player(uuid, jsonb, text, uuid, text) is
  'Changes role, visibility or is_ranked (false for staff) of a player and returns get_player_record(). At least one '
  'admin always remains, also when two demote each other at once. A new role counts from the next call on. Admins '
  'only, counted and audited. Definer: nobody may write profiles directly.';
grant execute on function public.change_player(uuid, jsonb, text, uuid, text) to authenticated, service_role;

create function public.manage_discord_link(
  player_id uuid, act text, reason text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(source);
  why text;
  player public.profiles;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can change the link of another player.', 'Ask an admin.');
  end if;
  if act is null or act not in ('relink', 'unlink') then
    perform platform.refuse(400, 'act_unknown', 'A link can be relinked or unlinked.', 'Send relink or unlink.');
  end if;
  why := credits.check_reason(reason);
  perform platform.count_attempt('player_change', actor::text);
  select * into player from public.profiles where profiles.id = manage_discord_link.player_id;
  if player.id is null then
    perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player.');
  end if;
  if act = 'unlink' then
    if not exists (select from public.discord_links as link where link.player_id = player.id) then
      perform platform.refuse(404, 'not_linked', 'This player is not linked to Discord.', 'Nothing is left to do.');
    end if;
    perform identity.unlink_player(player.id, actor, origin);
  else
    delete from identity.withdrawn_links where withdrawn_links.player_id = player.id;
    if identity.find_discord_identity(player.id) is null then
      perform platform.refuse(409, 'no_identity', 'This account has no Discord identity that Discord confirmed.',
        'Ask the player to link it: only its owner can prove that it is theirs.');
    end if;
    perform identity.reconcile_discord_link(player.id, actor, origin);
  end if;
  perform platform.record_audit('discord_link.' || act || 'ed', 'player', player.id::text, null,
    jsonb_build_object('reason', why), actor, origin);
  return public.get_player_record(player.username);
end;
$$;
comment on function public.manage_discord_link(uuid, text, text, uuid, text) is
  'Unlinks a player, or relinks them to the Discord identity that Discord has confirmed for their account, which takes '
  'it from whoever held it before; returns get_player_record(). Roles and tokens follow through the events. Admins '
  'only, with a reason, counted and audited. Definer: nobody may write links directly.';
grant execute on function public.manage_discord_link(uuid, text, text, uuid, text) to authenticated, service_role;

create function public.void_score_event(
  score_event_id bigint, reason text, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  why text;
  event public.score_events;
  answer jsonb;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can void a score event.', 'Ask an admin.');
  end if;
  why := credits.check_reason(reason);
  perform platform.count_attempt('player_change', actor::text);
  select * into event from public.score_events where score_events.id = void_score_event.score_event_id;
  if event.id is null then
    perform platform.refuse(404, 'event_not_found', 'There is no such score event.', 'Check its id.');
  end if;
  answer := public.record_score_events(event.source, jsonb_build_array(
    jsonb_build_object('external_id', 'void:' || event.id, 'voids', event.external_id)))::jsonb -> 'results' -> 0;
  if answer ->> 'status' = 'refused' then
    perform platform.refuse(409, answer ->> 'reason', answer ->> 'message', 'Nothing was changed.');
  end if;
  if answer ->> 'status' = 'accepted' then
    perform platform.record_audit('score_event.voided', 'player', event.player_id::text, null,
      jsonb_build_object('score_event_id', event.id, 'metric', event.metric, 'points', event.points, 'reason', why),
      actor, platform.resolve_source(void_score_event.source));
  end if;
  return answer;
end;
$$;
comment on function public.void_score_event(bigint, text, uuid, text) is
  'Cancels a score event by a new one and returns the result of record_score_events(), with closed_boards if archives '
  'keep the points. Voiding twice changes nothing more. The board follows with its next refresh. Admins only, with a '
  'reason, counted and audited. Definer: the tables are closed.';
grant execute on function public.void_score_event(bigint, text, uuid, text) to authenticated, service_role;
