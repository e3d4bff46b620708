-- How a standing is shown. Every read goes through here, so privacy is decided in one place.

create type private.placed_standing as (
  player_id uuid, place bigint, rank bigint, score bigint, reached_at timestamptz, tier text);
comment on type private.placed_standing is
  'A standing before names are put to it. Its place in the total order is what is called position wherever '
  'clients see it.';

create function private.pseudonym(period_id bigint, player_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  -- A well-formed uuid of version 8, "made by own rules".
  select overlay(overlay(keyed.digest placing '8' from 13) placing 'a' from 17)::uuid
  from private.leaderboard_settings as settings
  cross join lateral (
    select substr(encode(extensions.hmac(
      convert_to(pseudonym.period_id || ':' || pseudonym.player_id, 'utf8'), settings.pseudonym_key,
        'sha256'), 'hex'), 1, 32) as digest
  ) as keyed;
$$;
comment on function private.pseudonym(bigint, uuid) is
  'The id an anonymous player has on one period: the same at each reading, unlike on any other period, not '
  'reversible.';

create function private.version_at(period_id bigint, at timestamptz)
returns bigint
language sql
stable
set search_path = ''
as $$
  select versions.version
  from private.board_versions as versions
  where versions.period_id = version_at.period_id and versions.as_of <= version_at.at
  order by versions.as_of desc, versions.version desc
  limit 1;
$$;
comment on function private.version_at(bigint, timestamptz) is
  'The kept version that was published at this moment; null before the first.';

create function private.window_version(period private.board_periods, movement text)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  if movement is null then
    return null;
  elsif movement = 'refresh' then
    return nullif(period.version - 1, 0);
  elsif movement not in ('hour', 'day', 'week') then
    perform private.refuse(400, 'invalid_movement', 'Movement is since the last refresh, hour, day or week.',
      'Use refresh, hour, day or week.');
  end if;
  return coalesce(
    private.version_at(period.id, period.checked_at - ('1 ' || movement)::interval),
    (select min(versions.version) from private.board_versions as versions
      where versions.period_id = period.id));
end;
$$;
comment on function private.window_version(private.board_periods, text) is
  'The version that movement is counted from: so long before the last refresh, whether it found anything new or '
  'not, or the first one of a younger period.';

create function private.key_at(period_id bigint, player_id uuid, at_version bigint)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  select standings.order_key into found_key
  from private.standings
  where standings.period_id = key_at.period_id and standings.player_id = key_at.player_id
    and standings.since_version <= key_at.at_version;
  if found then
    return found_key;
  end if;
  select history.order_key into found_key
  from (
    select former.order_key, former.since_version
    from private.standing_history as former
    where former.period_id = key_at.period_id and former.player_id = key_at.player_id
      and former.until_version > key_at.at_version
    order by former.until_version
    limit 1
  ) as history
  where history.since_version <= key_at.at_version;
  return found_key;
end;
$$;
comment on function private.key_at(bigint, uuid, bigint) is
  'The order key a player had at a kept version; null when not listed then.';

create function private.position_at(period_id bigint, player_id uuid, at_version bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  if at_version is null then
    return null;
  end if;
  found_key := private.key_at(position_at.period_id, position_at.player_id, at_version);
  if found_key is null then
    return null;
  end if;
  return private.count_ahead_at(position_at.period_id, at_version, found_key) + 1;
end;
$$;
comment on function private.position_at(bigint, uuid, bigint) is
  'The position a player had at a kept version; null when not listed then.';

create function private.render_standings(
  period_id bigint, placed private.placed_standing[], since_version bigint, shown_player_id uuid default null)
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
        not shown.is_public as is_anonymous
      from unnest(placed) as entry
      join public.profiles on profiles.id = entry.player_id
      cross join lateral (
        select public_face.is_public, coalesce(public_face.is_public or entry.player_id = shown_player_id, false) as is_named
        from (select profiles.visibility = 'public' and profiles.left_at is null as is_public) as public_face
      ) as shown
    ) as standing);
end;
$$;
comment on function private.render_standings(bigint, private.placed_standing[], bigint, uuid) is
  'The wire form of standings in order. Anonymous and hidden players and who left have no name, avatar or id, '
  'except the one player who may be shown. Movement is counted from the given version; null without one or for '
  'who was not listed then.';

create function private.place_standings(board_id bigint, period_id bigint, first_key bytea, max_rows int)
returns private.placed_standing[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  place_before bigint;
  rank_before bigint;
  -- Beyond every key that begins with the first one's score.
  score_end bytea := private.score_key(first_key) || '\xff';
begin
  -- The first row may share its rank with players on earlier pages.
  select counted.place - 1, counted.rank - 1 into place_before, rank_before
  from private.count_places(place_standings.period_id, first_key) as counted;
  return (
    select array_agg(row(
      listed.player_id, place_before + listed.place,
      case when listed.order_key < score_end then rank_before + 1
        else place_before + listed.first_place end,
      listed.score, listed.reached_at, tiers.tier)::private.placed_standing order by listed.place)
    from (
      select numbered.*, min(numbered.place) over (partition by numbered.score) as first_place
      from (
        select standings.*, row_number() over (order by standings.order_key) as place
        from private.standings
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
comment on function private.place_standings(bigint, bigint, bytea, int) is
  'Up to so many standings in order from the first key at or after the given one, each with position and '
  'shared rank.';
