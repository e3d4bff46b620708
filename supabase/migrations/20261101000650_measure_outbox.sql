create function public.get_outbox_backlog()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'unsent_count', count(*),
    'oldest_created_at', min(outbox.created_at),
    'attempts_max', coalesce(max(outbox.attempts), 0))
  from private.outbox
  where outbox.sent_at is null;
$$;
comment on function public.get_outbox_backlog() is
  'How many events wait to be sent, since when the oldest does, and how often the least lucky was tried; for '
  'metrics. Definer: the outbox is closed; only the secret key may call it.';
grant execute on function public.get_outbox_backlog() to service_role;
