-- Grants to a list of players, all or nothing. The preview runs the same code and takes everything back.

create table credits.grant_lists (
  id uuid primary key default gen_random_uuid(),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  line_count int not null check (line_count > 0),
  granted_by uuid not null references public.profiles (id),
  granted_at timestamptz not null default clock_timestamp()
);
comment on table credits.grant_lists is
  'One row is a list that was granted. Its hash warns an admin who grants the same list again.';
create index grant_lists_content_hash_idx on credits.grant_lists (content_hash, granted_at desc);
create index grant_lists_granted_by_idx on credits.grant_lists (granted_by);

alter table credits.grant_lists enable row level security;

create function credits.find_listed_player(named text)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if named ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return (select profiles.id from public.profiles where profiles.id = named::uuid);
  end if;
  return (select profiles.id from public.profiles where profiles.username = lower(ltrim(named, '@')));
end;
$$;
comment on function credits.find_listed_player(text) is 'The player of a username or an id; null if there is none.';

create function credits.read_listed_time(written text, label text)
returns timestamptz
language plpgsql
immutable
set search_path = ''
as $$
declare
  given text := trim(coalesce(written, ''));
begin
  if given = '' then
    return null;
  end if;
  if given ~ '^\d{4}-\d\d-\d\d$' then
    given := given || 'T00:00:00Z';
  end if;
  if given !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$'
    or not pg_input_is_valid(given, 'timestamptz') then
    perform platform.refuse(400, 'time_invalid', format('The %s is not a date.', label),
      'Write 2026-12-31, or 2026-12-31T18:00:00Z.');
  end if;
  return given::timestamptz;
end;
$$;
comment on function credits.read_listed_time(text, text) is
  'A date (from midnight UTC) or a time with an offset; null for an empty text; refuses DS400 anything else.';

