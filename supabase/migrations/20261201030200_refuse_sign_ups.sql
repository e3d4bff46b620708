-- Accounts come through Discord or are made by an admin. The switch for all sign-ups would close Discord too, and the
-- switch for e-mail would end signing in by password, so the auth service asks here before it makes an account.

create function public.before_user_created_hook(event jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when event #>> '{user,app_metadata,provider}' = 'discord' then '{}'
    else jsonb_build_object('error', jsonb_build_object(
      'http_code', 403,
      'message', 'New accounts are made with Discord. Choose "Continue with Discord", or ask an administrator.'))
  end;
$$;
comment on function public.before_user_created_hook(jsonb) is
  'Whether the auth service may make an account that somebody asks for: with Discord only. The admin API does '
  'not ask.';
revoke execute on function public.before_user_created_hook(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.before_user_created_hook(jsonb) to supabase_auth_admin;
