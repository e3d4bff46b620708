-- How a standing is shown. Every read goes through here, so privacy is decided in one place. A rank is one
-- number wherever it is shown, also in comparisons and past periods.

create type leaderboard.placed_standing as (
  player_id uuid, place bigint, rank bigint, score bigint, reached_at timestamptz, tier text);
comment on type leaderboard.placed_standing is
  'A standing before names are added. Its place in the total order is called position wherever clients see it.';

create function leaderboard.pseudonym(period_id bigint, player_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  -- A well-formed UUID of version 8 (custom).
  select overlay(overlay(keyed.digest placing '8' from 13) placing 'a' from 17)::uuid
  from (
    select substr(encode(extensions.hmac(
      convert_to(pseudonym.period_id || ':' || pseudonym.player_id, 'utf8'),
      leaderboard.read_key('pseudonym'), 'sha256'), 'hex'), 1, 32) as digest
  ) as keyed;
$$;
comment on function leaderboard.pseudonym(bigint, uuid) is
  'The id of an anonymous player in one period: stable within it, different in any other period, and irreversible.';

create function leaderboard.render_standings(
  period_id bigint, placed leaderboard.placed_standing[], since_version bigint, shown_player_id uuid default null,
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
          else leaderboard.pseudonym(render_standings.period_id, entry.player_id) end as player_id,
        case when shown.is_named then profiles.username end as username,
        case when shown.is_named then profiles.display_name else 'Anonymous player' end as display_name,
        case when shown.is_named then profiles.avatar_url end as avatar_url,
        entry.place as position, entry.rank, entry.score, entry.reached_at, entry.tier,
        case when render_standings.since_version is not null
          then leaderboard.position_at(render_standings.period_id, entry.player_id,
            render_standings.since_version) - entry.place end as movement,
        not shown.is_public as is_anonymous,
        entry.rank <> entry.place or coalesce(entry.next_rank = entry.rank, render_standings.has_equal_below,
          leaderboard.has_equal_below(render_standings.period_id, entry.placed_entry)) as is_tied
      from (
        select listed.*, lead(listed.rank) over (order by listed.place) as next_rank,
          row(listed.player_id, listed.place, listed.rank, listed.score, listed.reached_at,
            listed.tier)::leaderboard.placed_standing as placed_entry
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
comment on function leaderboard.render_standings(bigint, leaderboard.placed_standing[], bigint, uuid, boolean) is
  'The wire format of standings in order. Anonymous and hidden players and players who left have no name, avatar '
  'or id, except the one player who may be shown. Movement counts from the given version; null without one or for '
  'players who were not listed then. Whether the last row is tied with the next player, who is not among them, is '
  'looked up in the current period unless it is passed in.';

create function leaderboard.place_standings(board_id bigint, period_id bigint, first_key bytea, max_rows int)
returns leaderboard.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  place_before bigint;
  rank_before bigint;
  -- Beyond every key that begins with the first one's score.
  score_end bytea := leaderboard.score_key(first_key) || '\xff';
begin
  -- The first row may share its rank with players on earlier pages.
  select counted.place - 1, counted.rank - 1 into place_before, rank_before
  from leaderboard.count_places(place_standings.period_id, first_key) as counted;
  return (
    select array_agg(row(
      listed.player_id, place_before + listed.place,
      case when listed.order_key < score_end then rank_before + 1
        else place_before + listed.first_place end,
      listed.score, listed.reached_at, tiers.tier)::leaderboard.placed_standing order by listed.place)
    from (
      select numbered.*, min(numbered.place) over (partition by numbered.score) as first_place
      from (
        select standings.*, row_number() over (order by standings.order_key) as place
        from leaderboard.standings
        where standings.period_id = place_standings.period_id and standings.order_key >= first_key
        order by standings.order_key
        limit max_rows
      ) as numbered
    ) as listed
    left join public.player_tiers as tiers
      on tiers.board_id = place_standings.board_id and tiers.player_id = listed.player_id
        and tiers.period_id = place_standings.period_id);
end;
$$;
comment on function leaderboard.place_standings(bigint, bigint, bytea, int) is
  'Up to that many standings in order from the first key at or after the given one, each with position and shared '
  'rank.';

-- A standing states whether its rank is shared, even for the first of equals: neither a page that ends
-- between two of them nor a single standing shows the other one.
create function leaderboard.has_equal_below(period_id bigint, placed leaderboard.placed_standing)
returns boolean
language sql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
  select exists (
    select from leaderboard.standings
    where standings.period_id = has_equal_below.period_id
      and standings.order_key > leaderboard.order_key(placed.score, placed.reached_at, placed.player_id)
      and standings.order_key < leaderboard.score_key(
        leaderboard.order_key(placed.score, placed.reached_at, placed.player_id)) || '\xff')
    or exists (
      select from leaderboard.archived_standings as archived
      where archived.period_id = has_equal_below.period_id and archived.position = placed.place + 1
        and archived.score = placed.score);
$$;
comment on function leaderboard.has_equal_below(bigint, leaderboard.placed_standing) is
  'Whether the next player of the period, now or in its archive, has the same score. Two index reads.';

create function leaderboard.render_rank(period_id bigint, placed leaderboard.placed_standing)
returns jsonb
language sql
stable
set search_path = ''
return case when placed.player_id is not null then jsonb_build_object(
  'rank', placed.rank,
  'is_tied', placed.rank <> placed.place or leaderboard.has_equal_below(render_rank.period_id, placed)) end;
comment on function leaderboard.render_rank(bigint, leaderboard.placed_standing) is
  'The rank of a standing and whether it is shared; null for no standing.';
