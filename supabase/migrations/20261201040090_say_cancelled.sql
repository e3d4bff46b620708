-- One word on the web and in Discord; and a proposal is cancelled by an admin, not by the player.

create or replace function private.refuse_closed_request(request public.credit_requests)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  final record;
begin
  if request.state in ('approved', 'rejected') then
    select approver.display_name, word.decided_at into final
    from public.credit_decisions as word
    join public.profiles as approver on approver.id = word.decided_by
    where word.request_id = request.id and word.is_final;
    -- Isolated, so that a name that is written from right to left does not turn the sentence around.
    perform private.refuse(409, 'request_already_decided',
      format(E'\u2068%s\u2069 has already %s this request.', final.display_name, request.state),
      'Nothing is left to do.');
  elsif request.state = 'cancelled' then
    perform private.refuse(410, 'request_cancelled', 'This request was cancelled.',
      'Nothing is left to do.');
  elsif request.state = 'expired' or request.expires_at <= now() then
    perform private.refuse(410, 'request_expired', 'Nobody decided this request in time.',
      'The player can make a new one.');
  end if;
end;
$$;
