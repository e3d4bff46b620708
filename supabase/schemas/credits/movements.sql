-- Credits that move without a request: an admin's grant, and what the product spends or holds.

create function credits.move_credits(
  transfer public.credit_transfers, actor uuid, source text, is_fallback boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  done public.credit_transfers;
begin
  select * into done from public.credit_transfers
  where credit_transfers.idempotency_key = transfer.idempotency_key;
  perform platform.record_audit('credits.' || transfer.kind, 'player', transfer.player_id::text, null,
    jsonb_build_object('credit_type', transfer.credit_type, 'amount', transfer.amount, 'transfer_id', done.id,
      'reason', transfer.reason, 'is_fallback', move_credits.is_fallback),
    actor, platform.resolve_source(source));
  return jsonb_build_object(
    'transfer', to_jsonb(done), 'request', null, 'balances', credits.announce_balances(transfer.player_id));
end;
$$;
comment on function credits.move_credits(public.credit_transfers, uuid, text, boolean) is
  'The effects of a posted transfer: audit, announcement, and the result {transfer, request: null, balances}.';

create function credits.make_transfer(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, actor uuid,
  source text)
returns public.credit_transfers
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function credits.make_transfer(text, uuid, text, bigint, text, text, uuid, text) is
  'Validates a transfer without posting it. Refuses DS400 and DS404. The idempotency key is scoped to the actor.';

create function credits.take_from_player(
  kind text, player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text, source text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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
$$;
comment on function credits.take_from_player(text, uuid, text, bigint, text, text, text) is
  'Spends or holds a player''s credits, soonest-expiring first, once per player, kind and key: {transfer, '
  'balances, replayed}. Refuses DS409 credits_insufficient.';

-- A grant by an admin: immediate, or as a proposal. A grant by an API key: immediate, or refused.
create function credits.resolve_mover(acting_player_id uuid, source text)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if acting_player_id is null and platform.is_service() and source like 'api:%' then
    return null;
  end if;
  return identity.resolve_actor(acting_player_id);
end;
$$;
comment on function credits.resolve_mover(uuid, text) is
  'The player who moves credits: the caller or the given one; null for an API key that acts for itself. Refuses '
  'DS401, DS403 and DS404.';

create function public.grant_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  expires_at timestamptz default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text) is
  'Grants credits to a player, optionally expiring: {transfer, request, balances, replayed}. Above the policy''s '
  'amount, including what the admin granted the player within a day, transfer is null and request waits for a '
  'second approver. Admins only, never to themselves while another approver exists; audited. An API key without '
  'acting_player_id grants as the service, up to the policy''s amount per player and day over all keys, and is '
  'refused above it (second_approval_needed). Definer: nobody may write credits directly.';
grant execute on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text)
  to authenticated, service_role;

create function public.spend_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  source text default 'api')
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select credits.take_from_player('spend', player_id, credit_type, amount, reason, idempotency_key, source);
$$;
comment on function public.spend_credits(uuid, text, bigint, text, text, text) is
  'Takes credits from a player, soonest-expiring first: {transfer, balances, replayed}. Refuses DS409 '
  'credits_insufficient. For the service only.';
grant execute on function public.spend_credits(uuid, text, bigint, text, text, text) to service_role;

create function public.revoke_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
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
$$;
comment on function public.revoke_credits(uuid, text, bigint, text, text, uuid, text) is
  'Takes available credits back from a player, soonest-expiring first: {transfer, balances, replayed}. Up to the '
  'amount of the policy per admin, player and day. Refuses DS409 credits_insufficient. Admins only, never their '
  'own while another approver exists; audited. Definer: nobody may write credits directly.';
grant execute on function public.revoke_credits(uuid, text, bigint, text, text, uuid, text)
  to authenticated, service_role;
