-- The own profile states whether Discord is a way to sign in; a name that the player chose is tidied like any
-- text.

create function public.get_own_profile(acting_player_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  return identity.describe_player(actor);
end;
$$;
comment on function public.get_own_profile(uuid) is
  '{player, link, signs_in_with_discord, balances, follows_rank, tiers, member_roles} of the caller. Definer: '
  'includes own columns that others may not read.';
grant execute on function public.get_own_profile(uuid) to authenticated, service_role;

create function public.update_own_profile(
  display_name text default null, visibility text default null, time_zone text default null,
  locale text default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  before public.profiles;
  after public.profiles;
begin
  perform platform.count_attempt('profile_change', actor::text);
  if visibility is not null and visibility not in ('public', 'anonymous', 'hidden') then
    perform platform.refuse(400, 'visibility_unknown', 'This visibility does not exist.',
      'Use public, anonymous or hidden.');
  end if;
  if locale is not null and locale !~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then
    perform platform.refuse(400, 'locale_invalid', 'This is not a language tag.', 'Use a tag such as en-US.');
  end if;
  select * into before from public.profiles where profiles.id = actor for no key update;
  -- The table refuses a name that is not presentable, whoever writes it.
  update public.profiles
  set display_name = coalesce(platform.tidy_text(update_own_profile.display_name), before.display_name),
    visibility = coalesce(update_own_profile.visibility, before.visibility),
    time_zone = coalesce(update_own_profile.time_zone, before.time_zone),
    locale = coalesce(update_own_profile.locale, before.locale)
  where profiles.id = actor and (
    profiles.display_name, profiles.visibility, profiles.time_zone, profiles.locale) is distinct from (
    coalesce(platform.tidy_text(update_own_profile.display_name), before.display_name),
    coalesce(update_own_profile.visibility, before.visibility),
    coalesce(update_own_profile.time_zone, before.time_zone),
    coalesce(update_own_profile.locale, before.locale))
  returning * into after;
  if after.id is not null then
    perform platform.record_audit('profile.changed', 'player', actor::text, to_jsonb(before), to_jsonb(after),
      actor, platform.resolve_source(source));
  end if;
  return public.get_own_profile(acting_player_id);
end;
$$;
comment on function public.update_own_profile(text, text, text, text, uuid, text) is
  'Changes the given fields of the caller''s own profile and returns get_own_profile(); role, username and '
  'account cannot be changed. A name that differs from Discord''s is the player''s own choice and stops following '
  'Discord. Counted: refuses DS429. Definer: nobody may write profiles directly.';
grant execute on function public.update_own_profile(text, text, text, text, uuid, text) to authenticated,
  service_role;
