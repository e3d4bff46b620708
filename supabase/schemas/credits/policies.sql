create table public.credit_policies (
  credit_type text primary key check (credit_type in ('ai', 'lead')),
  request_amount_max int not null check (request_amount_max > 0),
  period_days int not null check (period_days between 1 and 366),
  period_amount_max int not null check (period_amount_max >= request_amount_max),
  pending_count_max int not null check (pending_count_max > 0),
  second_approval_above int check (second_approval_above > 0),
  expire_after_hours int not null check (expire_after_hours between 1 and 8760),
  remind_after_hours int not null check (remind_after_hours between 1 and 8760),
  grant_valid_days int check (grant_valid_days > 0),
  updated_at timestamptz not null default now()
);
comment on table public.credit_policies is
  'One row is the policy of one credit type. Changes apply to later requests and decisions.';
comment on column public.credit_policies.period_amount_max is
  'What a player may request within period_days; pending and approved requests count.';
comment on column public.credit_policies.second_approval_above is
  'Amounts above it need two approvers; null means that one is always enough.';
comment on column public.credit_policies.expire_after_hours is
  'An undecided request expires after this many hours.';
comment on column public.credit_policies.remind_after_hours is
  'Approvers are reminded once, after this many hours.';
comment on column public.credit_policies.grant_valid_days is
  'Approved credits expire after this many days; null means never.';

alter table public.credit_policies enable row level security;
grant select on public.credit_policies to authenticated, service_role;

create policy "Players see what they may request"
  on public.credit_policies for select to authenticated
  using (true);

create function public.update_credit_policy(
  credit_type text, changes jsonb, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  before public.credit_policies;
  after public.credit_policies;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only an admin can change a credit policy.', 'Ask an admin.');
  end if;
  select * into before from public.credit_policies as policy
  where policy.credit_type = update_credit_policy.credit_type for update;
  if before.credit_type is null then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  begin
    after := jsonb_populate_record(before, changes - 'credit_type' - 'updated_at');
    update public.credit_policies as policy
    set request_amount_max = after.request_amount_max, period_days = after.period_days,
      period_amount_max = after.period_amount_max, pending_count_max = after.pending_count_max,
      second_approval_above = after.second_approval_above, expire_after_hours = after.expire_after_hours,
      remind_after_hours = after.remind_after_hours, grant_valid_days = after.grant_valid_days,
      updated_at = now()
    where policy.credit_type = before.credit_type
    returning * into after;
  exception when data_exception or integrity_constraint_violation then
    perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
      'Use positive whole numbers; the period maximum must be at least the maximum of one request.');
  end;
  perform platform.record_audit('credit_policy.changed', 'credit_policy', before.credit_type,
    to_jsonb(before), to_jsonb(after), actor, platform.resolve_source(source));
  return to_jsonb(after);
end;
$$;
comment on function public.update_credit_policy(text, jsonb, uuid, text) is
  'Changes the given fields of a policy and returns it; admins only, audited. Definer: nobody may write the table '
  'directly.';
grant execute on function public.update_credit_policy(text, jsonb, uuid, text) to authenticated, service_role;
