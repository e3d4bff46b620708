-- What approved requests may add up to within a calendar period (UTC; weeks begin on Monday). What was drawn is
-- counted from the requests themselves, so it cannot drift; a payment that is reversed is given back.

create function credits.lock_budget(player_id uuid, credit_type text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  payer bigint := credits.get_credit_account(null, lock_budget.credit_type, 'issuance');
  payee bigint := credits.get_credit_account(lock_budget.player_id, lock_budget.credit_type, 'available');
begin
  perform from public.credit_accounts as account
  where account.id in (payer, payee)
  order by (account.player_id is null), account.id
  for update;
end;
$$;
comment on function credits.lock_budget(uuid, text) is
  'Locks the accounts of the payment in the order of post_transfer. All approvals of a credit type meet at the issuing '
  'account, so what is left of a budget stands still until the payment commits, without a lock of its own.';

create function credits.describe_budget(policy credits.policy_versions, at timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'amount', policy.budget_amount, 'period', policy.budget_period, 'starts_at', span.starts_at,
    'refills_at', span.refills_at, 'used', drawn.amount, 'left', greatest(policy.budget_amount - drawn.amount, 0))
  from (
    select begun.starts_at at time zone 'UTC' as starts_at,
      (begun.starts_at + ('1 ' || case policy.budget_period when 'quarter' then 'month' else policy.budget_period end)
        ::interval * case policy.budget_period when 'quarter' then 3 else 1 end) at time zone 'UTC' as refills_at
    from (select date_trunc(policy.budget_period, describe_budget.at at time zone 'UTC') as starts_at) as begun
  ) as span
  cross join lateral (
    select coalesce(sum(request.amount), 0)::bigint as amount
    from credits.policy_versions as version
    join public.credit_requests as request on request.decided_version_id = version.id
    where version.credit_type = policy.credit_type and version.group_id is not distinct from policy.group_id
      and request.kind = 'request' and request.state = 'approved'
      and request.closed_at >= span.starts_at and request.closed_at < span.refills_at
      and not exists (
        select from public.credit_transfers as reversal where reversal.reversal_of = request.transfer_id)
  ) as drawn
  where policy.budget_amount is not null;
$$;
comment on function credits.describe_budget(credits.policy_versions, timestamptz) is
  '{amount, period, starts_at, refills_at, used, left} of the policy''s budget at a moment; null without one. What '
  'was approved in the period before the budget was set counts, too.';

create function credits.has_budget(policy credits.policy_versions, amount int)
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select policy.budget_amount is null
    or (credits.describe_budget(policy, clock_timestamp()) ->> 'left')::bigint >= has_budget.amount;
$$;
comment on function credits.has_budget(credits.policy_versions, int) is
  'Whether the budget has this much left. The caller holds the lock of the budget.';

create function credits.refuse_empty_budget(policy credits.policy_versions, amount int)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  budget jsonb;
begin
  if credits.has_budget(policy, amount) then
    return;
  end if;
  budget := credits.describe_budget(policy, clock_timestamp());
  perform platform.refuse(409, 'budget_empty',
    format('The budget of this %s has %s of %s %s credits left; this request needs %s.',
      policy.budget_period, to_char((budget ->> 'left')::bigint, 'FM999,999,999,999,990'),
      to_char(policy.budget_amount, 'FM999,999,999,999,990'),
      case policy.credit_type when 'ai' then 'AI' else 'Lead' end, to_char(amount, 'FM999,999,999,990')),
    format('It is refilled on %s (UTC). An admin can raise the budget before.',
      to_char((budget ->> 'refills_at')::timestamptz at time zone 'UTC', 'FMDD FMMonth YYYY')));
end;
$$;
comment on function credits.refuse_empty_budget(credits.policy_versions, int) is
  'Refuses DS409 budget_empty, with what is left and when it is refilled, if the budget has less than this left. '
  'The caller holds the lock of the budget, so concurrent approvals never overdraw.';
