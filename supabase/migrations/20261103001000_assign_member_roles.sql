create table public.member_roles (
  guild_id text not null references public.guilds (id),
  discord_user_id text not null check (discord_user_id ~ '^[0-9]{15,21}$'),
  player_id uuid not null references public.profiles (id),
  desired_tier text check (desired_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  confirmed_tier text check (confirmed_tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  may_hold_tiers text[] not null default '{}',
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'waiting', 'failed')),
  cause_code text,
  cause text,
  changed_at timestamptz not null default now(),
  checked_at timestamptz,
  primary key (guild_id, discord_user_id)
);
comment on table public.member_roles is
  'One row is the tier role of one Discord account in one server: what it should be and what Discord '
  'confirmed.';
comment on column public.member_roles.may_hold_tiers is
  'Every tier whose role the member may have now, because it was confirmed or asked for since: all but the '
  'desired one go.';
comment on column public.member_roles.state is
  'pending: to be done; confirmed: read back from Discord; waiting: not possible yet; failed: Discord '
  'refused.';
comment on column public.member_roles.cause is 'A sentence that says why the role is missing and what to do.';
comment on column public.member_roles.changed_at is
  'Since when the desired tier is what it is: the lag counts from here.';
create index member_roles_player_id_idx on public.member_roles (player_id);
create index member_roles_open_idx on public.member_roles (guild_id, state) where state <> 'confirmed';

alter table public.member_roles enable row level security;
grant select on public.member_roles to authenticated, service_role;
create policy "Players see their own roles, managers all"
  on public.member_roles for select to authenticated
  using (player_id = (select private.current_player_id()) or (select private.is_manager()));

create function private.list_tiers()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['champion', 'silver', 'bronze', 'top_10', 'elite'];
$$;
comment on function private.list_tiers() is
  'All tiers, the highest first. The first three are titles: one holder each.';

create function private.update_desired_tiers(guild public.guilds)
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
    order by link.discord_user_id, array_position(private.list_tiers(), held.tier)
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
comment on function private.update_desired_tiers(public.guilds) is
  'Sets what each linked member of the server should have now, from the tiers of the board that awards '
  'them. A row is written only when something about it changed.';

create function private.list_due_role_steps(guild public.guilds, only_player_id uuid, include_waiting boolean)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with member as (
    select row_value.*,
      array(
        select guild.tier_role_ids ->> tier from unnest(row_value.may_hold_tiers) as tier
        where tier is distinct from row_value.desired_tier and guild.tier_role_ids ->> tier is not null
      ) as stale_role_ids,
      row_value.may_hold_tiers && (private.list_tiers())[1:3] as may_hold_title,
      (only_player_id is null or row_value.player_id = only_player_id) and case row_value.state
        when 'pending' then true
        when 'confirmed' then false
        when 'failed' then include_waiting or row_value.checked_at < now() - interval '5 minutes'
        else include_waiting or row_value.checked_at < now() - interval '1 hour'
      end as is_due
    from public.member_roles as row_value where row_value.guild_id = guild.id
  ),
  step as (
    select member.player_id, member.discord_user_id, member.stale_role_ids as remove_role_ids,
      null as tier, 1 as phase
    from member
    where member.is_due
      and (member.desired_tier is null or (member.may_hold_title and member.stale_role_ids <> '{}'))
    union all
    select member.player_id, member.discord_user_id,
      case when member.may_hold_title then '{}' else member.stale_role_ids end, member.desired_tier, 2
    from member
    where member.is_due and member.desired_tier is not null
      and not exists (
        select from member as holder
        where member.desired_tier = any ((private.list_tiers())[1:3])
          and member.desired_tier = any (holder.may_hold_tiers)
          and holder.discord_user_id <> member.discord_user_id)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', step.player_id, 'discord_user_id', step.discord_user_id,
    'remove_role_ids', to_jsonb(step.remove_role_ids), 'add_role_id', guild.tier_role_ids ->> step.tier,
    'desired_tier', step.tier)
    order by step.phase, array_position(private.list_tiers(), step.tier), step.discord_user_id), '[]')
  from step;
