SET local check_function_bodies = off;

DROP FUNCTION "credits"."make_transfer"(text, uuid, text, bigint, text, text, uuid);

ALTER TABLE "public"."credit_transfers"
  ADD COLUMN "source" text;

CREATE OR REPLACE FUNCTION credits.expire_lots (
  player_id uuid DEFAULT NULL::uuid
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  lot record;
  transfer public.credit_transfers;
  transfer_id uuid;
  expired_count int := 0;
begin
  for lot in
    select * from public.credit_lots
    where credit_lots.expires_at <= now() and credit_lots.available > 0
      and (expire_lots.player_id is null or credit_lots.player_id = expire_lots.player_id)
    order by credit_lots.player_id, credit_lots.id limit 500
  loop
    -- The account first, then the lot: the same order wherever credits are taken.
    perform from public.credit_accounts as account
    where account.player_id = lot.player_id and account.credit_type = lot.credit_type
      and account.kind = 'available'
    for update;
    select * into lot from public.credit_lots where credit_lots.id = lot.id for update;
    continue when lot.available = 0;
    transfer.kind := 'expire';
    transfer.source := 'system';
    transfer.player_id := lot.player_id;
    transfer.credit_type := lot.credit_type;
    transfer.amount := lot.available;
    transfer.idempotency_key := format('expire:%s:%s', lot.id, gen_random_uuid());
    transfer_id := credits.post_transfer(transfer, 'available', 'expired');
    insert into credits.credit_lot_uses (transfer_id, lot_id, amount)
    values (transfer_id, lot.id, lot.available);
    update public.credit_lots set available = 0 where credit_lots.id = lot.id;
    perform credits.announce_balances(lot.player_id);
    expired_count := expired_count + 1;
  end loop;
  return expired_count;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.judge_transfer (
  kind     text,
  transfer public.credit_transfers
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  others int := credits.count_other_approvers(transfer.player_id, transfer.actor_id);
  amount_alone int;
  moved_today bigint;
begin
  if transfer.actor_id = transfer.player_id and others > 0 then
    perform platform.refuse(403, 'own_' || judge_transfer.kind,
      case judge_transfer.kind when 'grant' then 'You cannot grant credits to yourself.'
        else 'You cannot reverse a movement of your own credits.' end,
      case judge_transfer.kind when 'grant' then 'Make a request; another manager decides it.'
        else 'Ask another admin.' end);
  end if;
  if transfer.actor_id = transfer.player_id then
    return 'fallback';
  end if;
  select policy.second_approval_above into amount_alone
  from public.credit_policies as policy where policy.credit_type = transfer.credit_type;
  -- What one admin, or all API keys together, move for a player within a day is added up, so a large amount
  -- cannot be split.
  select coalesce(sum(earlier.amount), 0) into moved_today
  from public.credit_transfers as earlier
  where earlier.player_id = transfer.player_id and earlier.actor_id is not distinct from transfer.actor_id
    and (transfer.actor_id is not null or earlier.source like 'api:%')
    and earlier.credit_type = transfer.credit_type and earlier.kind = judge_transfer.kind
    and earlier.request_id is null and earlier.created_at > now() - interval '1 day';
  if amount_alone is null or moved_today + transfer.amount <= amount_alone then
    return 'alone';
  end if;
  if transfer.actor_id is null then
    perform platform.refuse(403, 'second_approval_needed',
      format('Above %s credits per player and day, two approvers have to agree.', amount_alone),
      'Send acting_player_id, so that the admin''s approval counts as the first of two.');
  end if;
  return case when others > 0 then 'together' else 'fallback' end;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.make_transfer (
  kind            text,
  player_id       uuid,
  credit_type     text,
  amount          bigint,
  reason          text,
  idempotency_key text,
  actor           uuid,
  source          text
)
  RETURNS public.credit_transfers
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  transfer public.credit_transfers;
begin
  if amount is null or amount not between 1 and 1000000000 then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  if not exists (
    select from public.credit_policies
    where credit_policies.credit_type = make_transfer.credit_type) then
    perform platform.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if not exists (select from public.profiles where profiles.id = make_transfer.player_id) then
    perform platform.refuse(404, 'player_not_found', 'This player does not exist.', 'Check the player id.');
  end if;
  transfer.kind := make_transfer.kind;
  transfer.player_id := make_transfer.player_id;
  transfer.credit_type := make_transfer.credit_type;
  transfer.amount := make_transfer.amount;
  transfer.reason := left(nullif(trim(make_transfer.reason), ''), 500);
  transfer.idempotency_key := format('%s:%s:%s', make_transfer.kind, coalesce(actor::text, 'service'),
    make_transfer.idempotency_key);
  transfer.actor_id := make_transfer.actor;
  transfer.source := platform.resolve_source(make_transfer.source);
  return transfer;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.post_transfer (
  transfer  public.credit_transfers,
  from_kind text,
  to_kind   text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  from_id bigint := credits.get_credit_account(
    case when from_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, from_kind);
  to_id bigint := credits.get_credit_account(
    case when to_kind in ('available', 'held') then transfer.player_id end,
    transfer.credit_type, to_kind);
  new_id uuid;
  account record;
  change bigint;
begin
  insert into public.credit_transfers (
    kind, credit_type, player_id, amount, idempotency_key, reversal_of, hold_id, request_id, reason, actor_id,
    source)
  values (
    transfer.kind, transfer.credit_type, transfer.player_id, transfer.amount, transfer.idempotency_key,
    transfer.reversal_of, transfer.hold_id, transfer.request_id, transfer.reason, transfer.actor_id,
    transfer.source)
  on conflict (idempotency_key) do nothing
  returning id into new_id;
  if new_id is null then
    return null;
  end if;
  for account in
    select * from public.credit_accounts
    where credit_accounts.id in (from_id, to_id)
    order by (credit_accounts.player_id is null), credit_accounts.id
    for update
  loop
    if account.id = from_id and account.player_id is not null and account.balance < transfer.amount then
      perform platform.refuse(409, 'credits_insufficient',
        format('Only %s %s %s credits are left.', account.balance, account.kind, account.credit_type),
        'Ask for less, or request credits first.');
    end if;
    change := case when account.id = from_id then -transfer.amount else transfer.amount end;
    insert into public.credit_entries (
      transfer_id, account_id, account_version, amount, balance_before, balance_after)
    values (new_id, account.id, account.version + 1, change, account.balance, account.balance + change);
    update public.credit_accounts
    set balance = account.balance + change, version = account.version + 1
    where credit_accounts.id = account.id;
  end loop;
  return new_id;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.resolve_mover (
  acting_player_id uuid,
  source           text
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if acting_player_id is null and platform.is_service() and source like 'api:%' then
    return null;
  end if;
  return identity.resolve_actor(acting_player_id);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.take_from_player (
  kind            text,
  player_id       uuid,
  credit_type     text,
  amount          bigint,
  reason          text,
  idempotency_key text,
  source          text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  command text := kind || '_credits';
  transfer public.credit_transfers :=
    credits.make_transfer(kind, player_id, credit_type, amount, reason, idempotency_key, null, source);
  replay jsonb := platform.begin_command(command, player_id, idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount));
begin
  if replay is not null then
    return replay;
  end if;
  transfer.idempotency_key := format('%s:%s:%s', kind, player_id, take_from_player.idempotency_key);
  perform credits.expire_lots(take_from_player.player_id);
  perform credits.take_from_lots(
    credits.post_transfer(transfer, 'available', case kind when 'hold' then 'held' else 'spent' end),
    kind = 'hold');
  return platform.finish_command(command, player_id, idempotency_key,
    credits.move_credits(transfer, null, source));
end;
$function$;

CREATE OR REPLACE FUNCTION public.end_credit_hold (
  hold_id         uuid,
  ending          text,
  idempotency_key text,
  amount          bigint DEFAULT NULL::bigint,
  source          text   DEFAULT 'api'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  hold public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  open_amount bigint;
begin
  if ending is null or ending not in ('release', 'capture') then
    perform platform.refuse(400, 'ending_invalid', 'A hold ends by release or capture.',
      'Send one of the two.');
  end if;
  -- Everybody who ends this hold queues here.
  select * into hold from public.credit_transfers
  where credit_transfers.id = end_credit_hold.hold_id and credit_transfers.kind = 'hold' for update;
  if hold.id is null then
    perform platform.refuse(404, 'hold_not_found', 'There is no such hold.', 'Check the id of the hold.');
  end if;
  replay := platform.begin_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    jsonb_build_object('hold_id', hold.id, 'ending', ending, 'amount', end_credit_hold.amount));
  if replay is not null then
    return replay;
  end if;
  select hold.amount - coalesce(sum(ended.amount), 0) into open_amount
  from public.credit_transfers as ended where ended.hold_id = hold.id;
  if open_amount = 0 then
    perform platform.refuse(409, 'hold_ended', 'Nothing is left of this hold.', 'Nothing is left to do.');
  end if;
  if coalesce(end_credit_hold.amount, open_amount) > open_amount then
    perform platform.refuse(409, 'hold_exceeded', format('Only %s are left of this hold.', open_amount),
      'Ask for less.');
  end if;
  transfer := credits.make_transfer(ending, hold.player_id, hold.credit_type,
    coalesce(end_credit_hold.amount, open_amount), hold.reason, '', null, source);
  transfer.idempotency_key := format('%s:%s:%s', ending, hold.id, end_credit_hold.idempotency_key);
  transfer.hold_id := hold.id;
  perform credits.give_back_to_lots(
    credits.post_transfer(transfer, 'held', case ending when 'capture' then 'spent' else 'available' end),
    hold.id, true, ending = 'capture');
  return platform.finish_command('end_credit_hold', hold.player_id, end_credit_hold.idempotency_key,
    credits.move_credits(transfer, null, source)
    || jsonb_build_object('open_amount', open_amount - transfer.amount));
end;
$function$;

CREATE OR REPLACE FUNCTION public.get_player_credits (
  player_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'player_id', player.id,
    'balances', credits.describe_balances(player.id),
    'expiring', coalesce((
      select jsonb_agg(jsonb_build_object(
        'credit_type', soon.credit_type, 'amount', soon.amount, 'expires_at', soon.expires_at)
        order by soon.expires_at, soon.credit_type)
      from (
        select lot.credit_type, lot.expires_at, sum(lot.available)::bigint as amount
        from public.credit_lots as lot
        where lot.player_id = player.id and lot.available > 0 and lot.expires_at is not null
        group by lot.credit_type, lot.expires_at
        order by lot.expires_at, lot.credit_type limit 50
      ) as soon), '[]'))
  from (select credits.resolve_reader(get_player_credits.player_id) as id) as reader
  join public.profiles as player on player.id = reader.id;
$function$;

REVOKE ALL ON FUNCTION "public"."get_player_credits"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.grant_credits (
  player_id        uuid,
  credit_type      text,
  amount           bigint,
  reason           text,
  idempotency_key  text,
  expires_at       timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  acting_player_id uuid                     DEFAULT NULL::uuid,
  source           text                     DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := credits.resolve_mover(acting_player_id, source);
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if actor is not null and not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if expires_at <= now() then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.',
      'Choose a later time.');
  end if;
  transfer := credits.make_transfer('grant', player_id, credit_type, amount, credits.check_reason(reason),
    idempotency_key, actor, source);
  replay := platform.begin_command('grant_credits', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  if actor is not null then
    perform platform.count_attempt('credit_grant', actor::text);
  end if;
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || transfer.player_id, 0));
  judgement := credits.judge_transfer('grant', transfer);
  if judgement = 'together' then
    return platform.finish_command('grant_credits', actor, idempotency_key,
      credits.propose_transfer('grant', transfer, grant_credits.expires_at, source));
  end if;
  perform credits.grant_to_player(transfer, grant_credits.expires_at);
  return platform.finish_command('grant_credits', actor, idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$function$;

CREATE OR REPLACE FUNCTION public.reverse_credit_transfer (
  transfer_id      uuid,
  reason           text,
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
  actor uuid := credits.resolve_mover(acting_player_id, source);
  reason_given text := credits.check_reason(reverse_credit_transfer.reason);
  origin public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if actor is not null and not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can reverse a transfer.', 'Ask an admin.');
  end if;
  replay := platform.begin_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    jsonb_build_object('transfer_id', reverse_credit_transfer.transfer_id));
  if replay is not null then
    return replay;
  end if;
  if actor is not null then
    perform platform.count_attempt('credit_grant', actor::text);
  end if;
  select * into origin from public.credit_transfers
  where credit_transfers.id = reverse_credit_transfer.transfer_id;
  if origin.id is null then
    perform platform.refuse(404, 'transfer_not_found', 'There is no such transfer.',
      'Check the id of the transfer.');
  end if;
  if origin.kind not in ('grant', 'spend') then
    perform platform.refuse(409, 'not_reversible', 'Only grants and spends can be reversed.',
      'Release a hold instead.');
  end if;
  if exists (select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform platform.refuse(409, 'already_reversed', 'This transfer was already reversed.',
      'Nothing is left to do.');
  end if;
  transfer := credits.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    reason_given, '', actor, source);
  transfer.reversal_of := origin.id;
  transfer.idempotency_key := 'reversal:' || origin.id;
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || origin.player_id, 0));
  judgement := credits.judge_transfer('reversal', transfer);
  if judgement = 'together' then
    return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
      credits.propose_transfer('reversal', transfer, null, source));
  end if;
  perform credits.reverse_transfer(transfer);
  return platform.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$function$;

COMMENT ON COLUMN "public"."credit_transfers"."source" IS 'Where it was made: web, discord, system, or api: with the name of the key. Null for the payment of a request, whose decisions have theirs.';

COMMENT ON FUNCTION "credits"."judge_transfer"(text, public.credit_transfers) IS 'alone: the admin may move these credits; together: a second approver has to confirm; fallback: the rule requires someone else and there is nobody. Refuses DS403 for the admin''s own credits while someone else could do it, and for an API key that acts for itself above the amount. The caller holds the player''s lock.';

COMMENT ON FUNCTION "credits"."make_transfer"(text, uuid, text, bigint, text, text, uuid, text) IS 'Validates a transfer without posting it. Refuses DS400 and DS404. The idempotency key is scoped to the actor.';

COMMENT ON FUNCTION "credits"."resolve_mover"(uuid, text) IS 'The player who moves credits: the caller or the given one; null for an API key that acts for itself. Refuses DS401, DS403 and DS404.';

COMMENT ON FUNCTION "public"."end_credit_hold"(uuid, text, text, bigint, text) IS 'Releases a hold to the player or captures it as spent, wholly or in part; never more than was held, even in a race: {transfer, balances, open_amount, replayed}. open_amount stays on hold. For the service only.';

COMMENT ON FUNCTION "public"."get_player_credits"(uuid) IS '{player_id, balances, expiring} of a player; null if there is none. expiring: the available credits that end at a moment, the next 50 moments. For the player, managers and the service.';

COMMENT ON FUNCTION "public"."grant_credits"(uuid, text, bigint, text, text, timestamp with time zone, uuid, text) IS 'Grants credits to a player, optionally expiring: {transfer, request, balances, replayed}. Above the policy''s amount, including what the admin granted the player within a day, transfer is null and request waits for a second approver. Admins only, never to themselves while another approver exists; audited. An API key without acting_player_id grants as the service, up to the policy''s amount per player and day over all keys, and is refused above it (second_approval_needed). Definer: nobody may write credits directly.';

COMMENT ON FUNCTION "public"."reverse_credit_transfer"(uuid, text, text, uuid, text) IS 'Reverses a grant or a spend, once, by an opposite transfer: {transfer, request, balances, replayed}. A grant only while the player still has that much. Above the policy''s amount transfer is null and request waits for a second approver. Admins only, never for their own credits while another approver exists; audited. An API key without acting_player_id is refused above the policy''s amount (second_approval_needed). Definer: nobody may write credits directly.';

REVOKE ALL ON FUNCTION "credits"."make_transfer"(text, uuid, text, bigint, text, text, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."resolve_mover"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_player_credits"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."get_player_credits"(uuid) TO "service_role";
