-- An admin's grant and reversal: at once, or as a proposal.

create or replace function public.grant_credits(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  expires_at timestamptz default null, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if not private.has_role(actor, 'admin') then
    perform private.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  if expires_at <= now() then
    perform private.refuse(400, 'expiry_invalid', 'Credits cannot expire in the past.',
      'Choose a later time.');
  end if;
  transfer := private.make_transfer('grant', player_id, credit_type, amount, private.check_reason(reason),
    idempotency_key, actor);
  replay := private.begin_command('grant_credits', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  perform private.count_attempt('credit_grant', actor::text);
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || transfer.player_id, 0));
  judgement := private.judge_transfer('grant', transfer);
  if judgement = 'together' then
    return private.finish_command('grant_credits', actor, idempotency_key,
      private.propose_transfer('grant', transfer, grant_credits.expires_at, source));
  end if;
  perform private.grant_to_player(transfer, grant_credits.expires_at);
  return private.finish_command('grant_credits', actor, idempotency_key,
    private.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$$;
comment on function public.grant_credits(uuid, text, bigint, text, text, timestamptz, uuid, text) is
  'Gives a player credits, which may expire: {transfer, request, balances, replayed}. Above the policy''s amount, what one '
  'admin granted the player within a day included, transfer is null and request waits for a second approver. Admins only, '
  'never to themselves while another approver exists; audited. Definer: nobody may write credits directly.';

create or replace function public.reverse_credit_transfer(
  transfer_id uuid, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(acting_player_id);
  reason_given text := private.check_reason(reverse_credit_transfer.reason);
  origin public.credit_transfers;
  transfer public.credit_transfers;
  replay jsonb;
  judgement text;
begin
  if not private.has_role(actor, 'admin') then
    perform private.refuse(403, 'admin_only', 'Only admins can take a transfer back.', 'Ask an admin.');
  end if;
  replay := private.begin_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    jsonb_build_object('transfer_id', reverse_credit_transfer.transfer_id));
  if replay is not null then
    return replay;
  end if;
  perform private.count_attempt('credit_grant', actor::text);
  select * into origin from public.credit_transfers
  where credit_transfers.id = reverse_credit_transfer.transfer_id;
  if origin.id is null then
    perform private.refuse(404, 'transfer_not_found', 'There is no such transfer.',
      'Check the id of the transfer.');
  end if;
  if origin.kind not in ('grant', 'spend') then
    perform private.refuse(409, 'not_reversible', 'Only grants and spendings can be taken back.',
      'Release a hold instead.');
  end if;
  if exists (select from public.credit_transfers as earlier where earlier.reversal_of = origin.id) then
    perform private.refuse(409, 'already_reversed', 'This transfer was taken back before.',
      'Nothing is left to do.');
  end if;
  transfer := private.make_transfer('reversal', origin.player_id, origin.credit_type, origin.amount,
    reason_given, '', actor);
  transfer.reversal_of := origin.id;
  transfer.idempotency_key := 'reversal:' || origin.id;
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || origin.player_id, 0));
  judgement := private.judge_transfer('reversal', transfer);
  if judgement = 'together' then
    return private.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
      private.propose_transfer('reversal', transfer, null, source));
  end if;
  perform private.reverse_transfer(transfer);
  return private.finish_command('reverse_credit_transfer', actor, reverse_credit_transfer.idempotency_key,
    private.move_credits(transfer, actor, source, judgement = 'fallback'));
end;
$$;
comment on function public.reverse_credit_transfer(uuid, text, text, uuid, text) is
  'Takes a grant or a spending back, once, by a transfer the other way: {transfer, request, balances, replayed}. A '
  'grant only while the player still has as much. Above the policy''s amount transfer is null and request waits for a '
  'second approver. Admins only, never for their own credits while another approver exists; audited. Definer: nobody may '
  'write credits directly.';
