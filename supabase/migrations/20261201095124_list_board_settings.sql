SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.list_board_settings()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not identity.is_manager() and not platform.is_service() then
    perform platform.refuse(403, 'manager_only', 'Only managers see how boards are set up.', 'Ask a manager.');
  end if;
  return coalesce((
    select jsonb_agg(to_jsonb(board) - 'close_grace' || jsonb_build_object(
      'close_grace_minutes', extract(epoch from board.close_grace)::int / 60,
      'period', case when period.id is not null then jsonb_build_object(
        'id', period.id, 'state', period.state, 'version', period.version, 'as_of', period.as_of,
        'player_count', period.player_count, 'starts_at', period.starts_at, 'ends_at', period.ends_at,
        'last_refresh_ms', period.last_refresh_ms, 'overrun_count', period.overrun_count,
        'failed_count', coalesce(setbacks.failed_count, 0)) end,
      'titles', coalesce((
        select jsonb_agg(jsonb_build_object('tier', held.tier, 'since', held.since,
          'username', player.username, 'display_name', player.display_name)
          order by array_position(leaderboard.list_tiers(), held.tier))
        from public.player_tiers as held join public.profiles as player on player.id = held.player_id
        where held.board_id = board.id and held.tier in ('champion', 'silver', 'bronze')), '[]'))
      order by board.id)
    from public.boards as board
    cross join lateral leaderboard.current_period(board.id) as period
    left join leaderboard.period_setbacks as setbacks on setbacks.period_id = period.id), '[]');
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_board_settings"() FROM PUBLIC, "anon";

COMMENT ON FUNCTION "public"."list_board_settings"() IS 'Every board in order of creation, with its settings, its current period and what its last refresh cost, and who holds its titles. For managers. Definer: reads closed tables.';

GRANT EXECUTE ON FUNCTION "public"."list_board_settings"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_board_settings"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_board_settings"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_board_settings"() TO "service_role";
