create function roles.list_due_role_steps(guild public.guilds, only_player_id uuid, include_waiting boolean)
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
      row_value.may_hold_tiers && (leaderboard.list_tiers())[1:3] as may_hold_title,
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
        where member.desired_tier = any ((leaderboard.list_tiers())[1:3])
          and member.desired_tier = any (holder.may_hold_tiers)
          and holder.discord_user_id <> member.discord_user_id)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', step.player_id, 'discord_user_id', step.discord_user_id,
    'remove_role_ids', to_jsonb(step.remove_role_ids), 'add_role_id', guild.tier_role_ids ->> step.tier,
    'desired_tier', step.tier)
    order by step.phase, array_position(leaderboard.list_tiers(), step.tier), step.discord_user_id), '[]')
  from step;
$$;
comment on function roles.list_due_role_steps(public.guilds, uuid, boolean) is
  'Steps in two phases: members who lose a title or every role give it up first, then roles are added. A title '
  'that somebody else may still hold is not given: it comes with the next plan, once its removal was confirmed.';

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
    perform platform.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  perform roles.update_desired_tiers(guild);
  steps := roles.list_due_role_steps(guild, plan_role_changes.player_id, plan_role_changes.include_waiting);
  -- Stored before Discord is asked, so a crash in between leaves no unknown role.
  update public.member_roles as member
  set may_hold_tiers = member.may_hold_tiers || member.desired_tier
  from jsonb_to_recordset(steps) as step (discord_user_id text, add_role_id text)
  where member.guild_id = guild.id and member.discord_user_id = step.discord_user_id
    and step.add_role_id is not null and not member.desired_tier = any (member.may_hold_tiers);
  return steps;
end;
$$;
comment on function public.plan_role_changes(text, uuid, boolean) is
  'The changes due now in a server, in order: [{player_id, discord_user_id, remove_role_ids, add_role_id, '
  'desired_tier}]. Execute one step after the other, record each with record_role_result (desired_tier is the '
  'member''s tier after the step), and plan again until nothing is left: a title is planned only once nobody else '
  'may hold it. Failed and waiting members return after 5 minutes or an hour, or at once with include_waiting. '
  'For the service only.';
grant execute on function public.plan_role_changes(text, uuid, boolean) to service_role;