$$;
comment on function private.list_due_role_steps(public.guilds, uuid, boolean) is
  'Steps in two phases: who loses a title or every role gives it up first, then roles are given. A title '
  'that somebody else may still hold is given to nobody: it comes with the next plan, once its removal was '
  'confirmed.';

create function public.plan_role_changes(
  guild_id text, player_id uuid default null, include_waiting boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  guild public.guilds;
  steps jsonb;
begin
  -- One planner per server at a time.
  select * into guild from public.guilds where guilds.id = plan_role_changes.guild_id for no key update;
  if guild.id is null then
    perform private.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  perform private.update_desired_tiers(guild);
  steps := private.list_due_role_steps(guild, plan_role_changes.player_id, plan_role_changes.include_waiting);
  -- Remembered before Discord is asked, so that a crash in between leaves no role that nobody knows of.
  update public.member_roles as member
  set may_hold_tiers = member.may_hold_tiers || member.desired_tier
  from jsonb_to_recordset(steps) as step (discord_user_id text, add_role_id text)
  where member.guild_id = guild.id and member.discord_user_id = step.discord_user_id
    and step.add_role_id is not null and not member.desired_tier = any (member.may_hold_tiers);
  return steps;
end;
$$;
comment on function public.plan_role_changes(text, uuid, boolean) is
  'What to do now in a server, in order: [{player_id, discord_user_id, remove_role_ids, add_role_id, '
  'desired_tier}]. Do one step after the other, record each with record_role_result (desired_tier is what '
  'the member has after the step), and plan again until nothing is left: a title is planned only once '
  'nobody else may hold it. Members that failed or wait come again after 5 minutes or an hour, or at once '
  'with include_waiting. For the service only.';
grant execute on function public.plan_role_changes(text, uuid, boolean) to service_role;

create function public.record_role_result(
  guild_id text, player_id uuid, state text, confirmed_tier text, cause_code text default null,
  cause text default null, discord_user_id text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  member public.member_roles;
begin
  select * into member from public.member_roles as candidate
  where candidate.guild_id = record_role_result.guild_id
    and candidate.player_id = record_role_result.player_id
    and (record_role_result.discord_user_id is null
      or candidate.discord_user_id = record_role_result.discord_user_id)
  order by candidate.desired_tier is null, candidate.changed_at desc limit 1
  for update;
  if member.guild_id is null then
    return null;
  end if;
  update public.member_roles as changed
  set state = case
      when record_role_result.state = 'confirmed'
        and record_role_result.confirmed_tier is distinct from changed.desired_tier then 'pending'
      else record_role_result.state end,
    confirmed_tier = case
      when record_role_result.state = 'confirmed' then record_role_result.confirmed_tier
      when record_role_result.cause_code in ('not_in_server', 'discord_user_unknown') then null
      else changed.confirmed_tier end,
    may_hold_tiers = case
      when record_role_result.state = 'confirmed' then array(
        select distinct held
        from unnest(array[record_role_result.confirmed_tier, changed.desired_tier]) as held
        where held is not null)
      when record_role_result.cause_code in ('not_in_server', 'discord_user_unknown') then '{}'
      else changed.may_hold_tiers end,
    cause_code = record_role_result.cause_code, cause = record_role_result.cause, checked_at = now()
  where changed.guild_id = member.guild_id and changed.discord_user_id = member.discord_user_id
  returning * into member;
  if member.desired_tier is null and member.confirmed_tier is null and member.state = 'confirmed'
    and not exists (select from public.discord_links as link
      where link.discord_user_id = member.discord_user_id) then
    delete from public.member_roles as gone
    where gone.guild_id = member.guild_id and gone.discord_user_id = member.discord_user_id;
  end if;
  return to_jsonb(member);
end;
$$;
comment on function public.record_role_result(text, uuid, text, text, text, text, text) is
  'Keeps what Discord said about one member and returns the row, null when there is none. A confirmed tier '
  'that is not the desired one leaves the row pending. A member who is not in the server holds no role. For '
  'the service only.';
grant execute on function public.record_role_result(text, uuid, text, text, text, text, text) to service_role;
