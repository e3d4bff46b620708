-- Every player as managers find them: with the hidden ones, staff, and those who left.

create index profiles_joined_idx on public.profiles (created_at, id);

create function identity.describe_directory_row(player public.profiles)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'player_id', player.id, 'username', player.username, 'display_name', player.display_name,
    'avatar_url', player.avatar_url, 'role', player.role, 'visibility', player.visibility,
    'is_ranked', player.is_ranked, 'left_at', player.left_at, 'created_at', player.created_at,
    'has_account', player.user_id is not null, 'linked_at', link.linked_at,
    'discord_username', link.discord_username)
  from (values (1)) as one
  left join public.discord_links as link on link.player_id = player.id;
$$;
comment on function identity.describe_directory_row(public.profiles) is
  'One row of the directory. Definer: not every column of a player is for everybody; list_players checks the caller.';

-- The order is part of the statement, so that each reads its own index and stops after a page.
create function public.list_players(
  query text default null, role text default null, visibility text default null, is_linked boolean default null,
  has_left boolean default null, is_ranked boolean default null, sort_by text default 'name',
  is_descending boolean default false, after text default null, max_rows int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
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
$$;
comment on function public.list_players(text, text, text, boolean, boolean, boolean, text, boolean, text, int) is
  '{rows, next_cursor}: every player whom the filters leave, by name, username or joined, in a total order. A query '
  'matches the start of the username and any part of the name, whatever its case and accents. For managers. Definer: '
  'shows columns that players may not read of each other.';
grant execute on function public.list_players(text, text, text, boolean, boolean, boolean, text, boolean, text, int)
  to authenticated, service_role;
