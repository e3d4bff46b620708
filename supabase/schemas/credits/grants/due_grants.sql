-- What becomes of a scheduled grant.

create function credits.pay_grant(planned credits.scheduled_grants)
returns credits.scheduled_grants
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  judgement text;
begin
  planned.closed_at := clock_timestamp();
  if not identity.has_role(planned.created_by, 'admin') then
    perform platform.refuse(403, 'admin_only', 'The admin who scheduled it no longer has this role.',
      'Another admin can schedule it again.');
  end if;
  if planned.expires_at <= now() then
    perform platform.refuse(409, 'expiry_invalid', 'These credits would already have expired.',
      'Schedule a new grant.');
  end if;
  transfer := credits.make_transfer('grant', planned.player_id, planned.credit_type, planned.amount,
    planned.reason, '', planned.created_by, planned.source);
  transfer.idempotency_key := 'scheduled_grant:' || planned.id;
  judgement := credits.judge_transfer('grant', transfer);
  if judgement = 'together' then
    planned.state := 'proposed';
    planned.request_id := (credits.propose_transfer('grant', transfer, planned.expires_at, planned.source)
      #>> '{request,id}')::uuid;
  else
    planned.state := 'paid';
    planned.transfer_id := credits.grant_to_player(transfer, planned.expires_at);
    perform credits.move_credits(transfer, planned.created_by, planned.source, judgement = 'fallback');
  end if;
  return planned;
end;
$$;
comment on function credits.pay_grant(credits.scheduled_grants) is
  'Grants or proposes a scheduled grant and returns its new state; refuses as grant_credits does. The caller holds '
  'the locks of its player.';

create function credits.pay_scheduled_grants()
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  due uuid[];
  planned credits.scheduled_grants;
begin
  select array_agg(waiting.id) into due
  from (
    select scheduled_grants.id from credits.scheduled_grants
    where scheduled_grants.state = 'waiting' and scheduled_grants.effective_at <= now()
    order by scheduled_grants.effective_at, scheduled_grants.id limit 200
    for update skip locked
  ) as waiting;
  if due is null then
    return 0;
  end if;
  perform credits.lock_receivers(array_agg(waiting.player_id), array_agg(waiting.credit_type))
  from credits.scheduled_grants as waiting where waiting.id = any (due);
  for planned in
    select * from credits.scheduled_grants where scheduled_grants.id = any (due)
    order by scheduled_grants.credit_type, scheduled_grants.effective_at, scheduled_grants.id
  loop
    begin
      planned := credits.pay_grant(planned);
    exception when others then
      if sqlstate not like 'DS%' then
        raise;
      end if;
      planned.state := 'refused';
      planned.closed_at := clock_timestamp();
      planned.refusal := sqlerrm;
      perform platform.record_audit('credits.scheduled_grant_refused', 'player', planned.player_id::text, null,
        to_jsonb(planned), planned.created_by, 'system');
    end;
    update credits.scheduled_grants
    set state = planned.state, closed_at = planned.closed_at, transfer_id = planned.transfer_id,
      request_id = planned.request_id, refusal = planned.refusal
    where scheduled_grants.id = planned.id;
  end loop;
  return cardinality(due);
end;
$$;
comment on function credits.pay_scheduled_grants() is
  'Pays the grants that are due, each once, and returns how many it closed. Safe to run at any time, and twice: '
  'payment and state are one transaction.';

create function public.cancel_scheduled_grant(
  grant_id uuid, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  planned credits.scheduled_grants;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can cancel a grant.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('credit_cancel', actor::text);
  select * into planned from credits.scheduled_grants
  where scheduled_grants.id = cancel_scheduled_grant.grant_id for update;
  if planned.id is null then
    perform platform.refuse(404, 'scheduled_grant_not_found', 'There is no such scheduled grant.',
      'Open the list of scheduled grants.');
  end if;
  if planned.state <> 'waiting' then
    perform platform.refuse(409, 'scheduled_grant_closed', format('This grant is already %s.', planned.state),
      case planned.state when 'paid' then 'Reverse its transfer instead.' else 'Nothing is left to do.' end);
  end if;
  update credits.scheduled_grants set state = 'cancelled', closed_at = clock_timestamp(), cancelled_by = actor
  where scheduled_grants.id = planned.id returning * into planned;
  perform platform.record_audit('credits.grant_cancelled', 'player', planned.player_id::text,
    '{"state": "waiting"}', to_jsonb(planned), actor, platform.resolve_source(source));
  return credits.describe_scheduled_grant(planned);
end;
$$;
comment on function public.cancel_scheduled_grant(uuid, uuid, text) is
  'Cancels a scheduled grant that is not yet paid, and returns it; admins only, audited. In a race with its payment '
  'one of the two happens. Definer: nobody may write grants directly.';
grant execute on function public.cancel_scheduled_grant(uuid, uuid, text) to authenticated, service_role;

create function public.list_scheduled_grants(
  state text default null, after text default null, max_rows int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  row_count int := least(greatest(coalesce(list_scheduled_grants.max_rows, 50), 1), 200);
  cursor record;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'manager_only', 'Only managers see scheduled grants.', 'Ask a manager.');
  end if;
  select * into cursor from credits.parse_cursor(
    list_scheduled_grants.after, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
  return (
    with page as (
      select planned, planned.effective_at, planned.id,
        row_number() over (order by planned.effective_at desc, planned.id desc) as place
      from credits.scheduled_grants as planned
      where (list_scheduled_grants.state is null or planned.state = list_scheduled_grants.state)
        and (cursor.before_at is null
          or (planned.effective_at, planned.id) < (cursor.before_at, cursor.before_id::uuid))
      order by planned.effective_at desc, planned.id desc limit row_count + 1
    )
    select jsonb_build_object(
      'rows', coalesce((
        select jsonb_agg(credits.describe_scheduled_grant(page.planned) order by page.place)
        from page where page.place <= row_count), '[]'),
      'next_cursor', case when (select count(*) from page) > row_count then (
        select credits.format_cursor(page.effective_at, page.id::text) from page where page.place = row_count) end));
end;
$$;
comment on function public.list_scheduled_grants(text, text, int) is
  '{rows, next_cursor}: scheduled grants, latest effect first. For managers and the service. Definer: the table is '
  'internal.';
grant execute on function public.list_scheduled_grants(text, text, int) to authenticated, service_role;
