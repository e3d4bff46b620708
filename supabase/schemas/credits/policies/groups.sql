-- Groups of players that a policy of their own applies to. The list is versioned as a whole, because its order
-- decides: the first group that matches and has a policy wins.

create table credits.player_groups (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now()
);
comment on table credits.player_groups is
  'One row is the identity of one group, whatever it is called and whomever it covers at the time.';
alter table credits.player_groups enable row level security;

create table credits.group_lists (
  version int primary key check (version > 0),
  effective_from timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid references public.profiles (id),
  source text not null
);
comment on table credits.group_lists is
  'One row is one version of the list of groups. In force is the one that began last; of two that begin together, '
  'the later version. Append-only.';
create index group_lists_created_by_idx on credits.group_lists (created_by);
alter table credits.group_lists enable row level security;

create table credits.listed_groups (
  list_version int not null references credits.group_lists (version),
  place int not null check (place between 1 and 20),
  group_id uuid not null references credits.player_groups (id),
  name text not null check (platform.is_presentable(name, 80)),
  roles text[] check (roles <@ '{player,manager,admin}'::text[] and cardinality(roles) > 0),
  board_id bigint references public.boards (id),
  tiers text[] check (tiers <@ '{champion,silver,bronze,top_10,elite}'::text[] and cardinality(tiers) > 0),
  joined_days_min int check (joined_days_min between 1 and 36500),
  joined_days_max int check (joined_days_max between 1 and 36500),
  primary key (list_version, place),
  unique (list_version, group_id),
  constraint listed_groups_tiers_board_check check ((board_id is null) = (tiers is null)),
  constraint listed_groups_days_check check (joined_days_max > joined_days_min),
  constraint listed_groups_filter_check
    check (num_nonnulls(roles, tiers, joined_days_min, joined_days_max) > 0)
);
comment on table credits.listed_groups is
  'One row is one group in one version of the list: its place, name and filter. All conditions that are set must '
  'hold. Append-only.';
comment on column credits.listed_groups.joined_days_min is 'Joined at least this many days ago.';
comment on column credits.listed_groups.joined_days_max is 'Joined less than this many days ago.';
create index listed_groups_group_id_idx on credits.listed_groups (group_id);
create index listed_groups_board_id_idx on credits.listed_groups (board_id);
alter table credits.listed_groups enable row level security;

create trigger on_group_lists_change_refuse
  before update or delete or truncate on credits.group_lists
  for each statement execute function platform.forbid_change();
create trigger on_group_list_check_times before insert on credits.group_lists
  for each row execute function platform.check_shown_times('effective_from');
create trigger on_listed_groups_change_refuse
  before update or delete or truncate on credits.listed_groups
  for each statement execute function platform.forbid_change();
create trigger on_listed_group_insert_check_name
  before insert on credits.listed_groups
  for each row execute function platform.refuse_unpresentable_text(
    'name', 'name of a group', 'group_name_invalid', '80', '1', 'false');

create function credits.group_list_at(at timestamptz)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select list.version from credits.group_lists as list
  where list.effective_from <= group_list_at.at
  order by list.effective_from desc, list.version desc limit 1;
$$;
comment on function credits.group_list_at(timestamptz) is
  'The version of the list of groups in force at a moment; null before the first.';

create function credits.is_in_group(player public.profiles, listed credits.listed_groups, at timestamptz)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select (listed.roles is null or player.role = any (listed.roles))
    and (listed.joined_days_min is null
      or player.created_at <= is_in_group.at - make_interval(days => listed.joined_days_min))
    and (listed.joined_days_max is null
      or player.created_at > is_in_group.at - make_interval(days => listed.joined_days_max))
    and (listed.tiers is null or exists (
      select from public.player_tiers as held
      where held.board_id = listed.board_id and held.player_id = player.id and held.tier = any (listed.tiers)));
$$;
comment on function credits.is_in_group(public.profiles, credits.listed_groups, timestamptz) is
  'Whether the player fits the group''s filter; the tier is the one held now.';

create function credits.describe_groups(list_version int)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', listed.group_id, 'name', listed.name, 'roles', listed.roles, 'board', board.slug, 'tiers', listed.tiers,
    'joined_days_min', listed.joined_days_min, 'joined_days_max', listed.joined_days_max,
    'player_count', (
      select count(*) from public.profiles as player
      where player.left_at is null and credits.is_in_group(player, listed, now()))) order by listed.place), '[]')
  from credits.listed_groups as listed
  left join public.boards as board on board.id = listed.board_id
  where listed.list_version = describe_groups.list_version;
$$;
comment on function credits.describe_groups(int) is
  'The groups of one version of the list in their order, with how many players fit each filter now.';
