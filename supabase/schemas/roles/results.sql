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
  'Stores Discord''s answer for one member and returns the row, null if there is none. A confirmed tier other '
  'than the desired one leaves the row pending. A member who is not on the server holds no role. For the service '
  'only.';
grant execute on function public.record_role_result(text, uuid, text, text, text, text, text) to service_role;
