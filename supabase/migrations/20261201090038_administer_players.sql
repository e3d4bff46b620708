SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION identity.describe_directory_row (
  player public.profiles
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'player_id', player.id, 'username', player.username, 'display_name', player.display_name,
    'avatar_url', player.avatar_url, 'role', player.role, 'visibility', player.visibility,
    'is_ranked', player.is_ranked, 'left_at', player.left_at, 'created_at', player.created_at,
    'has_account', player.user_id is not null, 'linked_at', link.linked_at,
    'discord_username', link.discord_username)
  from (values (1)) as one
  left join public.discord_links as link on link.player_id = player.id;
$function$;

CREATE OR REPLACE FUNCTION identity.describe_player (
  player_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'player', to_jsonb(player) - 'user_id',
    'link', (select to_jsonb(link) from public.discord_links as link where link.player_id = player.id),
    'signs_in_with_discord', exists (
      select from auth.identities as identity
      where identity.user_id = player.user_id and identity.provider = 'discord'),
    'balances', credits.describe_balances(player.id),
    'follows_rank', exists (
      select from leaderboard.rank_subscriptions as subscriptions where subscriptions.player_id = player.id),
    'tiers', coalesce((
      select jsonb_agg(jsonb_build_object('board', board.slug, 'board_name', board.name, 'tier', held.tier,
        'since', held.since) order by board.slug)
      from public.player_tiers as held join public.boards as board on board.id = held.board_id
      where held.player_id = player.id), '[]'),
    'member_roles', coalesce((
      select jsonb_agg(to_jsonb(member) - 'may_hold_tiers' || jsonb_build_object('guild_name', guild.name)
        order by guild.name, member.discord_user_id)
      from public.member_roles as member join public.guilds as guild on guild.id = member.guild_id
      where member.player_id = player.id), '[]'))
  from public.profiles as player where player.id = describe_player.player_id;
$function$;

