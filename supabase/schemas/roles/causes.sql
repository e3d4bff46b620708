create function public.report_member_event(guild_id text, discord_user_id text, kind text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if kind not in ('joined', 'left') or guild_id !~ '^[0-9]{15,21}$' or discord_user_id !~ '^[0-9]{15,21}$' then
    perform platform.refuse(400, 'member_event_invalid', 'This is not a member joining or leaving.',
      'Send joined or left, with the ids of the guild and the person.');
  end if;
  return platform.emit_event('discord/member.' || kind,
    jsonb_build_object('guild_id', guild_id, 'discord_user_id', discord_user_id));
end;
$$;
comment on function public.report_member_event(text, text, text) is
  'Writes discord/member.joined or discord/member.left to the outbox. Idempotent, because receivers compare states.';
grant execute on function public.report_member_event(text, text, text) to service_role;

create function public.request_role_sync(guild_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.guilds where guilds.id = request_role_sync.guild_id) then
    perform platform.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  return platform.emit_event('discord/roles.sync_requested', jsonb_build_object('guild_id', guild_id));
end;
$$;
comment on function public.request_role_sync(text) is
  'Requests a role sync of a server. Idempotent: nothing is done if nothing differs. For the service only.';
grant execute on function public.request_role_sync(text) to service_role;
