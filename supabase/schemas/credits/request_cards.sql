create table credits.request_cards (
  request_id uuid primary key references public.credit_requests (id),
  channel_id text not null check (channel_id ~ '^[0-9]{15,21}$'),
  message_id text not null check (message_id ~ '^[0-9]{15,21}$'),
  posted_at timestamptz not null default now()
);
comment on table credits.request_cards is
  'One row is the Discord message that shows a request to the approvers.';

alter table credits.request_cards enable row level security;

create function public.record_request_card(
  request_id uuid, channel_id text, message_id text, replaces_message_id text default null)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  with stored as (
    insert into credits.request_cards as card (request_id, channel_id, message_id)
    values (record_request_card.request_id, record_request_card.channel_id, record_request_card.message_id)
    on conflict (request_id) do update
    set channel_id = excluded.channel_id, message_id = excluded.message_id, posted_at = now()
    where card.message_id = record_request_card.replaces_message_id
    returning card.channel_id, card.message_id
  )
  select jsonb_build_object('channel_id', first.channel_id, 'message_id', first.message_id)
  from (
    select stored.channel_id, stored.message_id, 0 as place from stored
    union all
    select card.channel_id, card.message_id, 1 from credits.request_cards as card
    where card.request_id = record_request_card.request_id
    order by place limit 1
  ) as first;
$$;
comment on function public.record_request_card(uuid, text, text, text) is
  'Stores which message shows a request and returns {channel_id, message_id} of the one that counts: the first '
  'recorded, unless the given one replaces it. For the service only.';
grant execute on function public.record_request_card(uuid, text, text, text) to service_role;

create function public.get_request_card(request_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('channel_id', card.channel_id, 'message_id', card.message_id)
  from credits.request_cards as card where card.request_id = get_request_card.request_id;
$$;
comment on function public.get_request_card(uuid) is
  '{channel_id, message_id} of the message that shows a request, else null.';
grant execute on function public.get_request_card(uuid) to service_role;

-- Whether the player was notified is known once Discord has answered; approvers see it then.
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
  return credits.announce_request(request, 'request_updated');
end;
$$;
comment on function public.record_request_notice(uuid, text) is
  'Records whether the direct message about the outcome arrived (delivered, closed or unlinked), notifies open '
  'pages, and returns the request; null if there is none. For the service only.';
grant execute on function public.record_request_notice(uuid, text) to service_role;
