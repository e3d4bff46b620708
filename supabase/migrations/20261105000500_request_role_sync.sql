create function public.request_role_sync(guild_id text)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.guilds where guilds.id = request_role_sync.guild_id) then
    perform private.refuse(404, 'guild_not_found', 'This server is not known.', 'Set the server up first.');
  end if;
  return private.emit_event('discord/roles.sync_requested', jsonb_build_object('guild_id', guild_id));
end;
$$;
comment on function public.request_role_sync(text) is
  'Asks the durable functions to bring the roles of a server up to date now. Repeats are harmless: nothing is done when nothing '
  'differs. For the service only.';
grant execute on function public.request_role_sync(text) to service_role;
