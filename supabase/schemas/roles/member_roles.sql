create table public.member_roles (
  guild_id text not null references public.guilds (id),
  discord_user_id text not null check (discord_user_id ~ '^[0-9]{15,21}$'),
  player_id uuid not null references public.profiles (id),
  desired_tier text check (desired_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  confirmed_tier text check (confirmed_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  may_hold_tiers text[] not null default '{}',
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'waiting', 'failed')),
  cause_code text,
  cause text check (platform.is_presentable(cause, 500)),
  changed_at timestamptz not null default now(),
  checked_at timestamptz,
  primary key (guild_id, discord_user_id)
);
comment on table public.member_roles is
  'One row is the tier role of one Discord account in one server: desired and confirmed.';
comment on column public.member_roles.may_hold_tiers is
  'Every tier whose role the member may have now, because it was confirmed or requested since: all but the '
  'desired one are removed.';
comment on column public.member_roles.state is
  'pending: to be done; confirmed: read back from Discord; waiting: not possible yet; failed: Discord refused.';
comment on column public.member_roles.cause is 'A sentence about why the role is missing and what to do.';
comment on column public.member_roles.changed_at is
  'Since when the desired tier has been what it is: the lag counts from here.';
create index member_roles_player_id_idx on public.member_roles (player_id);
create index member_roles_open_idx on public.member_roles (guild_id, state) where state <> 'confirmed';

alter table public.member_roles enable row level security;
grant select on public.member_roles to authenticated, service_role;

create trigger on_member_role_write_present_cause
  before insert or update of cause on public.member_roles
  for each row execute function platform.make_text_presentable('cause', '500');

create policy "Players see their own roles, managers all"
  on public.member_roles for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create function roles.update_desired_tiers(guild public.guilds)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  with desired as (
    select distinct on (link.discord_user_id) link.discord_user_id, link.player_id, held.tier
    from public.discord_links as link
    join public.player_tiers as held on held.player_id = link.player_id
    join public.boards as board on board.id = held.board_id and board.awards_tiers
    where guild.tier_role_ids ->> held.tier is not null
    order by link.discord_user_id, array_position(leaderboard.list_tiers(), held.tier)
  ),
  taken_back as (
    update public.member_roles as member
    set desired_tier = null, state = 'pending', cause_code = null, cause = null, changed_at = now()
    where member.guild_id = guild.id and member.desired_tier is not null
      and not exists (select from desired where desired.discord_user_id = member.discord_user_id)
  )
  insert into public.member_roles as member (guild_id, discord_user_id, player_id, desired_tier)
  select guild.id, desired.discord_user_id, desired.player_id, desired.tier from desired
  on conflict (guild_id, discord_user_id) do update
  set player_id = excluded.player_id, desired_tier = excluded.desired_tier, state = 'pending',
    cause_code = null, cause = null, changed_at = now()
  where member.desired_tier is distinct from excluded.desired_tier or member.player_id <> excluded.player_id;
$$;
comment on function roles.update_desired_tiers(public.guilds) is
  'Sets what each linked member of the server should have now, from the tiers of the awarding board. A row is '
  'written only on change.';