create function credits.judge_line(line jsonb, actor uuid, source text, earlier_sums jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  transfer public.credit_transfers;
  judged public.credit_transfers;
  written text := trim(coalesce(line ->> 'amount', ''));
  effective_at timestamptz := credits.read_listed_time(line ->> 'effective_at', 'effective date');
  expires_at timestamptz := credits.read_listed_time(line ->> 'expires_at', 'expiry date');
begin
  if written !~ '^[0-9]{1,10}$' then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  transfer := credits.make_transfer('grant', credits.find_listed_player(trim(line ->> 'player')),
    lower(trim(line ->> 'credit_type')), written::bigint, credits.check_reason(line ->> 'reason'), '', actor,
    source);
  transfer.id := gen_random_uuid();
  transfer.idempotency_key := 'grant_list:' || transfer.id;
  if effective_at > now() then
    perform credits.plan_grant(transfer, effective_at, expires_at);
    return '{"outcome": "scheduled"}';
  end if;
  if expires_at <= now() then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.', 'Choose a later time.');
  end if;
  judged := transfer;
  judged.amount := transfer.amount
    + coalesce((earlier_sums ->> (transfer.player_id || transfer.credit_type))::bigint, 0);
  if credits.judge_transfer('grant', judged) = 'together' then
    perform credits.propose_transfer('grant', transfer, expires_at, source);
    return '{"outcome": "proposed"}';
  end if;
  return jsonb_build_object('outcome', 'granted', 'transfer', to_jsonb(transfer), 'valid_until', expires_at);
end;
$$;
comment on function credits.judge_line(jsonb, uuid, text, jsonb) is
  'Reads one line {line, player, credit_type, amount, reason, effective_at, expires_at}; proposes or schedules it, or '
  'returns the transfer to grant: {outcome, transfer, valid_until}. earlier_sums is what earlier lines grant, by '
  'player and type. Refuses what is wrong with the line.';

create function credits.grant_lines(lines jsonb, actor uuid, source text, is_preview boolean)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  item record;
  result jsonb;
  results jsonb[] := '{}';
  sums jsonb := '{}';
  transfers public.credit_transfers[] := '{}';
  expiries timestamptz[] := '{}';
  transfer public.credit_transfers;
  refusal text;
  hint text;
  is_refused boolean := false;
begin
  for item in
    select written.value as line, first_value(written.value ->> 'line') over (
        partition by written.value - 'line' order by (written.value ->> 'line')::int) as first_line
    from jsonb_array_elements(lines) as written
    order by (written.value ->> 'line')::int
  loop
    begin
      if item.first_line <> item.line ->> 'line' then
        perform platform.refuse(409, 'line_repeated', format('It repeats line %s.', item.first_line),
          'Remove one of the two.');
      end if;
      result := credits.judge_line(item.line, actor, source, sums);
      if result ->> 'outcome' = 'granted' then
        transfer := jsonb_populate_record(null::public.credit_transfers, result -> 'transfer');
        transfers := transfers || transfer;
        expiries := expiries || (result ->> 'valid_until')::timestamptz;
        sums := sums || jsonb_build_object(transfer.player_id || transfer.credit_type, transfer.amount
          + coalesce((sums ->> (transfer.player_id || transfer.credit_type))::bigint, 0));
      end if;
    exception when others then
      if sqlstate not like 'DS%' then
        raise;
      end if;
      get stacked diagnostics refusal = message_text, hint = pg_exception_hint;
      is_refused := true;
      result := jsonb_build_object('outcome', 'refused', 'message', refusal, 'action', hint);
    end;
    results := results
      || (item.line || '{"message": null, "action": null}' || (result - 'transfer' - 'valid_until'));
  end loop;
  if is_preview or is_refused then
    raise exception using errcode = 'DSRUN';
  end if;
  perform credits.grant_to_players(transfers, expiries);
  return jsonb_build_object('is_done', true, 'results', to_jsonb(results));
exception when sqlstate 'DSRUN' then
  -- Variables outlive the rollback of what the lines proposed and scheduled.
  return jsonb_build_object('is_done', false, 'results', to_jsonb(results));
end;
$$;
comment on function credits.grant_lines(jsonb, uuid, text, boolean) is
  'Grants every line, or none if it is a preview or one is refused: {is_done, results}, a result for each line.';

create function public.grant_credits_to_list(
  lines jsonb, is_preview boolean, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(grant_credits_to_list.source);
  hash text := encode(sha256(convert_to(grant_credits_to_list.lines::text, 'utf8')), 'hex');
  replay jsonb;
  outcome jsonb;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if jsonb_typeof(lines) is distinct from 'array' or jsonb_array_length(lines) not between 1 and 2000 then
    perform platform.refuse(400, 'list_invalid', 'A list has 1 to 2,000 lines.', 'Split the list.');
  end if;
  replay := platform.begin_command('grant_credits_to_list', actor, idempotency_key,
    jsonb_build_object('hash', hash, 'is_preview', is_preview));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  perform credits.lock_receivers(array_agg(receiver.id), array_agg(receiver.credit_type))
  from (
    select credits.find_listed_player(trim(item.value ->> 'player')) as id,
      lower(trim(item.value ->> 'credit_type')) as credit_type
    from jsonb_array_elements(lines) as item
  ) as receiver
  join public.credit_policies as policy on policy.credit_type = receiver.credit_type
  where receiver.id is not null;
  outcome := credits.grant_lines(lines, actor, origin, coalesce(is_preview, true))
    || jsonb_build_object('granted_before', (
      select max(list.granted_at) from credits.grant_lists as list where list.content_hash = hash));
  if (outcome ->> 'is_done')::boolean then
    insert into credits.grant_lists (content_hash, line_count, granted_by)
    values (hash, jsonb_array_length(lines), actor);
    perform platform.record_audit('credits.list_granted', 'grant_list', hash, null,
      jsonb_build_object('line_count', jsonb_array_length(lines)), actor, origin);
  end if;
  return platform.finish_command('grant_credits_to_list', actor, idempotency_key, outcome);
end;
$$;
comment on function public.grant_credits_to_list(jsonb, boolean, text, uuid, text) is
  'Grants a list of up to 2,000 lines in one transaction, all or nothing, or previews it: {is_done, results, '
  'granted_before, replayed}. Each line follows the rules of grant_credits: it is granted, proposed, scheduled or '
  'refused. granted_before: when the same list was granted last. Admins only; audited. Definer: nobody may write '
  'credits directly.';
grant execute on function public.grant_credits_to_list(jsonb, boolean, text, uuid, text)
  to authenticated, service_role;
