-- Whether the player was told is known when Discord has answered, and approvers read it then.

create function public.record_request_notice(request_id uuid, notice text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  request public.credit_requests;
begin
  update public.credit_requests set requester_notice = record_request_notice.notice
  where credit_requests.id = record_request_notice.request_id
  returning * into request;
  if request.id is null then
    return null;
  end if;
  return private.announce_request(request, 'request_updated');
end;
$$;
comment on function public.record_request_notice(uuid, text) is
  'Notes whether the direct message about the outcome arrived (delivered, closed or unlinked), tells open pages, and '
  'returns the request; null when there is none. For the service only.';
grant execute on function public.record_request_notice(uuid, text) to service_role;
