-- Many decisions in one transaction, each by the rules of a single one.

create function credits.lock_for_decisions(request_ids uuid[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  account record;
begin
  perform from public.credit_requests as request
  where request.id = any (lock_for_decisions.request_ids) order by request.id for update;
  -- Before the accounts, as in a single decision: a change of a policy that waits would come between.
  perform credits.read_policies();
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
$$;
comment on function credits.lock_for_decisions(uuid[]) is
  'Locks all that the decisions will lock, in the order of single decisions: requests, policies, the players'' '
  'accounts, the system''s, each in order of ids. So bulk decisions in any order, single ones, cancellations and expiry cannot '
  'deadlock.';

create function credits.lock_accounts(player_ids uuid[])
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  select from (
    select from public.credit_accounts as account
    where (account.player_id = any (lock_accounts.player_ids) and account.kind = 'available')
      or (account.player_id is null and account.kind in ('issuance', 'spent'))
    order by (account.player_id is null), account.id
    for update
  ) as locked;
$$;
comment on function credits.lock_accounts(uuid[]) is
  'Locks what these players can spend, then the system''s accounts, in the order of post_transfer.';

create function credits.decide_each(request_ids uuid[], word public.credit_decisions, mode text)
returns public.credit_bulk_results[]
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.decide_each(uuid[], public.credit_decisions, text) is
  'Decides the requests one after another, each in a subtransaction: a refused one leaves nothing behind, and ends the '
  'run if the mode is stop_at_first.';

create function credits.rehearse_or_decide(
  request_ids uuid[], word public.credit_decisions, mode text, is_preview boolean)
returns public.credit_bulk_results[]
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.rehearse_or_decide(uuid[], public.credit_decisions, text, boolean) is
  'Decides the requests and returns the results. A preview runs the same code and is rolled back, so it cannot differ; '
  'all_or_nothing is rolled back if one request was refused.';

create function credits.announce_bulk_decision(bulk_id uuid, results public.credit_bulk_results[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.announce_bulk_decision(uuid, public.credit_bulk_results[]) is
  'Sends each player their own requests and balances on commit, and each manager one message with the ids.';

create function credits.check_bulk(request_ids uuid[], mode text)
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
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
$$;
comment on function credits.check_bulk(uuid[], text) is
  'The requested ids in order, each once. Refuses DS400 none, more than 1,000, and an unknown mode.';
