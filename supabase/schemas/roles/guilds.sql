create table public.guilds (
  id text primary key check (id ~ '^[0-9]{15,21}$'),
  name text not null check (platform.is_presentable(name, 100)),
  approvals_channel_id text check (approvals_channel_id ~ '^[0-9]{15,21}$'),
  announcements_channel_id text check (announcements_channel_id ~ '^[0-9]{15,21}$'),
  tier_role_ids jsonb not null default '{}' check (jsonb_typeof(tier_role_ids) = 'object'),
  health jsonb not null default '{}' check (jsonb_typeof(health) = 'object'),
  health_checked_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table public.guilds is
  'One row is one Discord server the bot serves, with its channels, its role for each tier and the bot''s health '
  'there.';
comment on column public.guilds.tier_role_ids is
  'Tier to role id: {"champion": "123…", …}; a tier without a role is not shown there.';
comment on column public.guilds.health is
  'Findings of the last check: permissions, role order, missing channels.';

alter table public.guilds enable row level security;
grant select on public.guilds to authenticated, service_role;

create trigger on_guild_write_present_name
  before insert or update of name on public.guilds
  for each row execute function platform.make_text_presentable('name', '100', 'id');

create policy "Managers see the servers"
  on public.guilds for select to authenticated
  using ((select identity.is_manager()));

create function public.upsert_guild(
  guild_id text, name text, approvals_channel_id text default null,
  announcements_channel_id text default null,
  tier_role_ids jsonb default null, health jsonb default null)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  insert into public.guilds as guild
    (id, name, approvals_channel_id, announcements_channel_id, tier_role_ids, health, health_checked_at)
  values (
    upsert_guild.guild_id, upsert_guild.name, upsert_guild.approvals_channel_id,
    upsert_guild.announcements_channel_id,
    coalesce(upsert_guild.tier_role_ids, '{}'), coalesce(upsert_guild.health, '{}'),
    case when upsert_guild.health is not null then now() end)
  on conflict (id) do update set
    name = excluded.name,
    approvals_channel_id = coalesce(upsert_guild.approvals_channel_id, guild.approvals_channel_id),
    announcements_channel_id = coalesce(upsert_guild.announcements_channel_id,
      guild.announcements_channel_id),
    tier_role_ids = coalesce(upsert_guild.tier_role_ids, guild.tier_role_ids),
    health = coalesce(upsert_guild.health, guild.health),
    health_checked_at = coalesce(excluded.health_checked_at, guild.health_checked_at)
  returning to_jsonb(guild);
$$;
comment on function public.upsert_guild(text, text, text, text, jsonb, jsonb) is
  'Creates a server or updates the given fields (null keeps the current value); returns the row.';
grant execute on function public.upsert_guild(text, text, text, text, jsonb, jsonb) to service_role;
