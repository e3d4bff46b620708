create function credits.store_groups(list_version int, groups jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  item record;
  own_id uuid;
begin
  for item in
    select listed.value as given, listed.ordinality::int as place
    from jsonb_array_elements(groups) with ordinality as listed
    order by listed.ordinality
  loop
    own_id := (item.given ->> 'id')::uuid;
    if own_id is null then
      insert into credits.player_groups default values returning player_groups.id into own_id;
    end if;
    insert into credits.listed_groups (
      list_version, place, group_id, name, roles, board_id, tiers, joined_days_min, joined_days_max)
    select store_groups.list_version, item.place, own_id, given.name, given.roles, board.id, given.tiers,
      given.joined_days_min, given.joined_days_max
    from jsonb_to_record(item.given) as given (
      name text, roles text[], board text, tiers text[], joined_days_min int, joined_days_max int)
    left join public.boards as board on board.slug = given.board;
  end loop;
exception when data_exception or integrity_constraint_violation then
  perform platform.refuse(400, 'group_invalid', 'These groups are not valid.',
    'Give each a name and at least one condition: roles, tiers of a board, or days since joining.');
end;
$$;
comment on function credits.store_groups(int, jsonb) is
  'Stores the groups of a version of the list in the given order; one without an id is new. Refuses DS400.';

create function public.update_player_groups(
  groups jsonb, base_version int, effective_from timestamptz default null, acting_player_id uuid default null,
  source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(acting_player_id, 'Only an admin can change the groups of players.');
  origin text := platform.resolve_source(update_player_groups.source);
  last credits.group_lists;
  made credits.group_lists;
begin
  perform credits.change_policies();
  select * into last from credits.group_lists order by group_lists.version desc limit 1;
  if coalesce(last.version, 0) is distinct from base_version then
    perform credits.refuse_stale('the groups', last.created_by, last.created_at);
  end if;
  if jsonb_typeof(groups) is distinct from 'array' or jsonb_array_length(groups) > 20 then
    perform platform.refuse(400, 'group_invalid', 'There can be at most 20 groups.', 'Remove some.');
  end if;
  insert into credits.group_lists (version, effective_from, created_by, source)
  values (coalesce(last.version, 0) + 1, credits.resolve_start(update_player_groups.effective_from), actor, origin)
  returning * into made;
  perform credits.store_groups(made.version, groups);
  perform platform.record_audit('player_groups.changed', 'player_groups', made.version::text,
    credits.describe_groups(last.version),
    jsonb_build_object('effective_from', made.effective_from, 'groups', credits.describe_groups(made.version)),
    actor, origin);
  return jsonb_build_object('version', made.version, 'effective_from', made.effective_from,
    'groups', credits.describe_groups(made.version));
end;
$$;
comment on function public.update_player_groups(jsonb, int, timestamptz, uuid, text) is
  'Replaces the ordered list of groups, now or from a later moment: {version, effective_from, groups}. Refuses DS409 '
  'policy_changed, with who changed it, unless base_version is the newest version. Admins only, audited. Definer: '
  'nobody may write the tables directly.';
grant execute on function public.update_player_groups(jsonb, int, timestamptz, uuid, text)
  to authenticated, service_role;
