create function credits.list_request_events(request public.credit_requests)
returns table (at timestamptz, place int, event jsonb)
language sql
stable
security definer
set search_path = ''
as $$
  select request.created_at, 1, jsonb_build_object('kind', 'created', 'source', request.source)
  union all
  select card.posted_at, 2, '{"kind": "card_posted"}' from credits.request_cards as card
  where card.request_id = request.id
  union all
  select request.reminded_at, 3, '{"kind": "reminded"}' where request.reminded_at is not null
  union all
  select word.decided_at, 4, jsonb_build_object('kind', 'decided', 'decision', word.decision,
    'by_name', approver.display_name, 'comment', word.comment, 'source', word.source, 'is_final', word.is_final,
    'is_fallback', word.is_fallback, 'bulk_id', (
      select made.bulk_id from public.credit_bulk_results as made
      join public.credit_bulk_decisions as bulk on bulk.id = made.bulk_id
      where made.request_id = request.id and bulk.decided_by = word.decided_by
        and made.outcome not in ('refused', 'skipped')
      order by bulk.created_at limit 1))
  from public.credit_decisions as word
  left join public.profiles as approver on approver.id = word.decided_by
  where word.request_id = request.id
  union all
  select request.closed_at, 5, jsonb_build_object('kind', request.state)
  where request.state in ('cancelled', 'expired')
  union all
  select reversal.created_at, 6, jsonb_build_object('kind', 'reversed', 'by_name', actor.display_name,
    'reason', reversal.reason, 'transfer_id', reversal.id)
  from public.credit_transfers as reversal
  left join public.profiles as actor on actor.id = reversal.actor_id
  where reversal.reversal_of = request.transfer_id;
$$;
comment on function credits.list_request_events(public.credit_requests) is
  'What happened to a request: created, card_posted, reminded, decided, cancelled, expired, reversed. Definer: reads '
  'internal tables; the caller has selected the row under its own rights.';
grant execute on function credits.list_request_events(public.credit_requests) to authenticated, service_role;

create function public.get_request_history(request_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'request', credits.describe_credit_request(request)
      || jsonb_build_object('requester', credits.describe_requester(request.player_id, request.id)),
    'events', (
      select jsonb_agg(happened.event || jsonb_build_object('at', happened.at) order by happened.at, happened.place)
      from credits.list_request_events(request) as happened))
  from public.credit_requests as request
  where request.id = get_request_history.request_id;
$$;
comment on function public.get_request_history(uuid) is
  '{request, events}: one request the caller may see with everything that happened to it, oldest first; else null.';
grant execute on function public.get_request_history(uuid) to authenticated, service_role;
