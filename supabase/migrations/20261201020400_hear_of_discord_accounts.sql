-- What Discord tells of accounts besides their links: another name or picture, and an authorisation that was withdrawn.

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
        coalesce(nullif(private.to_presentable(report_discord_user.username, 80), ''), link.discord_user_id),
        nullif(private.to_presentable(report_discord_user.display_name, 80), ''),
        private.pick_discord_picture(report_discord_user.avatar_url))) then
    return null;
  end if;
  return private.emit_event('discord/user.changed', jsonb_build_object('discord_user_id', discord_user_id));
end;
$$;
comment on function public.report_discord_user(text, text, text, text) is
  'Writes discord/user.changed to the outbox when a linked account seems to look different now. What the event is '
  'about is then asked of Discord. For the service only.';
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
  return private.follow_discord_face(player, record_discord_user.discord_user_id, record_discord_user.username,
    record_discord_user.display_name, record_discord_user.avatar_url);
end;
$$;
comment on function public.record_discord_user(text, text, text, text) is
  'Keeps how Discord shows a linked account now; returns whether the player''s profile followed. For the service only.';
grant execute on function public.record_discord_user(text, text, text, text) to service_role;

create function public.end_deauthorised_link(discord_user_id text, deauthorised_at timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid;
  consented_at timestamptz;
begin
  select link.player_id, greatest(link.linked_at, identity.last_sign_in_at, identity.updated_at, held.stored_at)
  into player, consented_at
  from public.discord_links as link
  left join auth.identities as identity
    on identity.provider = 'discord' and identity.provider_id = link.discord_user_id
  left join private.discord_tokens as held on held.discord_user_id = link.discord_user_id
  where link.discord_user_id = end_deauthorised_link.discord_user_id;
  if player is null or coalesce(deauthorised_at < consented_at, false) then
    return jsonb_build_object('player_id', player, 'has_ended', false);
  end if;
  perform private.unlink_player(player, player, 'discord');
  return jsonb_build_object('player_id', player, 'has_ended', true);
end;
$$;
comment on function public.end_deauthorised_link(text, timestamptz) is
  'Ends the link of an account whose owner withdrew our authorisation at Discord, as an unlink would: {player_id, '
  'has_ended}. News from before the owner last consented is passed over. For the service only.';
grant execute on function public.end_deauthorised_link(text, timestamptz) to service_role;
