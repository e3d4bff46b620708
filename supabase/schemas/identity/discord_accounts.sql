-- Discord's reports about accounts apart from their links: a new name or picture, and revoked access.

create function public.report_discord_user(
  discord_user_id text, username text, display_name text default null, avatar_url text default null)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.discord_links as link
    where link.discord_user_id = report_discord_user.discord_user_id
      and (link.discord_username, link.discord_display_name, link.discord_avatar_url) is distinct from (
        coalesce(nullif(platform.to_presentable(report_discord_user.username, 80), ''), link.discord_user_id),
        nullif(platform.to_presentable(report_discord_user.display_name, 80), ''),
        identity.pick_discord_picture(report_discord_user.avatar_url))) then
    return null;
  end if;
  return platform.emit_event('discord/user.changed', jsonb_build_object('discord_user_id', discord_user_id));
end;
$$;
comment on function public.report_discord_user(text, text, text, text) is
  'Writes discord/user.changed to the outbox if a linked account seems to have changed. Discord itself is then '
  'asked. For the service only.';
grant execute on function public.report_discord_user(text, text, text, text) to service_role;

create function public.record_discord_user(
  discord_user_id text, username text, display_name text default null, avatar_url text default null)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid := (
    select link.player_id from public.discord_links as link
    where link.discord_user_id = record_discord_user.discord_user_id);
begin
  if player is null then
    return false;
  end if;
  return identity.follow_discord_face(player, record_discord_user.discord_user_id, record_discord_user.username,
    record_discord_user.display_name, record_discord_user.avatar_url);
end;
$$;
comment on function public.record_discord_user(text, text, text, text) is
  'Stores how Discord shows a linked account now; returns whether the player''s profile followed. For the service '
  'only.';
grant execute on function public.record_discord_user(text, text, text, text) to service_role;
