SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION credits.check_decision (
  decision text,
  comment  text
)
  RETURNS void
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
begin
  if check_decision.decision is null or check_decision.decision not in ('approve', 'reject') then
    perform platform.refuse(400, 'decision_invalid', 'A decision is approve or reject.',
      'Send one of the two.');
  end if;
  if char_length(check_decision.comment) > 1000 then
    perform platform.refuse(400, 'comment_too_long', 'A comment has at most 1000 characters.', 'Shorten it.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.decide_request (
  request_id uuid,
  said       public.credit_decisions
)
  RETURNS public.credit_requests
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  request public.credit_requests;
  word public.credit_decisions := said;
  approval_count int;
begin
  -- Concurrent deciders of one request queue here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_request.request_id for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'There is no such request.',
      'Open the list of requests.');
  end if;
  perform credits.refuse_closed_request(request);
  word.comment := nullif(trim(said.comment), '');
  word.is_fallback := credits.check_decider(request, word.decided_by, word.comment);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback
    or approval_count + 1 >= credits.count_approvals_needed(request);
  return credits.apply_decision(request, word);
end;
$function$;

CREATE OR REPLACE FUNCTION public.decide_credit_request (
  request_id       uuid,
  decision         text,
  comment          text,
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
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  balances jsonb;
  description jsonb;
begin
  if not identity.has_role(actor, 'manager') then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  perform credits.check_decision(decide_credit_request.decision, decide_credit_request.comment);
  replay := platform.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := decide_credit_request.comment;
  word.source := platform.resolve_source(decide_credit_request.source);
  request := credits.decide_request(decide_credit_request.request_id, word);
  balances := case when request.state = 'approved'
    then credits.announce_balances(request.player_id) else credits.describe_balances(request.player_id) end;
  description := credits.announce_request(request,
    case when request.state = 'pending' then 'request_updated' else 'request_decided' end);
  return platform.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$function$;

COMMENT ON FUNCTION "credits"."check_decision"(text, text) IS 'Refuses DS400 a decision that no request can have.';

COMMENT ON FUNCTION "credits"."decide_request"(uuid, public.credit_decisions) IS 'Applies decision, decided_by, comment and source of an approver to one request, by every rule, and returns the request; it is still pending after the first of two approvals. Single and bulk decisions both pass here, so they cannot differ. Announces nothing. The caller has checked the approver''s role.';

REVOKE ALL ON FUNCTION "credits"."check_decision"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_decision"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_decision"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."decide_request"(uuid, public.credit_decisions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."decide_request"(uuid, public.credit_decisions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."decide_request"(uuid, public.credit_decisions) TO "postgres";
