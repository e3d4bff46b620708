-- Holds that an admin makes and ends by hand, for example while a purchase is in dispute.

create function credits.check_hold_keeper(player_id uuid, acting_player_id uuid)
returns uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can hold or release credits.', 'Ask an admin.');
  end if;
  if check_hold_keeper.player_id = actor and credits.count_other_approvers(actor, actor) > 0 then
    perform platform.refuse(403, 'own_hold', 'You cannot hold or release your own credits.', 'Ask another admin.');
  end if;
  return actor;
end;
$$;
comment on function credits.check_hold_keeper(uuid, uuid) is
  'The admin who may hold or release a player''s credits by hand: those of others, and their own while no other '
  'approver exists. Refuses DS403.';

create function public.hold_credits_manually(
  player_id uuid, credit_type text, amount bigint, reason text, idempotency_key text,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := credits.check_hold_keeper(hold_credits_manually.player_id, acting_player_id);
  why text := credits.check_reason(reason);
  held jsonb;
begin
  perform platform.count_attempt('credit_grant', actor::text);
  held := credits.take_from_player('hold', player_id, credit_type, amount, why, idempotency_key, source);
  if not (held ->> 'replayed')::boolean then
    perform platform.record_audit('credit_hold.made', 'player', hold_credits_manually.player_id::text, null,
      jsonb_build_object('hold_id', held #> '{transfer,id}', 'credit_type', credit_type, 'amount', amount,
        'reason', why),
      actor, platform.resolve_source(source));
  end if;
  return held;
end;
$$;
comment on function public.hold_credits_manually(uuid, text, bigint, text, text, uuid, text) is
  'Puts a player''s credits on hold until an admin ends it: {transfer, balances, replayed}; transfer.id is the hold. '
  'Refuses DS409 credits_insufficient. Admins only, counted like a grant, audited. Definer: nobody may write credits directly.';
grant execute on function public.hold_credits_manually(uuid, text, bigint, text, text, uuid, text)
  to authenticated, service_role;

create function public.end_hold_manually(
  hold_id uuid, ending text, reason text, idempotency_key text, acting_player_id uuid default null,
  source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  player uuid := (
    select hold.player_id from public.credit_transfers as hold
    where hold.id = end_hold_manually.hold_id and hold.kind = 'hold');
  actor uuid := credits.check_hold_keeper(player, acting_player_id);
  why text := credits.check_reason(reason);
  ended jsonb;
begin
  perform platform.count_attempt('credit_grant', actor::text);
  ended := public.end_credit_hold(hold_id, ending, end_hold_manually.idempotency_key, null,
    platform.resolve_source(source));
  if not (ended ->> 'replayed')::boolean then
    perform platform.record_audit('credit_hold.ended', 'player', player::text, null,
      jsonb_build_object('hold_id', hold_id, 'ending', ending, 'amount', ended #> '{transfer,amount}', 'reason', why),
      actor, platform.resolve_source(source));
  end if;
  return ended;
end;
$$;
comment on function public.end_hold_manually(uuid, text, text, text, uuid, text) is
  'Releases what is left of a hold to the player, or captures it as spent, whoever made the hold: the answer of '
  'end_credit_hold(). Admins only, with a reason, counted like a grant, audited. Definer: nobody may write credits directly.';
grant execute on function public.end_hold_manually(uuid, text, text, text, uuid, text) to authenticated, service_role;

create function public.list_open_holds(player_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'hold_id', open.id, 'credit_type', open.credit_type, 'amount', open.amount, 'open_amount', open.open_amount,
    'reason', open.reason, 'created_at', open.created_at) order by open.created_at, open.id), '[]')
  from (
    select hold.*, hold.amount - coalesce((
      select sum(ended.amount) from public.credit_transfers as ended where ended.hold_id = hold.id), 0) as open_amount
    from public.credit_transfers as hold
    where hold.kind = 'hold' and hold.player_id = list_open_holds.player_id
  ) as open
  where open.open_amount > 0;
$$;
comment on function public.list_open_holds(uuid) is
  'The holds of a player that the caller may see and of which something is left, oldest first.';
grant execute on function public.list_open_holds(uuid) to authenticated, service_role;
