SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION credits.expire_credit_requests()
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  request public.credit_requests;
  expired_count int := 0;
begin
  for request in
    select * from public.credit_requests
    where credit_requests.state = 'pending' and credit_requests.expires_at <= now()
    order by credit_requests.expires_at, credit_requests.id limit 500
    for update skip locked
  loop
    update public.credit_requests set state = 'expired', closed_at = clock_timestamp()
    where credit_requests.id = request.id returning * into request;
    perform platform.emit_event('credits/request.expired', jsonb_build_object('request_id', request.id));
    perform platform.record_audit('credit_request.expired', 'credit_request', request.id::text,
      '{"state": "pending"}', '{"state": "expired"}', null, 'system');
    perform credits.announce_request(request, 'request_expired');
    expired_count := expired_count + 1;
  end loop;
  for request in
    update public.credit_requests set reminded_at = now()
    where credit_requests.id in (
      -- Never waits for a bulk decision, which locks many requests in an order of its own.
      select waiting.id from public.credit_requests as waiting
      where waiting.state = 'pending' and waiting.reminded_at is null and waiting.remind_at <= now()
      for update skip locked)
    returning *
  loop
    perform platform.emit_event('credits/request.reminder_due', jsonb_build_object('request_id', request.id));
  end loop;
  return expired_count;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.find_requests (
  state           text,
  filter          jsonb,
  is_oldest_first boolean,
  after           text,
  max_rows        integer
)
  RETURNS TABLE (
    id         uuid,
    created_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  cursor record := credits.parse_cursor(
    find_requests.after, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
begin
  -- Planned for the filters that are set: an order that an index has, and no conditions for the others.
  return query execute format(
    'select request.id, request.created_at from public.credit_requests as request
    where ($1 is null or request.state = $1)
      and ($2 is null or (request.created_at, request.id) %2$s ($2, $3))
      and ($4 is null or request.credit_type = $4)
      and ($5 is null or request.amount >= $5) and ($6 is null or request.amount <= $6)
      and ($7 is null or request.created_at < $7)
      and ($8 is null or request.player_id = $8)
      and ($9 is null or exists (
        select from public.credit_decisions as word where word.request_id = request.id and word.decided_by = $9))
      and ($12 is null or request.player_id = (
        select player.id from public.profiles as player where player.username = $12))
      and ($13 is null or exists (
        select from public.credit_decisions as word
        join public.profiles as approver on approver.id = word.decided_by
        where word.request_id = request.id and approver.username = $13))
      and ($10 is null or position(lower($10) in lower(request.reason)) > 0
        or request.player_id in (select credits.find_players_named($10)))
    order by request.created_at %1$s, request.id %1$s limit $11',
    case when is_oldest_first then 'asc' else 'desc' end, case when is_oldest_first then '>' else '<' end)
  using find_requests.state, cursor.before_at, cursor.before_id::uuid, filter ->> 'credit_type',
    (filter ->> 'amount_min')::bigint, (filter ->> 'amount_max')::bigint,
    (filter ->> 'created_before')::timestamptz, (filter ->> 'player_id')::uuid, (filter ->> 'approver_id')::uuid,
    nullif(trim(filter ->> 'text'), ''), find_requests.max_rows, lower(filter ->> 'username'),
    lower(filter ->> 'approver');
end;
$function$;

CREATE OR REPLACE FUNCTION public.bulk_decide_credit_requests (
  request_ids      uuid[],
  decision         text,
  comment          text,
  mode             text,
  idempotency_key  text,
  is_preview       boolean DEFAULT false,
  acting_player_id uuid    DEFAULT NULL::uuid,
  source           text    DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(bulk_decide_credit_requests.source);
  ids uuid[] := credits.check_bulk(request_ids, mode);
  is_rehearsal boolean := coalesce(is_preview, false);
  word public.credit_decisions;
  results public.credit_bulk_results[];
  made_id uuid := gen_random_uuid();
  replay jsonb;
begin
  perform credits.check_decision(decision, comment);
  if not identity.has_role(actor, 'manager') and not credits.is_delegate(actor) then
    perform platform.count_attempt('credit_bulk', actor::text);
    -- Returned, because an exception would roll back the audit row.
    perform platform.record_audit('credit_bulk_decision.refused', 'credit_bulk_decision', null, null,
      jsonb_build_object('decision', decision, 'mode', mode, 'request_count', cardinality(ids)), actor, origin);
    return jsonb_build_object('refusal', credits.describe_refusal('DS403', 'manager_only',
      'Only managers can decide requests.', 'Ask a manager.'));
  end if;
  if not is_rehearsal then
    replay := platform.begin_command('bulk_decide_credit_requests', actor,
      bulk_decide_credit_requests.idempotency_key,
      jsonb_build_object('requests', md5(array_to_string(ids, ',')), 'decision', decision, 'mode', mode));
    if replay is not null then
      return public.get_bulk_decision((replay ->> 'bulk_id')::uuid) || '{"replayed": true}';
    end if;
  end if;
  perform platform.count_attempt('credit_bulk', actor::text);
  word.decision := bulk_decide_credit_requests.decision;
  word.decided_by := actor;
  word.comment := nullif(trim(bulk_decide_credit_requests.comment), '');
  word.source := origin;
  results := credits.rehearse_or_decide(ids, word, mode, is_rehearsal);
  if is_rehearsal then
    return jsonb_build_object('bulk_id', null, 'decision', decision, 'mode', mode, 'is_preview', true,
      'replayed', false, 'undo_until', null, 'undone_at', null,
      'results', credits.describe_bulk_results(results), 'totals', credits.describe_bulk_totals(results));
  end if;
  insert into public.credit_bulk_decisions (id, decision, mode, comment, decided_by, source)
  values (made_id, word.decision, bulk_decide_credit_requests.mode, word.comment, actor, origin);
  insert into public.credit_bulk_results (bulk_id, position, request_id, outcome, refusal)
  select made_id, result.position, result.request_id, result.outcome, result.refusal
  from unnest(results) as result;
  perform platform.record_audit('credit_bulk_decision.made', 'credit_bulk_decision', made_id::text, null,
    credits.describe_bulk_totals(results) || jsonb_build_object('decision', decision, 'mode', mode,
      'comment', word.comment), actor, origin);
  perform credits.announce_bulk_decision(made_id, results);
  perform platform.finish_command('bulk_decide_credit_requests', actor,
    bulk_decide_credit_requests.idempotency_key, jsonb_build_object('bulk_id', made_id));
  return public.get_bulk_decision(made_id) || '{"replayed": false}';
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_approvers()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', approver.id, 'username', approver.username, 'display_name', approver.display_name)
    order by approver.display_name, approver.id), '[]')
  from public.profiles as approver
  where approver.role in ('manager', 'admin') and approver.left_at is null
    and (platform.is_service() or identity.is_manager());
$function$;

REVOKE ALL ON FUNCTION "public"."list_approvers"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.undo_bulk_decision (
  bulk_id          uuid,
  idempotency_key  text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(undo_bulk_decision.source);
  bulk public.credit_bulk_decisions;
  result public.credit_bulk_results;
  player_ids uuid[];
  is_replay boolean;
begin
  if not identity.has_role(actor, 'manager') and not credits.is_delegate(actor) then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  is_replay := platform.begin_command('undo_bulk_decision', actor, undo_bulk_decision.idempotency_key,
    jsonb_build_object('bulk_id', undo_bulk_decision.bulk_id)) is not null;
  if is_replay then
    return public.get_bulk_decision(undo_bulk_decision.bulk_id) || '{"replayed": true}';
  end if;
  perform platform.count_attempt('credit_bulk', actor::text);
  select * into bulk from public.credit_bulk_decisions as made
  where made.id = undo_bulk_decision.bulk_id for update;
  perform credits.check_undo(bulk, actor);
  player_ids := array(
    select distinct request.player_id
    from public.credit_bulk_results as made
    join public.credit_requests as request on request.id = made.request_id
    where made.bulk_id = bulk.id and made.outcome = 'approved' and made.undo_transfer_id is null);
  perform credits.lock_accounts(player_ids);
  for result in
    select made.* from public.credit_bulk_results as made
    where made.bulk_id = bulk.id and made.outcome not in ('refused', 'skipped') and made.undo_transfer_id is null
    order by made.position
  loop
    result := credits.take_back(result, actor, origin);
    update public.credit_bulk_results as made
    set undo_transfer_id = result.undo_transfer_id, undo_refusal = result.undo_refusal
    where made.bulk_id = result.bulk_id and made.position = result.position;
  end loop;
  update public.credit_bulk_decisions as made set undone_at = clock_timestamp(), undone_by = actor
  where made.id = bulk.id;
  perform credits.announce_balances(paid.id) from unnest(player_ids) as paid (id);
  perform platform.send_to_managers(jsonb_build_object('bulk_id', bulk.id), 'requests_decided', 'requests');
  perform platform.finish_command('undo_bulk_decision', actor, undo_bulk_decision.idempotency_key,
    jsonb_build_object('bulk_id', bulk.id));
  return public.get_bulk_decision(bulk.id) || '{"replayed": false}';
end;
$function$;

COMMENT ON FUNCTION "credits"."find_requests"(text, jsonb, boolean, text, integer) IS 'Requests that the caller may see, that have the state (null: any) and pass every filter that is set: credit_type, amount_min, amount_max, created_before, player_id or username, approver_id or approver (a username), text (in the reason or the player''s name).';

COMMENT ON FUNCTION "public"."list_approvers"() IS 'The managers and admins, by name, for managers and the service. Definer: players may not read roles.';

GRANT EXECUTE ON FUNCTION "public"."list_approvers"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_approvers"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_approvers"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_approvers"() TO "service_role";