CREATE OR REPLACE FUNCTION identity.refuse_last_admin (
  player public.profiles
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.profiles as other
    where other.role = 'admin' and other.left_at is null and other.id <> player.id) then
    perform platform.refuse(409, 'last_admin', 'This is the only admin, and nobody could make another one.',
      'Make somebody else an admin first.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION platform.format_page_cursor (
  sort_key text,
  id       text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select translate(encode(convert_to(jsonb_build_array(sort_key, id)::text, 'UTF8'), 'base64'), E'+/=\n', '-_');
$function$;

CREATE OR REPLACE FUNCTION platform.parse_page_cursor (
  given      text,
  id_pattern text,
  OUT        sort_key text,
  OUT        id text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  parts jsonb;
begin
  if given is null then
    return;
  end if;
  parts := convert_from(decode(
    translate(given, '-_', '+/') || repeat('=', (4 - length(given) % 4) % 4), 'base64'), 'UTF8')::jsonb;
  sort_key := parts ->> 0;
  id := parts ->> 1;
  if sort_key is null or coalesce(id !~ id_pattern, true) then
    raise invalid_text_representation;
  end if;
exception when data_exception then
  perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
end;
$function$;

CREATE OR REPLACE FUNCTION public.change_player (
  player_id        uuid,
  changes          jsonb,
  reason           text  DEFAULT NULL::text,
  acting_player_id uuid  DEFAULT NULL::uuid,
  source           text  DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_own_profile (
  acting_player_id uuid DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  return identity.describe_player(actor);
end;
$function$;

CREATE OR REPLACE FUNCTION public.get_player_record (
  username text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  found public.profiles;
begin
  if not identity.is_manager() and not platform.is_service() then
    perform platform.refuse(403, 'manager_only', 'Only managers see the record of a player.', 'Ask a manager.');
  end if;
  select * into found from public.profiles where profiles.username = lower(get_player_record.username);
  return identity.describe_player(found.id) || jsonb_build_object(
    'has_account', found.user_id is not null,
    'is_withdrawn', exists (
      select from identity.withdrawn_links as withdrawn where withdrawn.player_id = found.id),
    'standings', coalesce((
      select jsonb_agg(jsonb_build_object('board', board.slug, 'board_name', board.name,
        'standing', leaderboard.render_standing(board, period, found.id)) order by board.id)
      from public.boards as board, leaderboard.current_period(board.id) as period
      where period.id is not null), '[]'));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."get_player_record"(text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_player_audit (
  player_id uuid,
  before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  max_rows  integer                  DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', entry.id, 'occurred_at', entry.occurred_at, 'action', entry.action, 'subject', entry.subject,
    'subject_id', entry.subject_id, 'actor_id', entry.actor_id, 'actor_name', actor.display_name,
    'source', entry.source, 'before', entry.before, 'after', entry.after)
    order by entry.occurred_at desc, entry.id desc), '[]')
  from (
    select logged.* from public.audit_log as logged
    where ((logged.subject = 'player' and logged.subject_id = list_player_audit.player_id::text)
        or logged.actor_id = list_player_audit.player_id)
      and (list_player_audit.before is null or logged.occurred_at < list_player_audit.before)
    order by logged.occurred_at desc, logged.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200)
  ) as entry
  left join public.profiles as actor on actor.id = entry.actor_id;
$function$;

REVOKE ALL ON FUNCTION "public"."list_player_audit"(uuid, timestamp WITH time zone, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_players (
  query         text    DEFAULT NULL::text,
  role          text    DEFAULT NULL::text,
  visibility    text    DEFAULT NULL::text,
  is_linked     boolean DEFAULT NULL::boolean,
  has_left      boolean DEFAULT NULL::boolean,
  is_ranked     boolean DEFAULT NULL::boolean,
  sort_by       text    DEFAULT 'name'::text,
  is_descending boolean DEFAULT false,
  after         text    DEFAULT NULL::text,
  max_rows      integer DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  needle text := nullif(lower(trim(list_players.query)), '');
  folded text := identity.fold_name(needle);
  sort_key text := case sort_by when 'name' then 'identity.fold_name(player.display_name) collate "C"'
    when 'username' then 'player.username collate "C"' when 'joined' then 'player.created_at' end;
  key_type text := case sort_by when 'joined' then 'timestamptz' else 'text' end;
  turn text := case when is_descending then 'desc' else 'asc' end;
  row_count_max int := least(greatest(coalesce(max_rows, 50), 1), 200);
  previous record;
  page jsonb;
begin
  if not identity.is_manager() and not platform.is_service() then
    perform platform.refuse(403, 'manager_only', 'Only managers see every player.', 'Ask a manager.');
  end if;
  if sort_key is null then
    perform platform.refuse(400, 'sort_unknown', 'Players cannot be sorted by that.', 'Use name, username or joined.');
  end if;
  previous := platform.parse_page_cursor(list_players.after, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
  begin
    execute format($query$
      with page as (
        select player, (%1$s)::text as sort_key, row_number() over (order by %1$s %2$s, player.id %2$s) as place
        from public.profiles as player
        where ($1 is null or (%1$s, player.id) %3$s ($1::%4$s, $2::uuid))
          and ($3 is null or starts_with(player.username, $3)
            or position($4 in identity.fold_name(player.display_name)) > 0)
          and ($5 is null or player.role = $5) and ($6 is null or player.visibility = $6)
          and ($7 is null or $7 = exists (
            select from public.discord_links as link where link.player_id = player.id))
          and ($8 is null or $8 = (player.left_at is not null)) and ($9 is null or player.is_ranked = $9)
        order by %1$s %2$s, player.id %2$s
        limit $10 + 1)
      select jsonb_build_object(
        'rows', coalesce(jsonb_agg(identity.describe_directory_row(page.player) order by page.place)
          filter (where page.place <= $10), '[]'),
        'next_cursor', case when count(*) > $10 then (
          select platform.format_page_cursor(last.sort_key, (last.player).id::text)
          from page as last where last.place = $10) end)
      from page
      $query$, sort_key, turn, case when is_descending then '<' else '>' end, key_type)
    into page
    using previous.sort_key, previous.id, needle, folded, list_players.role, list_players.visibility,
      list_players.is_linked, list_players.has_left, list_players.is_ranked, row_count_max;
  exception when data_exception then
    perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
  end;
  return page;
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_score_events (
  player_id uuid,
  before    bigint  DEFAULT NULL::bigint,
  max_rows  integer DEFAULT 50
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with page as (
    select event.id, event.source, event.external_id, event.metric, event.units, event.points, event.occurred_at,
      event.received_at, event.voids_id, void.id as voided_by,
      row_number() over (order by event.id desc) as place
    from public.score_events as event
    left join public.score_events as void on void.voids_id = event.id
    where event.player_id = list_score_events.player_id
      and (list_score_events.before is null or event.id < list_score_events.before)
    order by event.id desc
    limit least(greatest(coalesce(max_rows, 50), 1), 200) + 1
  )
  select jsonb_build_object(
    'rows', coalesce(jsonb_agg(to_jsonb(page) - 'place' order by page.place)
      filter (where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)), '[]'),
    'next_before', case when count(*) > least(greatest(coalesce(max_rows, 50), 1), 200) then
      min(page.id) filter (where page.place <= least(greatest(coalesce(max_rows, 50), 1), 200)) end)
  from page;
$function$;

REVOKE ALL ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.manage_discord_link (
  player_id        uuid,
  act              text,
  reason           text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.void_score_event (
  score_event_id   bigint,
  reason           text,
  acting_player_id uuid   DEFAULT NULL::uuid,
  source           text   DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) FROM PUBLIC, "anon";

CREATE INDEX profiles_joined_idx ON public.profiles USING btree (created_at, id);

COMMENT ON FUNCTION "identity"."describe_directory_row"(public.profiles) IS 'One row of the directory. Definer: not every column of a player is for everybody; list_players checks the caller.';

COMMENT ON FUNCTION "identity"."describe_player"(uuid) IS '{player, link, signs_in_with_discord, balances, follows_rank, tiers, member_roles}, null if there is no such player. Definer: includes columns and rows of closed tables; its callers check who asks.';

COMMENT ON FUNCTION "identity"."refuse_last_admin"(public.profiles) IS 'Refuses DS409 if no other admin is left. The caller holds the lock of all changes of roles.';

COMMENT ON FUNCTION "platform"."format_page_cursor"(text, text) IS 'The cursor of the page after the row with this sort key and id; it can stand in a URL as it is.';

COMMENT ON FUNCTION "platform"."parse_page_cursor"(text, text) IS 'Parses a cursor of format_page_cursor(); both parts are null without one. Refuses DS400 for any other text.';

COMMENT ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) IS 'Changes role, visibility or is_ranked (false for staff) of a player and returns get_player_record(). At least one admin always remains, also when two demote each other at once. A new role counts from the next call on. Admins only, counted and audited. Definer: nobody may write profiles directly.';

COMMENT ON FUNCTION "public"."get_player_record"(text) IS 'describe_player() of any player with {has_account, is_withdrawn: unlinked, though Discord is a way to sign in; standings: one for each board, null where the player is not listed}; null if nobody has the username. For managers. Definer: reads closed tables.';

COMMENT ON FUNCTION "public"."list_player_audit"(uuid, timestamp with time zone, integer) IS 'What was done to and by a player, newest first, as far as the caller may read the audit log: for admins.';

COMMENT ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) IS '{rows, next_cursor}: every player whom the filters leave, by name, username or joined, in a total order. A query matches the start of the username and any part of the name, whatever its case and accents. For managers. Definer: shows columns that players may not read of each other.';

COMMENT ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) IS '{rows, next_before}: the score events of a player that the caller may see, latest recorded first, each with the event that voids it.';

COMMENT ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) IS 'Unlinks a player, or relinks them to the Discord identity that Discord has confirmed for their account, which takes it from whoever held it before; returns get_player_record(). Roles and tokens follow through the events. Admins only, with a reason, counted and audited. Definer: nobody may write links directly.';

COMMENT ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) IS 'Cancels a score event by a new one and returns the result of record_score_events(), with closed_boards if archives keep the points. Voiding twice changes nothing more. The board follows with its next refresh. Admins only, with a reason, counted and audited. Definer: the tables are closed.';

REVOKE ALL ON FUNCTION "identity"."describe_directory_row"(public.profiles) FROM PUBLIC;

REVOKE ALL ON FUNCTION "identity"."describe_directory_row"(public.profiles) FROM "postgres";

GRANT EXECUTE ON FUNCTION "identity"."describe_directory_row"(public.profiles) TO "postgres";

REVOKE ALL ON FUNCTION "identity"."describe_player"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "identity"."describe_player"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "identity"."describe_player"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "identity"."refuse_last_admin"(public.profiles) FROM PUBLIC;

REVOKE ALL ON FUNCTION "identity"."refuse_last_admin"(public.profiles) FROM "postgres";

GRANT EXECUTE ON FUNCTION "identity"."refuse_last_admin"(public.profiles) TO "postgres";

REVOKE ALL ON FUNCTION "platform"."format_page_cursor"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "platform"."format_page_cursor"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "platform"."format_page_cursor"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "platform"."format_page_cursor"(text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "platform"."format_page_cursor"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "platform"."parse_page_cursor"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "platform"."parse_page_cursor"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "platform"."parse_page_cursor"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "platform"."parse_page_cursor"(text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "platform"."parse_page_cursor"(text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."change_player"(uuid, jsonb, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_player_record"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_player_record"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_player_record"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_player_record"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_player_audit"(uuid, timestamp WITH time zone, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_player_audit"(uuid, timestamp WITH time zone, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_player_audit"(uuid, timestamp WITH time zone, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_player_audit"(uuid, timestamp WITH time zone, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_players"(text, text, text, boolean, boolean, boolean, text, boolean, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_score_events"(uuid, bigint, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."manage_discord_link"(uuid, text, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."void_score_event"(bigint, text, uuid, text) TO "service_role";

insert into platform.attempt_limits (action, window_seconds, limit_count)
values ('player_change', 60, 60)
on conflict (action, window_seconds) do nothing;
