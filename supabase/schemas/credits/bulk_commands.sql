-- Bulk decisions count towards a limit of their own, each as one attempt, previews included.

create function public.bulk_decide_credit_requests(
  request_ids uuid[], decision text, comment text, mode text, idempotency_key text,
  is_preview boolean default false, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function public.bulk_decide_credit_requests(uuid[], text, text, text, text, boolean, uuid, text) is
  'Decides up to 1,000 requests, each by the rules of decide_credit_request, and returns a result for each: '
  '{bulk_id, mode, is_preview, replayed, undo_until, results, totals}. mode: all_or_nothing, stop_at_first or '
  'continue. A preview changes nothing and needs no key. Without the right the answer is {refusal}, which is audited. '
  'Definer: nobody may write decisions or credits directly.';
grant execute on function public.bulk_decide_credit_requests(uuid[], text, text, text, text, boolean, uuid, text)
  to authenticated, service_role;
