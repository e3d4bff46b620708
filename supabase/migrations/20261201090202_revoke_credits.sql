SET local check_function_bodies = off;

ALTER TABLE "public"."credit_transfers"
  DROP CONSTRAINT "credit_transfers_kind_check";

DROP FUNCTION "credits"."expire_lots"(uuid);

CREATE TABLE "credits"."low_balances" (
  "credit_type" text                     NOT NULL,
  "below"       bigint                   NOT NULL,
  "updated_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "low_balances_below_check" CHECK ((below > 0)),
  CONSTRAINT "low_balances_pkey" PRIMARY KEY (credit_type)
);

ALTER TABLE "credits"."low_balances"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION credits.expire_lots (
  player_id   uuid DEFAULT NULL::uuid,
  credit_type text DEFAULT NULL::text
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  due_lots bigint[];
  lot record;
  transfer public.credit_transfers;
  transfer_id uuid;
  expired_count int := 0;
begin
  -- The accounts first, then the lots: the same order wherever credits are taken.
  select array_agg(due.id) into due_lots
  from (
    select credit_lots.id from public.credit_lots
    where credit_lots.expires_at <= now() and credit_lots.available > 0
      and (expire_lots.player_id is null or credit_lots.player_id = expire_lots.player_id)
      and (expire_lots.credit_type is null or credit_lots.credit_type = expire_lots.credit_type)
    order by credit_lots.expires_at, credit_lots.id limit 500
  ) as due;
  if due_lots is null then
    return 0;
  end if;
  perform credits.lock_available_accounts(array_agg(due.player_id), array_agg(due.credit_type))
  from public.credit_lots as due where due.id = any (due_lots);
  for lot in
    select * from public.credit_lots
    where credit_lots.id = any (due_lots) and credit_lots.available > 0
    order by credit_lots.credit_type, credit_lots.player_id, credit_lots.id
    for update
  loop
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
        when 'revoke' then 'You cannot take back your own credits.'
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

CREATE OR REPLACE FUNCTION credits.lock_available_accounts (
  player_ids   uuid[],
  credit_types text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  owner record;
begin
  for owner in
    select distinct pair.player_id, pair.credit_type
    from unnest(lock_available_accounts.player_ids, lock_available_accounts.credit_types)
      as pair (player_id, credit_type)
    order by pair.player_id, pair.credit_type
  loop
    perform credits.get_credit_account(owner.player_id, owner.credit_type, 'available');
  end loop;
  perform from public.credit_accounts as account
  where account.kind = 'available'
    and (account.player_id, account.credit_type) in (
      select pair.player_id, pair.credit_type
      from unnest(lock_available_accounts.player_ids, lock_available_accounts.credit_types)
        as pair (player_id, credit_type))
  order by account.id
  for update;
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
    if account.kind = 'available' and change < 0 then
      perform credits.warn_of_low_balance(account.player_id, account.credit_type, account.balance,
        account.balance + change);
    end if;
  end loop;
  return new_id;
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
  perform credits.expire_lots(take_from_player.player_id, take_from_player.credit_type);
  perform credits.take_from_lots(
    credits.post_transfer(transfer, 'available', case kind when 'hold' then 'held' else 'spent' end),
    kind = 'hold');
  return platform.finish_command(command, player_id, idempotency_key,
    credits.move_credits(transfer, null, source));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.warn_of_low_balance (
  player_id      uuid,
  credit_type    text,
  balance_before bigint,
  balance_after  bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  low_below bigint := (
    select low.below from credits.low_balances as low
    where low.credit_type = warn_of_low_balance.credit_type);
begin
  if balance_before >= low_below and balance_after < low_below then
    perform platform.emit_event('credits/balance.low', jsonb_build_object(
      'player_id', player_id, 'credit_type', credit_type, 'available', balance_after, 'below', low_below));
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.revoke_credits (
  player_id        uuid,
  credit_type      text,
  amount           bigint,
  reason           text,
  idempotency_key  text,
  acting_player_id uuid   DEFAULT NULL::uuid,
  source           text   DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can take credits back.', 'Ask an admin.');
  end if;
  transfer := credits.make_transfer('revoke', player_id, credit_type, amount, credits.check_reason(reason),
    idempotency_key, actor, source);
  replay := platform.begin_command('revoke_credits', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || transfer.player_id, 0));
  judgement := credits.judge_transfer('revoke', transfer);
  if judgement = 'together' then
    perform platform.refuse(403, 'second_approval_needed', 'Nobody takes back so much within a day alone.',
      'Reverse the grants instead: a second approver confirms the reversal.');
  end if;
  perform credits.expire_lots(revoke_credits.player_id, revoke_credits.credit_type);
  perform credits.take_from_lots(credits.post_transfer(transfer, 'available', 'issuance'), false);
  return platform.finish_command('revoke_credits', actor, idempotency_key,
    credits.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."revoke_credits"(uuid, text, bigint, text, text, uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "credits"."low_balances"
  ADD CONSTRAINT "low_balances_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

ALTER TABLE "public"."credit_transfers"
  ADD CONSTRAINT "credit_transfers_kind_check"
    CHECK ((kind = ANY (ARRAY['grant'::text, 'spend'::text, 'hold'::text, 'release'::text, 'capture'::text, 'expire'::text, 'reversal'::text, 'revoke'::text])));

COMMENT ON FUNCTION "credits"."expire_lots"(uuid, text) IS 'Expires credits of one player and type or of all; returns the number of lots. Safe to run at any time, and twice.';

COMMENT ON FUNCTION "credits"."lock_available_accounts"(uuid[], text[]) IS 'Locks the available accounts of several players (two parallel lists), created if missing, in order of ids. A transaction that moves credits of more than one player calls it before its first transfer, which locks an account of the system: whoever holds one of those waits for no player.';

COMMENT ON FUNCTION "credits"."warn_of_low_balance"(uuid, text, bigint, bigint) IS 'Emits credits/balance.low when an available balance falls below the limit of its type: once, until it has risen to the limit again.';

COMMENT ON FUNCTION "public"."revoke_credits"(uuid, text, bigint, text, text, uuid, text) IS 'Takes available credits back from a player, soonest-expiring first: {transfer, balances, replayed}. Up to the amount of the policy per admin, player and day. Refuses DS409 credits_insufficient. Admins only, never their own while another approver exists; audited. Definer: nobody may write credits directly.';

COMMENT ON TABLE "credits"."low_balances" IS 'One row is the balance below which a player is warned that credits of one type run low. Without a row, nobody is.';

REVOKE ALL ON FUNCTION "credits"."expire_lots"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lock_available_accounts"(uuid[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."warn_of_low_balance"(uuid, text, bigint, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."revoke_credits"(uuid, text, bigint, text, text, uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."revoke_credits"(uuid, text, bigint, text, text, uuid, text) TO "service_role";

insert into credits.low_balances (credit_type, below) values ('ai', 50), ('lead', 25);
