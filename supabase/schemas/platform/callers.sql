create function platform.is_service()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role', true) = 'service_role'
    or (current_setting('role', true) = 'none' and session_user in ('postgres', 'supabase_admin'));
$$;
comment on function platform.is_service() is
  'True for the secret key and for operator connections (migrations, scheduled jobs). Checks the request''s role, '
  'not a claim, so a forged token cannot pass and a definer function still sees it.';
grant execute on function platform.is_service() to anon, authenticated, service_role;

create function platform.is_operator()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role', true) = 'none' and session_user in ('postgres', 'supabase_admin');
$$;
comment on function platform.is_operator() is
  'True for operator connections (migrations, scheduled jobs, seeds), which are not rate-limited.';

create function platform.resolve_source(source text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if not platform.is_service() then
    return 'web';
  end if;
  -- The name of a key has up to 80 characters, each of up to four code points.
  if source is null or source !~ '^(web|discord|api|system|api:.+)$' or char_length(source) > 324 then
    perform platform.refuse(400, 'source_unknown', 'A source must be web, discord, api or system.',
      'Send one of them, or api: with the name of the API key.');
  end if;
  return source;
end;
$$;
comment on function platform.resolve_source(text) is
  'The source of a command: as stated by the service, and web for everybody else.';
