SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION credits.check_hold_keeper (
  player_id        uuid,
  acting_player_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can hold or release credits.', 'Ask an admin.');
  end if;
  if check_hold_keeper.player_id = actor and credits.count_other_approvers(actor, actor) > 0 then
    perform platform.refuse(403, 'own_hold', 'You cannot hold or release your own credits.', 'Ask another admin.');
  end if;
  return actor;
end;
$function$;

CREATE OR REPLACE FUNCTION public.end_hold_manually (
  hold_id          uuid,
  ending           text,
  reason           text,
  idempotency_key  text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  player uuid := (
    select hold.player_id from public.credit_transfers as hold
    where hold.id = end_hold_manually.hold_id and hold.kind = 'hold');
  actor uuid := credits.check_hold_keeper(player, acting_player_id);
  why text := credits.check_reason(reason);
  ended jsonb;
begin
  perform platform.count_attempt('credit_grant', actor::text);
  ended := public.end_credit_hold(hold_id, ending, end_hold_manually.idempotency_key, null,
    platform.resolve_source(source));
  if not (ended ->> 'replayed')::boolean then
    perform platform.record_audit('credit_hold.ended', 'player', player::text, null,
      jsonb_build_object('hold_id', hold_id, 'ending', ending, 'amount', ended #> '{transfer,amount}', 'reason', why),
      actor, platform.resolve_source(source));
  end if;
  return ended;
end;
$function$;

REVOKE ALL ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.hold_credits_manually (
  player_id        uuid,
  credit_type      text,
  amount           bigint,
  reason           text,
  idempotency_key  text,
  acting_player_id uuid   DEFAULT NULL::uuid,
  source           text   DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := credits.check_hold_keeper(hold_credits_manually.player_id, acting_player_id);
  why text := credits.check_reason(reason);
  held jsonb;
begin
  perform platform.count_attempt('credit_grant', actor::text);
  held := credits.take_from_player('hold', player_id, credit_type, amount, why, idempotency_key, source);
  if not (held ->> 'replayed')::boolean then
    perform platform.record_audit('credit_hold.made', 'player', hold_credits_manually.player_id::text, null,
      jsonb_build_object('hold_id', held #> '{transfer,id}', 'credit_type', credit_type, 'amount', amount,
        'reason', why),
      actor, platform.resolve_source(source));
  end if;
  return held;
end;
$function$;

REVOKE ALL ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_open_holds (
  player_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'hold_id', open.id, 'credit_type', open.credit_type, 'amount', open.amount, 'open_amount', open.open_amount,
    'reason', open.reason, 'created_at', open.created_at) order by open.created_at, open.id), '[]')
  from (
    select hold.*, hold.amount - coalesce((
      select sum(ended.amount) from public.credit_transfers as ended where ended.hold_id = hold.id), 0) as open_amount
    from public.credit_transfers as hold
    where hold.kind = 'hold' and hold.player_id = list_open_holds.player_id
  ) as open
  where open.open_amount > 0;
$function$;

REVOKE ALL ON FUNCTION "public"."list_open_holds"(uuid) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "credits"."check_hold_keeper"(uuid, uuid) IS 'The admin who may hold or release a player''s credits by hand: those of others, and their own while no other approver exists. Refuses DS403.';

COMMENT ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) IS 'Releases what is left of a hold to the player, or captures it as spent, whoever made the hold: the answer of end_credit_hold(). Admins only, with a reason, counted like a grant, audited. Definer: nobody may write credits directly.';

COMMENT ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) IS 'Puts a player''s credits on hold until an admin ends it: {transfer, balances, replayed}; transfer.id is the hold. Refuses DS409 credits_insufficient. Admins only, counted like a grant, audited. Definer: nobody may write credits directly.';

COMMENT ON FUNCTION "public"."list_open_holds"(uuid) IS 'The holds of a player that the caller may see and of which something is left, oldest first.';

REVOKE ALL ON FUNCTION "credits"."check_hold_keeper"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_hold_keeper"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_hold_keeper"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_hold_manually"(uuid, text, text, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."hold_credits_manually"(uuid, text, bigint, text, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_open_holds"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_open_holds"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_open_holds"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_open_holds"(uuid) TO "service_role";
