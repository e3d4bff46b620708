-- What the community knows of one player, for the player and for managers.

create function identity.describe_player(player_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function identity.describe_player(uuid) is
  '{player, link, signs_in_with_discord, balances, follows_rank, tiers, member_roles}, null if there is no such '
  'player. Definer: includes columns and rows of closed tables; its callers check who asks.';

create function public.get_player_record(username text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.get_player_record(text) is
  'describe_player() of any player with {has_account, is_withdrawn: unlinked, though Discord is a way to sign in; '
  'standings: one for each board, null where the player is not listed}; null if nobody has the username. For '
  'managers. Definer: reads closed tables.';
grant execute on function public.get_player_record(text) to authenticated, service_role;

create function public.list_score_events(
  player_id uuid, before bigint default null, max_rows int default 50)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function public.list_score_events(uuid, bigint, int) is
  '{rows, next_before}: the score events of a player that the caller may see, latest recorded first, each with the '
  'event that voids it.';
grant execute on function public.list_score_events(uuid, bigint, int) to authenticated, service_role;

create function public.list_player_audit(player_id uuid, before timestamptz default null, max_rows int default 50)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function public.list_player_audit(uuid, timestamptz, int) is
  'What was done to and by a player, newest first, as far as the caller may read the audit log: for admins.';
grant execute on function public.list_player_audit(uuid, timestamptz, int) to authenticated, service_role;
