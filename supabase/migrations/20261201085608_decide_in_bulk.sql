SET local check_function_bodies = off;

CREATE TABLE "public"."credit_bulk_decisions" (
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "decision"   text                     NOT NULL,
  "mode"       text                     NOT NULL,
  "comment"    text,
  "decided_by" uuid                     NOT NULL,
  "source"     text                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "undone_at"  timestamp with time zone,
  "undone_by"  uuid,
  CONSTRAINT "credit_bulk_decisions_decision_check" CHECK ((decision = ANY (ARRAY['approve'::text, 'reject'::text]))),
  CONSTRAINT "credit_bulk_decisions_mode_check" CHECK ((mode = ANY (ARRAY['all_or_nothing'::text, 'stop_at_first'::text, 'continue'::text]))),
  CONSTRAINT "credit_bulk_decisions_pkey" PRIMARY KEY (id),
  CONSTRAINT "credit_bulk_decisions_undone_check" CHECK (((undone_at IS NULL) = (undone_by IS NULL))),
  CONSTRAINT "credit_bulk_decisions_comment_check" CHECK (platform.is_presentable(comment, 1000, 1, true))
);

ALTER TABLE "public"."credit_bulk_decisions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."credit_bulk_decisions" FROM "anon";

CREATE TABLE "public"."credit_bulk_results" (
  "bulk_id"          uuid    NOT NULL,
  "position"         integer NOT NULL,
  "request_id"       uuid    NOT NULL,
  "outcome"          text    NOT NULL,
  "refusal"          jsonb,
  "undo_transfer_id" uuid,
  "undo_refusal"     jsonb,
  CONSTRAINT "credit_bulk_results_outcome_check" CHECK ((outcome = ANY (ARRAY['approved'::text, 'rejected'::text, 'first_approved'::text, 'refused'::text, 'skipped'::text]))),
  CONSTRAINT "credit_bulk_results_pkey" PRIMARY KEY (bulk_id, "position"),
  CONSTRAINT "credit_bulk_results_position_check" CHECK (("position" > 0)),
  CONSTRAINT "credit_bulk_results_refusal_check" CHECK (((outcome = 'refused'::text) = (refusal IS NOT NULL))),
  CONSTRAINT "credit_bulk_results_request_key" UNIQUE (bulk_id, request_id),
  CONSTRAINT "credit_bulk_results_undo_check" CHECK (((undo_transfer_id IS NULL) OR (outcome = 'approved'::text)))
);

ALTER TABLE "public"."credit_bulk_results"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."credit_bulk_results" FROM "anon";

