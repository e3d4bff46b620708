-- Grants that take effect later. They are judged when they are scheduled and again when they are due.

create table credits.scheduled_grants (
  id uuid primary key default gen_random_uuid(),
  player_id uuid not null references public.profiles (id),
  credit_type text not null references public.credit_policies (credit_type),
  amount bigint not null check (amount > 0),
  reason text not null check (platform.is_presentable(reason, 500, 3, true)),
  effective_at timestamptz not null,
  expires_at timestamptz,
  state text not null default 'waiting' check (state in ('waiting', 'paid', 'proposed', 'refused', 'cancelled')),
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid not null references public.profiles (id),
  closed_at timestamptz,
  cancelled_by uuid references public.profiles (id),
  transfer_id uuid unique references public.credit_transfers (id),
  request_id uuid unique references public.credit_requests (id),
  refusal text,
  constraint scheduled_grants_closed_check check ((state = 'waiting') = (closed_at is null)),
  constraint scheduled_grants_paid_check check ((state = 'paid') = (transfer_id is not null)),
  constraint scheduled_grants_proposed_check check ((state = 'proposed') = (request_id is not null)),
  constraint scheduled_grants_cancelled_check check ((state = 'cancelled') = (cancelled_by is not null)),
  constraint scheduled_grants_refused_check check ((state = 'refused') = (refusal is not null)),
  constraint scheduled_grants_order_check check (expires_at > effective_at)
);
comment on table credits.scheduled_grants is
  'One row is a grant that takes effect at effective_at. It leaves the state waiting once: paid, proposed to a '
  'second approver, refused by a rule, or cancelled before.';
comment on column credits.scheduled_grants.refusal is 'Why the rules refused it when it was due.';
create index scheduled_grants_due_idx on credits.scheduled_grants (effective_at, id) where state = 'waiting';
create index scheduled_grants_page_idx on credits.scheduled_grants (effective_at desc, id desc);
create index scheduled_grants_player_id_idx on credits.scheduled_grants (player_id);
create index scheduled_grants_credit_type_idx on credits.scheduled_grants (credit_type);
create index scheduled_grants_created_by_idx on credits.scheduled_grants (created_by);
create index scheduled_grants_cancelled_by_idx on credits.scheduled_grants (cancelled_by);

alter table credits.scheduled_grants enable row level security;

create trigger on_scheduled_grant_check_reason
  before insert on credits.scheduled_grants
  for each row execute function platform.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '3', 'true');
create trigger on_scheduled_grant_check_times before insert on credits.scheduled_grants
  for each row execute function platform.check_shown_times('effective_at', 'expires_at');

create function credits.describe_scheduled_grant(planned credits.scheduled_grants)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(planned) || jsonb_build_object(
    'username', player.username, 'display_name', player.display_name,
    'created_by_name', creator.display_name, 'cancelled_by_name', canceller.display_name)
  from public.profiles as player
  join public.profiles as creator on creator.id = planned.created_by
  left join public.profiles as canceller on canceller.id = planned.cancelled_by
  where player.id = planned.player_id;
$$;
comment on function credits.describe_scheduled_grant(credits.scheduled_grants) is
  'A scheduled grant with the names of its player and of the admins.';

create function credits.lock_receivers(player_ids uuid[], credit_types text[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || receiver.id, 0))
  from (
    select distinct listed.id from unnest(lock_receivers.player_ids) as listed (id) order by listed.id
  ) as receiver;
  perform credits.lock_available_accounts(lock_receivers.player_ids, lock_receivers.credit_types);
end;
$$;
comment on function credits.lock_receivers(uuid[], text[]) is
  'Takes every lock that grants to several players need (two parallel lists), in an order that cannot deadlock.';

create function credits.plan_grant(transfer public.credit_transfers, effective_at timestamptz, expires_at timestamptz)
returns credits.scheduled_grants
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  made credits.scheduled_grants;
begin
  if plan_grant.effective_at > now() + interval '5 years' then
    perform platform.refuse(400, 'effective_invalid', 'A grant takes effect within five years.',
      'Choose an earlier time.');
  end if;
  if plan_grant.expires_at <= plan_grant.effective_at then
    perform platform.refuse(400, 'expiry_invalid', 'Credits cannot expire before they are granted.',
      'Choose a later time.');
  end if;
  -- Refuses a grant to oneself. What needs a second approver is decided when the grant is due.
  perform credits.judge_transfer('grant', transfer);
  insert into credits.scheduled_grants (
    player_id, credit_type, amount, reason, effective_at, expires_at, source, created_by)
  values (
    transfer.player_id, transfer.credit_type, transfer.amount, transfer.reason, plan_grant.effective_at,
    plan_grant.expires_at, transfer.source, transfer.actor_id)
  returning * into made;
  perform platform.record_audit('credits.grant_scheduled', 'player', made.player_id::text, null, to_jsonb(made),
    transfer.actor_id, transfer.source);
  return made;
end;
$$;
comment on function credits.plan_grant(public.credit_transfers, timestamptz, timestamptz) is
  'Stores a validated grant that takes effect later, and audits it. Refuses DS400 and DS403 own_grant.';

create function public.schedule_grant(
  player_id uuid, credit_type text, amount bigint, reason text, effective_at timestamptz, idempotency_key text,
  expires_at timestamptz default null, acting_player_id uuid default null, source text default 'web')
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
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can grant credits.',
      'Ask an admin, or make a request.');
  end if;
  transfer := credits.make_transfer('grant', player_id, credit_type, amount, credits.check_reason(reason),
    idempotency_key, actor, source);
  replay := platform.begin_command('schedule_grant', actor, idempotency_key, jsonb_build_object(
    'player_id', player_id, 'credit_type', credit_type, 'amount', amount, 'effective_at', effective_at,
    'expires_at', expires_at));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  if effective_at is null or effective_at <= now() then
    perform platform.refuse(400, 'effective_invalid', 'This time has passed.', 'Choose a later time, or grant now.');
  end if;
  return platform.finish_command('schedule_grant', actor, idempotency_key, credits.describe_scheduled_grant(
    credits.plan_grant(transfer, schedule_grant.effective_at, schedule_grant.expires_at)));
end;
$$;
comment on function public.schedule_grant(
  uuid, text, bigint, text, timestamptz, text, timestamptz, uuid, text) is
  'Schedules a grant and returns it; it is paid once, soon after effective_at. Above the policy''s amount it then '
  'becomes a proposal. Admins only, never to themselves while another approver exists; audited. Definer: nobody may '
  'write grants directly.';
grant execute on function public.schedule_grant(
  uuid, text, bigint, text, timestamptz, text, timestamptz, uuid, text) to authenticated, service_role;
