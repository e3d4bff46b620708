-- Changes of one's own profile and link count for the person, on whatever surface. Linking again takes an unlink first, so
-- counting those bounds both, and a link that the provider has proven is never refused.

insert into private.attempt_limits (action, window_seconds, limit_count) values ('discord_unlink', 60, 20);

create or replace function public.update_own_profile(
  display_name text default null, visibility text default null, time_zone text default null,
  locale text default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  before public.profiles;
  after public.profiles;
begin
  perform private.count_attempt('profile_change', actor::text);
  if visibility is not null and visibility not in ('public', 'anonymous', 'hidden') then
    perform private.refuse(400, 'visibility_unknown', 'There is no such visibility.',
      'Use public, anonymous or hidden.');
  end if;
  if locale is not null and locale !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then
    perform private.refuse(400, 'locale_invalid', 'This is no language tag.', 'Use a tag such as en-US.');
  end if;
  select * into before from public.profiles where profiles.id = actor for no key update;
  -- A name that cannot be shown is refused by the table, whoever writes it.
  update public.profiles
  set display_name = coalesce(private.tidy_text(update_own_profile.display_name), before.display_name),
    visibility = coalesce(update_own_profile.visibility, before.visibility),
    time_zone = coalesce(update_own_profile.time_zone, before.time_zone),
    locale = coalesce(update_own_profile.locale, before.locale)
  where profiles.id = actor and (
    profiles.display_name, profiles.visibility, profiles.time_zone, profiles.locale) is distinct from (
    coalesce(private.tidy_text(update_own_profile.display_name), before.display_name),
    coalesce(update_own_profile.visibility, before.visibility),
    coalesce(update_own_profile.time_zone, before.time_zone),
    coalesce(update_own_profile.locale, before.locale))
  returning * into after;
  if after.id is not null then
    perform private.record_audit('profile.changed', 'player', actor::text, to_jsonb(before), to_jsonb(after),
      actor, private.resolve_source(source));
  end if;
  return public.get_own_profile(acting_player_id);
end;
$$;
comment on function public.update_own_profile(text, text, text, text, uuid, text) is
  'Changes what is given of the caller''s own profile and returns get_own_profile(); role, username and '
  'account stay out of reach. A name other than Discord''s is the player''s own choice, and follows Discord no more. '
  'Counted: refuses DS429. Definer: nobody may write profiles directly.';

create or replace function public.unlink_discord(acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
begin
  perform private.count_attempt('discord_unlink', actor::text);
  return private.unlink_player(actor, actor, private.resolve_source(source));
end;
$$;
comment on function public.unlink_discord(uuid, text) is
  'Ends the caller''s link: {discord_user_id, null when there was none; keeps_sign_in, Discord stays the only way to '
  'sign in; revokes_access, we hold tokens that are revoked now}. Roles and tokens follow by the event. '
  'Counted: refuses DS429. Definer: nobody may write links directly.';
