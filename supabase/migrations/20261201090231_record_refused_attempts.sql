SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.record_refused_attempt (
  action           text,
  refusal          text,
  idempotency_key  text,
  source           text,
  subject_id       uuid DEFAULT NULL::uuid,
  acting_player_id uuid DEFAULT NULL::uuid,
  discord_user_id  text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := case when acting_player_id is not null then identity.resolve_actor(acting_player_id) end;
  person text := coalesce(actor::text, 'discord:' || record_refused_attempt.discord_user_id);
  details jsonb := jsonb_build_object(
    'attempted', action, 'refusal', refusal, 'discord_user_id', record_refused_attempt.discord_user_id);
  replay jsonb;
  is_recorded boolean;
begin
  if (action ~ '^[a-z_]{3,60}$' and refusal ~ '^[a-z_]{3,60}$' and person is not null
    and coalesce(record_refused_attempt.discord_user_id, '0') ~ '^[0-9]{1,20}$') is not true then
    perform platform.refuse(400, 'attempt_invalid', 'This is not a refused attempt.',
      'Send the action, the code of the refusal, and the player or the Discord account.');
  end if;
  replay := platform.begin_command('record_refused_attempt', actor, idempotency_key, details);
  if replay is not null then
    return replay;
  end if;
  -- Somebody who keeps pressing a button must not fill the log.
  is_recorded := (platform.take_attempt('refused_attempt', person) ->> 'allowed')::boolean;
  if is_recorded then
    perform platform.record_audit('attempt.refused', 'attempt', record_refused_attempt.subject_id::text, null,
      details, actor, platform.resolve_source(source));
  end if;
  return platform.finish_command('record_refused_attempt', actor, idempotency_key,
    jsonb_build_object('is_recorded', is_recorded));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."record_refused_attempt"(text, text, text, text, uuid, uuid, text) FROM PUBLIC, "anon", "authenticated";

COMMENT ON FUNCTION "public"."record_refused_attempt"(text, text, text, text, uuid, uuid, text) IS 'Writes to the audit log that somebody tried what they have no right to: {is_recorded, replayed}. Once per key; a person who is refused again and again is recorded only so often, then is_recorded is false. The person is a player, or a Discord account that is not linked. For the service only.';

REVOKE ALL ON FUNCTION "public"."record_refused_attempt"(text, text, text, text, uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refused_attempt"(text, text, text, text, uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refused_attempt"(text, text, text, text, uuid, uuid, text) TO "service_role";

insert into platform.attempt_limits (action, window_seconds, limit_count)
values ('refused_attempt', 3600, 20)
on conflict (action, window_seconds) do nothing;