CREATE OR REPLACE FUNCTION credits.announce_bulk_decision (
  bulk_id uuid,
  results public.credit_bulk_results[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  decided_ids uuid[] := array(
    select result.request_id from unnest(announce_bulk_decision.results) as result
    where result.outcome not in ('refused', 'skipped') order by result.position);
begin
  if cardinality(decided_ids) = 0 then
    return;
  end if;
  -- One message for the whole: a thousand of them to each manager would take longer than the decisions.
  perform platform.send_to_managers(
    jsonb_build_object('bulk_id', announce_bulk_decision.bulk_id, 'request_ids', to_jsonb(decided_ids)),
    'requests_decided', 'requests');
  perform realtime.send(credits.describe_credit_request(request), 'request_decided',
    'player:' || request.player_id, true)
  from public.credit_requests as request
  where request.id = any (decided_ids)
    and (request.state = 'approved' or (request.state = 'rejected' and request.kind = 'request'));
  perform realtime.send(credits.describe_credit_request(request), 'request_updated',
    'player:' || request.player_id, true)
  from public.credit_requests as request
  where request.id = any (decided_ids) and request.state = 'pending' and request.kind = 'request';
  perform credits.announce_balances(paid.player_id)
  from (
    select distinct request.player_id from public.credit_requests as request
    where request.id = any (decided_ids) and request.state = 'approved'
  ) as paid;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_bulk (
  request_ids uuid[],
  mode        text
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  ids uuid[] := array(
    select asked.id from unnest(check_bulk.request_ids) with ordinality as asked (id, place)
    where asked.id is not null group by asked.id order by min(asked.place));
begin
  if check_bulk.mode is null or check_bulk.mode not in ('all_or_nothing', 'stop_at_first', 'continue') then
    perform platform.refuse(400, 'mode_invalid',
      'A bulk decision is all_or_nothing, stop_at_first or continue.', 'Send one of the three.');
  end if;
  if cardinality(ids) = 0 then
    perform platform.refuse(400, 'requests_missing', 'No request is selected.', 'Select at least one.');
  end if;
  if cardinality(ids) > 1000 then
    perform platform.refuse(400, 'batch_too_large', 'You can decide up to 1,000 requests at once.',
      'Select fewer.');
  end if;
  return ids;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_undo (
  bulk  public.credit_bulk_decisions,
  actor uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if bulk.id is null then
    perform platform.refuse(404, 'bulk_not_found', 'There is no such bulk decision.',
      'Open the list of requests.');
  end if;
  if bulk.decided_by <> check_undo.actor and not identity.has_role(check_undo.actor, 'admin') then
    perform platform.refuse(403, 'not_your_decision', 'Only an admin can undo what somebody else decided.',
      'Ask an admin.');
  end if;
  if clock_timestamp() > credits.get_undo_end(bulk) then
    perform platform.refuse(410, 'undo_too_late', 'A bulk decision can be undone for ten minutes.',
      'Ask an admin to reverse single transfers.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.decide_each (
  request_ids uuid[],
  word        public.credit_decisions,
  mode        text
)
  RETURNS public.credit_bulk_results[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  results public.credit_bulk_results[] := '{}';
  result public.credit_bulk_results;
  decided public.credit_requests;
  is_ended boolean := false;
  code text;
  words text;
  action text;
begin
  foreach result.request_id in array decide_each.request_ids loop
    result.position := cardinality(results) + 1;
    result.refusal := null;
    if is_ended then
      result.outcome := 'skipped';
    else
      begin
        decided := credits.decide_request(result.request_id, decide_each.word);
        result.outcome := case decided.state when 'pending' then 'first_approved' else decided.state end;
      exception when others then
        if sqlstate !~ '^DS[0-9]{3}$' then
          raise;
        end if;
        get stacked diagnostics words = message_text, code = pg_exception_detail, action = pg_exception_hint;
        result.outcome := 'refused';
        result.refusal := credits.describe_refusal(sqlstate, code, words, action);
        is_ended := decide_each.mode = 'stop_at_first';
      end;
    end if;
    results := results || result;
  end loop;
  return results;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_bulk_results (
  results public.credit_bulk_results[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'request_id', result.request_id,
    'ok', result.outcome not in ('refused', 'skipped'),
    'outcome', result.outcome,
    'is_skipped', result.outcome = 'skipped',
    'request', case when request.id is not null then credits.describe_credit_request(request) end,
    'refusal', result.refusal,
    'is_undone', result.undo_transfer_id is not null,
    'undo_refusal', result.undo_refusal) order by result.position), '[]')
  from unnest(describe_bulk_results.results) as result
  left join public.credit_requests as request on request.id = result.request_id;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_bulk_totals (
  results public.credit_bulk_results[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with counted as (
    select result.outcome, request.credit_type, request.amount, request.kind
    from unnest(describe_bulk_totals.results) as result
    left join public.credit_requests as request on request.id = result.request_id
  )
  select jsonb_build_object(
    'approved', count(*) filter (where outcome = 'approved'),
    'rejected', count(*) filter (where outcome = 'rejected'),
    'first_approved', count(*) filter (where outcome = 'first_approved'),
    'refused', count(*) filter (where outcome = 'refused'),
    'skipped', count(*) filter (where outcome = 'skipped'),
    'amounts', (
      select jsonb_object_agg(policy.credit_type, coalesce((
        select sum(paid.amount) from counted as paid
        where paid.outcome = 'approved' and paid.kind <> 'reversal'
          and paid.credit_type = policy.credit_type), 0))
      from public.credit_policies as policy))
  from counted;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_refusal (
  state   text,
  code    text,
  message text,
  action  text
)
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('status', substr(describe_refusal.state, 3)::int, 'code', describe_refusal.code,
    'message', describe_refusal.message, 'action', describe_refusal.action);
$function$;

CREATE OR REPLACE FUNCTION credits.get_undo_end (
  bulk public.credit_bulk_decisions
)
  RETURNS timestamp WITH time zone
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select bulk.created_at + interval '10 minutes';
$function$;

CREATE OR REPLACE FUNCTION credits.lock_accounts (
  player_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select from (
    select from public.credit_accounts as account
    where (account.player_id = any (lock_accounts.player_ids) and account.kind = 'available')
      or (account.player_id is null and account.kind in ('issuance', 'spent'))
    order by (account.player_id is null), account.id
    for update
  ) as locked;
$function$;

CREATE OR REPLACE FUNCTION credits.lock_for_decisions (
  request_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  account record;
begin
  perform from public.credit_requests as request
  where request.id = any (lock_for_decisions.request_ids) order by request.id for update;
  -- Accounts must exist before they can be locked in order.
  for account in
    select distinct request.player_id, request.credit_type
    from public.credit_requests as request
    where request.id = any (lock_for_decisions.request_ids) and request.state = 'pending'
    order by request.player_id, request.credit_type
  loop
    perform credits.get_credit_account(account.player_id, account.credit_type, 'available');
  end loop;
  perform credits.lock_accounts(array(
    select request.player_id from public.credit_requests as request
    where request.id = any (lock_for_decisions.request_ids) and request.state = 'pending'));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.rehearse_or_decide (
  request_ids uuid[],
  word        public.credit_decisions,
  mode        text,
  is_preview  boolean
)
  RETURNS public.credit_bulk_results[]
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  results public.credit_bulk_results[];
  is_undone boolean;
begin
  begin
    perform credits.lock_for_decisions(rehearse_or_decide.request_ids);
    results := credits.decide_each(rehearse_or_decide.request_ids, rehearse_or_decide.word,
      rehearse_or_decide.mode);
    is_undone := rehearse_or_decide.mode = 'all_or_nothing'
      and exists (select from unnest(results) as result where result.outcome = 'refused');
    if is_undone or rehearse_or_decide.is_preview then
      raise exception using errcode = 'DX001', message = 'Roll the decisions back.';
    end if;
  exception when sqlstate 'DX001' then
    null;
  end;
  if is_undone then
    select array_agg(row(result.bulk_id, result.position, result.request_id,
      case result.outcome when 'refused' then 'refused' else 'skipped' end, result.refusal, null, null
      )::public.credit_bulk_results order by result.position)
    into results from unnest(results) as result;
  end if;
  return results;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.reverse_payment (
  result public.credit_bulk_results,
  actor  uuid,
  source text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  origin public.credit_transfers;
  transfer public.credit_transfers;
  balance bigint;
begin
  if result.outcome = 'rejected' then
    perform platform.refuse(409, 'rejection_final', 'A rejection is final.', 'The player can make a new request.');
  elsif result.outcome = 'first_approved' then
    perform platform.refuse(409, 'approval_counted', 'Your approval stays: nothing has been paid yet.',
      'The second approver can still reject the request.');
  end if;
  select paid.* into origin from public.credit_requests as request
  join public.credit_transfers as paid on paid.id = request.transfer_id
  where request.id = result.request_id;
  if origin.kind <> 'grant' then
    perform platform.refuse(409, 'not_reversible', 'Only grants and spends can be reversed.',
      'Grant the credits again instead.');
  end if;
  select account.balance into balance from public.credit_accounts as account
  where account.player_id = origin.player_id and account.credit_type = origin.credit_type
    and account.kind = 'available';
  if balance < origin.amount and not exists (
    select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform platform.refuse(409, 'credits_spent',
      format('%s of these %s credits were already used or are on hold.', origin.amount - balance, origin.amount),
      'What is spent cannot be taken back.');
  end if;
  transfer := credits.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    'The bulk decision was undone', '', reverse_payment.actor, reverse_payment.source);
  transfer.reversal_of := origin.id;
  return credits.reverse_transfer(transfer);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.take_back (
  result public.credit_bulk_results,
  actor  uuid,
  source text
)
  RETURNS public.credit_bulk_results
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  code text;
  words text;
  action text;
begin
  result.undo_transfer_id := credits.reverse_payment(result, take_back.actor, take_back.source);
  result.undo_refusal := null;
  perform platform.emit_event('credits/request.undone', jsonb_build_object('request_id', result.request_id));
  perform platform.record_audit('credit_request.undone', 'credit_request', result.request_id::text, null,
    jsonb_build_object('transfer_id', result.undo_transfer_id), take_back.actor, take_back.source);
  return result;
exception when sqlstate 'DS409' then
  get stacked diagnostics words = message_text, code = pg_exception_detail, action = pg_exception_hint;
  result.undo_refusal := credits.describe_refusal('DS409', code, words, action);
  return result;
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
  if not identity.has_role(actor, 'manager') then
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

REVOKE ALL ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_bulk_decision (
  bulk_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'bulk_id', bulk.id, 'decision', bulk.decision, 'mode', bulk.mode, 'comment', bulk.comment,
    'decided_by', bulk.decided_by, 'decided_by_name', approver.display_name, 'source', bulk.source,
    'created_at', bulk.created_at, 'undo_until', credits.get_undo_end(bulk), 'undone_at', bulk.undone_at,
    'is_preview', false,
    'results', credits.describe_bulk_results(made.results),
    'totals', credits.describe_bulk_totals(made.results))
  from public.credit_bulk_decisions as bulk
  join public.profiles as approver on approver.id = bulk.decided_by
  cross join lateral (
    select array_agg(result order by result.position) as results
    from public.credit_bulk_results as result where result.bulk_id = bulk.id
  ) as made
  where bulk.id = get_bulk_decision.bulk_id;
$function$;

REVOKE ALL ON FUNCTION "public"."get_bulk_decision"(uuid) FROM PUBLIC, "anon";

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
  if not identity.has_role(actor, 'manager') then
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

REVOKE ALL ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "public"."credit_bulk_decisions"
  ADD CONSTRAINT "credit_bulk_decisions_decided_by_fkey" FOREIGN KEY (decided_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."credit_bulk_decisions"
  ADD CONSTRAINT "credit_bulk_decisions_undone_by_fkey" FOREIGN KEY (undone_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."credit_bulk_results"
  ADD CONSTRAINT "credit_bulk_results_bulk_id_fkey" FOREIGN KEY (bulk_id) REFERENCES public.credit_bulk_decisions(id);

ALTER TABLE "public"."credit_bulk_results"
  ADD CONSTRAINT "credit_bulk_results_undo_transfer_id_fkey" FOREIGN KEY (undo_transfer_id) REFERENCES public.credit_transfers(id);

CREATE INDEX credit_bulk_decisions_decided_by_idx ON public.credit_bulk_decisions USING btree (decided_by);

CREATE INDEX credit_bulk_decisions_page_idx ON public.credit_bulk_decisions USING btree (created_at DESC, id DESC);

CREATE INDEX credit_bulk_decisions_undone_by_idx ON public.credit_bulk_decisions USING btree (undone_by);

CREATE INDEX credit_bulk_results_request_idx ON public.credit_bulk_results USING btree (request_id);

CREATE INDEX credit_bulk_results_undo_transfer_idx ON public.credit_bulk_results USING btree (undo_transfer_id);

CREATE TRIGGER on_credit_bulk_decision_insert_check_comment
  BEFORE INSERT ON public.credit_bulk_decisions
  FOR EACH ROW
  WHEN ((new.comment IS NOT NULL))
  EXECUTE FUNCTION platform.refuse_unpresentable_text('comment', 'comment', 'comment_invalid', '1000', '1', 'true');

CREATE POLICY "Managers see bulk decisions" ON "public"."credit_bulk_decisions"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT identity.is_manager() AS is_manager));

CREATE POLICY "Managers see the results of bulk decisions" ON "public"."credit_bulk_results"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT identity.is_manager() AS is_manager));

COMMENT ON COLUMN "public"."credit_bulk_decisions"."mode" IS 'What a refused request means for the others: nothing is decided, the rest is skipped, or they go on.';

COMMENT ON COLUMN "public"."credit_bulk_decisions"."undone_at" IS 'When somebody last undid what could be undone.';

COMMENT ON COLUMN "public"."credit_bulk_results"."outcome" IS 'first_approved: the request waits for its second approver. skipped: another request ended the bulk decision.';

COMMENT ON COLUMN "public"."credit_bulk_results"."refusal" IS '{status, code, message, action} if a rule forbade it.';

COMMENT ON COLUMN "public"."credit_bulk_results"."undo_refusal" IS '{status, code, message, action} if an undo could not take it back.';

COMMENT ON COLUMN "public"."credit_bulk_results"."undo_transfer_id" IS 'The reversal that took the payment back.';

COMMENT ON FUNCTION "credits"."announce_bulk_decision"(uuid, public.credit_bulk_results[]) IS 'Sends each player their own requests and balances on commit, and each manager one message with the ids.';

COMMENT ON FUNCTION "credits"."check_bulk"(uuid[], text) IS 'The requested ids in order, each once. Refuses DS400 none, more than 1,000, and an unknown mode.';

COMMENT ON FUNCTION "credits"."check_undo"(public.credit_bulk_decisions, uuid) IS 'Refuses an unknown bulk decision, one of somebody else unless the actor is an admin, and one that is too old.';

COMMENT ON FUNCTION "credits"."decide_each"(uuid[], public.credit_decisions, text) IS 'Decides the requests one after another, each in a subtransaction: a refused one leaves nothing behind, and ends the run if the mode is stop_at_first.';

COMMENT ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) IS 'The results in order, each with its request as it is now.';

COMMENT ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) IS '{approved, rejected, first_approved, refused, skipped} as counts, and amounts: the credits that were paid, by type.';

COMMENT ON FUNCTION "credits"."describe_refusal"(text, text, text, text) IS 'A refusal that was caught, as data: {status, code, message, action}.';

COMMENT ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) IS 'Until when a bulk decision can be undone.';

COMMENT ON FUNCTION "credits"."lock_accounts"(uuid[]) IS 'Locks what these players can spend, then the system''s accounts, in the order of post_transfer.';

COMMENT ON FUNCTION "credits"."lock_for_decisions"(uuid[]) IS 'Locks all that the decisions will lock, in the order of single decisions: requests, the players'' accounts, the system''s, each in order of ids. So bulk decisions in any order, single ones, cancellations and expiry cannot deadlock.';

COMMENT ON FUNCTION "credits"."rehearse_or_decide"(uuid[], public.credit_decisions, text, boolean) IS 'Decides the requests and returns the results. A preview runs the same code and is rolled back, so it cannot differ; all_or_nothing is rolled back if one request was refused.';

COMMENT ON FUNCTION "credits"."reverse_payment"(public.credit_bulk_results, uuid, text) IS 'Reverses what one approval of a bulk decision paid and returns the reversal''s id. Refuses DS409 what paid nothing, was spent, or was reversed before. The caller holds the accounts'' locks.';

COMMENT ON FUNCTION "credits"."take_back"(public.credit_bulk_results, uuid, text) IS 'The result with the reversal of its payment, or with why nothing could be taken back.';

COMMENT ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) IS 'Decides up to 1,000 requests, each by the rules of decide_credit_request, and returns a result for each: {bulk_id, mode, is_preview, replayed, undo_until, results, totals}. mode: all_or_nothing, stop_at_first or continue. A preview changes nothing and needs no key. Without the right the answer is {refusal}, which is audited. Definer: nobody may write decisions or credits directly.';

COMMENT ON FUNCTION "public"."get_bulk_decision"(uuid) IS 'A bulk decision with its results, each with its request as it is now; null unless the caller is a manager or the service.';

COMMENT ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) IS 'Within ten minutes, takes back what a bulk decision paid, each payment at most once, and returns the bulk decision: is_undone or undo_refusal of each result tell what came of it. What was spent is not taken back; rejections and first approvals stay. For the manager who decided, and for admins. Definer: nobody may write credits directly.';

COMMENT ON TABLE "public"."credit_bulk_decisions" IS 'One row is one decision on many requests at once; its results are in credit_bulk_results.';

COMMENT ON TABLE "public"."credit_bulk_results" IS 'One row is what a bulk decision did with one request. The request has no foreign key, because one that does not exist has a result too: refused.';

REVOKE ALL ON FUNCTION "credits"."announce_bulk_decision"(uuid, public.credit_bulk_results[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."announce_bulk_decision"(uuid, public.credit_bulk_results[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."announce_bulk_decision"(uuid, public.credit_bulk_results[]) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_bulk"(uuid[], text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_bulk"(uuid[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_bulk"(uuid[], text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_undo"(public.credit_bulk_decisions, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_undo"(public.credit_bulk_decisions, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_undo"(public.credit_bulk_decisions, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."decide_each"(uuid[], public.credit_decisions, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."decide_each"(uuid[], public.credit_decisions, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."decide_each"(uuid[], public.credit_decisions, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_results"(public.credit_bulk_results[]) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_bulk_totals"(public.credit_bulk_results[]) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."describe_refusal"(text, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_refusal"(text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_refusal"(text, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) TO "authenticated";

REVOKE ALL ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."get_undo_end"(public.credit_bulk_decisions) TO "service_role";

REVOKE ALL ON FUNCTION "credits"."lock_accounts"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lock_accounts"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lock_accounts"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lock_for_decisions"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lock_for_decisions"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lock_for_decisions"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."rehearse_or_decide"(uuid[], public.credit_decisions, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."rehearse_or_decide"(uuid[], public.credit_decisions, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."rehearse_or_decide"(uuid[], public.credit_decisions, text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."reverse_payment"(public.credit_bulk_results, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."reverse_payment"(public.credit_bulk_results, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."reverse_payment"(public.credit_bulk_results, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."take_back"(public.credit_bulk_results, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."take_back"(public.credit_bulk_results, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."take_back"(public.credit_bulk_results, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_credit_requests"(uuid[], text, text, text, text, boolean, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_bulk_decision"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_bulk_decision"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_bulk_decision"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_bulk_decision"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."undo_bulk_decision"(uuid, text, uuid, text) TO "service_role";

REVOKE ALL ON TABLE "public"."credit_bulk_decisions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."credit_bulk_decisions" TO "authenticated";

REVOKE ALL ON TABLE "public"."credit_bulk_decisions" FROM "service_role";

GRANT SELECT ON TABLE "public"."credit_bulk_decisions" TO "service_role";

REVOKE ALL ON TABLE "public"."credit_bulk_results" FROM "authenticated";

GRANT SELECT ON TABLE "public"."credit_bulk_results" TO "authenticated";

REVOKE ALL ON TABLE "public"."credit_bulk_results" FROM "service_role";

GRANT SELECT ON TABLE "public"."credit_bulk_results" TO "service_role";

insert into platform.attempt_limits (action, window_seconds, limit_count) values ('credit_bulk', 60, 30)
on conflict (action, window_seconds) do nothing;
