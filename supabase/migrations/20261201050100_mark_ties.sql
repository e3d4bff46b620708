-- A standing says whether its rank is shared, the first of equals included: neither a page that ends between two of
-- them nor a single standing shows the other one.

create function private.has_equal_below(period_id bigint, placed private.placed_standing)
returns boolean
language sql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
  select exists (
    select from private.standings
    where standings.period_id = has_equal_below.period_id
      and standings.order_key > private.order_key(placed.score, placed.reached_at, placed.player_id)
      and standings.order_key < private.score_key(
        private.order_key(placed.score, placed.reached_at, placed.player_id)) || '\xff')
    or exists (
      select from private.archived_standings as archived
      where archived.period_id = has_equal_below.period_id and archived.position = placed.place + 1
        and archived.score = placed.score);
$$;
comment on function private.has_equal_below(bigint, private.placed_standing) is
  'Whether the next player of the period, now or in its archive, has the same score. Two index reads.';

drop function private.render_standings(bigint, private.placed_standing[], bigint, uuid);
create function private.render_standings(
  period_id bigint, placed private.placed_standing[], since_version bigint, shown_player_id uuid default null,
  has_equal_below boolean default null)
returns json
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(json_agg(row_to_json(standing) order by standing.position), '[]')
    from (
      select case when shown.is_named then entry.player_id
          else private.pseudonym(render_standings.period_id, entry.player_id) end as player_id,
        case when shown.is_named then profiles.username end as username,
        case when shown.is_named then profiles.display_name else 'Anonymous player' end as display_name,
        case when shown.is_named then profiles.avatar_url end as avatar_url,
        entry.place as position, entry.rank, entry.score, entry.reached_at, entry.tier,
        case when render_standings.since_version is not null
          then private.position_at(render_standings.period_id, entry.player_id,
            render_standings.since_version) - entry.place end as movement,
        not shown.is_public as is_anonymous,
        entry.rank <> entry.place or coalesce(entry.next_rank = entry.rank, render_standings.has_equal_below,
          private.has_equal_below(render_standings.period_id, entry.placed_entry)) as is_tied
      from (
        select listed.*, lead(listed.rank) over (order by listed.place) as next_rank,
          row(listed.player_id, listed.place, listed.rank, listed.score, listed.reached_at,
            listed.tier)::private.placed_standing as placed_entry
        from unnest(placed) as listed
      ) as entry
      join public.profiles on profiles.id = entry.player_id
      cross join lateral (
        select public_face.is_public, coalesce(public_face.is_public or entry.player_id = shown_player_id, false) as is_named
        from (select profiles.visibility = 'public' and profiles.left_at is null as is_public) as public_face
      ) as shown
    ) as standing);
end;
$$;
comment on function private.render_standings(bigint, private.placed_standing[], bigint, uuid, boolean) is
  'The wire form of standings in order. Anonymous and hidden players and who left have no name, avatar or id, '
  'except the one player who may be shown. Movement is counted from the given version; null without one or for '
  'who was not listed then. Whether the last row is tied with the next player, who is not among them, is looked up '
  'in the period as it is now unless it is handed in.';

create or replace function public.get_standing(
  board text, player_id uuid, period_id bigint default null, movement text default 'day')
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards;
  listed record;
  own private.placed_standing;
begin
  -- The plain question, where a public player stands now, is asked most.
  if period_id is null and movement is null then
    listed := private.find_listed_player(get_standing.board, get_standing.player_id);
    if listed.period_id is not null then
      own := listed.own;
      return json_build_object(
        'player_id', own.player_id, 'username', listed.username, 'display_name', listed.display_name,
        'avatar_url', listed.avatar_url, 'position', own.place, 'rank', own.rank, 'score', own.score,
        'reached_at', own.reached_at, 'tier', own.tier, 'movement', null, 'is_anonymous', false,
        'is_tied', own.rank <> own.place or private.has_equal_below(listed.period_id, own));
    end if;
  end if;
  found_board := private.find_board(get_standing.board, get_standing.period_id);
  return private.render_standing(
    found_board, private.find_period(found_board, get_standing.period_id), get_standing.player_id, movement);
end;
$$;

create function private.has_equal_below_at(period_id bigint, at_version bigint, at_position bigint)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    private.score_key(private.key_at_position_at(has_equal_below_at.period_id, at_version, at_position))
    = private.score_key(private.key_at_position_at(has_equal_below_at.period_id, at_version, at_position + 1)), false);
$$;
comment on function private.has_equal_below_at(bigint, bigint, bigint) is
  'Whether the players at this position and the next one had the same score at a kept version of the period.';

create or replace function public.get_board_at(board text, at timestamptz, max_rows int default 100,
  period_id bigint default null, from_position bigint default 1)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_board_at.board, get_board_at.period_id);
  period private.board_periods;
  shown private.board_versions;
  last_position bigint;
begin
  perform private.check_page_size(max_rows, 1000);
  perform private.check_position(from_position);
  if get_board_at.period_id is not null then
    period := private.find_period(found_board, get_board_at.period_id);
  else
    -- The last that had begun, as for the current period: between two seasons the end of the first one stands.
    select periods.* into period from private.board_periods as periods
    where periods.board_id = found_board.id
      and (periods.starts_at is null or periods.starts_at <= least(get_board_at.at, now()))
    order by periods.starts_at desc nulls last
    limit 1;
  end if;
  if period.state = 'closed' and period.as_of <= get_board_at.at then
    return private.render_page(found_board, period, private.render_standings(period.id,
      private.place_archived(period, from_position, max_rows), null), null);
  end if;
  select versions.* into shown
  from private.board_versions as versions
  where versions.period_id = period.id and versions.version = private.version_at(period.id, get_board_at.at);
  if shown.version is null then
    perform private.refuse(404, 'moment_not_kept', 'The board of that moment is not kept.',
      'Every refresh of the last hour is kept, then one an hour, then one a day.');
  end if;
  period.version := shown.version;
  period.as_of := shown.as_of;
  period.player_count := shown.player_count;
  last_position := least(from_position + max_rows - 1, shown.player_count);
  return private.render_page(found_board, period, private.render_standings(period.id,
    private.place_standings_at(period.id, shown.version, from_position, last_position), null,
    has_equal_below => private.has_equal_below_at(period.id, shown.version, last_position)), null);
end;
$$;

-- Rendered without the mark: the next refresh publishes them again.
update private.board_tops set page = null where page is not null;
