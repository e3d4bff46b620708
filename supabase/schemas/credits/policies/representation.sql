create function credits.find_represented(player uuid, request public.credit_requests)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  select delegation.manager_id from credits.delegations as delegation
  where delegation.delegate_id = find_represented.player and delegation.ended_at is null
    and delegation.starts_at <= clock_timestamp() and delegation.ends_at > clock_timestamp()
    and identity.has_role(delegation.manager_id, 'manager')
    and credits.is_delegate(find_represented.player)
  order by
    -- One in whose place the request can be decided, if there is one.
    (delegation.manager_id = request.player_id),
    exists (
      select from public.credit_decisions as word
      where word.request_id = request.id
        and delegation.manager_id in (word.decided_by, word.on_behalf_of)),
    identity.has_role(delegation.manager_id, 'admin') desc,
    delegation.starts_at, delegation.id
  limit 1;
$$;
comment on function credits.find_represented(uuid, public.credit_requests) is
  'The manager in whose place the player may decide this request now; null if there is none.';
