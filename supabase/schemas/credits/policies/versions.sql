create table credits.policy_versions (
  id bigint generated always as identity primary key,
  credit_type text not null references public.credit_policies (credit_type),
  group_id uuid references credits.player_groups (id),
  version int not null check (version > 0),
  effective_from timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid references public.profiles (id),
  source text not null,
  is_removed boolean not null default false,
  request_amount_max int not null check (request_amount_max > 0),
  day_amount_max int,
  period_days int not null check (period_days between 1 and 366),
  period_amount_max int not null,
  pending_count_max int not null check (pending_count_max > 0),
  auto_approval_max int check (auto_approval_max > 0),
  second_approval_above int check (second_approval_above > 0),
  web_only_above int check (web_only_above >= 0),
  reject_comment_required boolean not null default false,
  remind_after_hours int not null check (remind_after_hours between 1 and 8760),
  escalate_after_hours int check (escalate_after_hours between 1 and 8760),
  escalate_to_role text check (escalate_to_role in ('manager', 'admin')),
  escalate_to_player uuid references public.profiles (id),
  expire_after_hours int not null check (expire_after_hours between 1 and 8760),
  budget_amount bigint check (budget_amount between 0 and 1000000000000),
  budget_period text check (budget_period in ('day', 'week', 'month', 'quarter')),
  grant_valid_days int check (grant_valid_days > 0),
  constraint policy_versions_number_key unique nulls not distinct (credit_type, group_id, version),
  constraint policy_versions_removed_check check (group_id is not null or not is_removed),
  constraint policy_versions_day_check check (day_amount_max >= request_amount_max),
  constraint policy_versions_period_check check (period_amount_max >= request_amount_max),
  constraint policy_versions_escalation_check
    check (num_nonnulls(escalate_to_role, escalate_to_player) = num_nonnulls(escalate_after_hours)),
  constraint policy_versions_budget_check check ((budget_amount is null) = (budget_period is null))
);
comment on table credits.policy_versions is
  'One row is one version of the policy of a credit type, for a group of players or, without one, for everybody '
  'else. In force is the version that began last; of two that begin together, the later version. Append-only.';
comment on column credits.policy_versions.is_removed is
  'From this version on the group has no policy of its own.';
comment on column credits.policy_versions.day_amount_max is
  'What a player may request within 24 hours; null means that only the period counts.';
comment on column credits.policy_versions.period_amount_max is
  'What a player may request within period_days; pending and approved requests count.';
comment on column credits.policy_versions.auto_approval_max is
  'Requests up to this amount are paid at once, while the budget lasts; null means that a person always decides.';
comment on column credits.policy_versions.second_approval_above is
  'Amounts above it need two approvers; null means that one is always enough.';
comment on column credits.policy_versions.web_only_above is
  'Amounts above it are decided on the web only; null means anywhere.';
comment on column credits.policy_versions.remind_after_hours is
  'Approvers are reminded once, after this many hours.';
comment on column credits.policy_versions.escalate_after_hours is
  'After this many hours the named role or person is told once; null means nobody.';
comment on column credits.policy_versions.expire_after_hours is
  'An undecided request expires after this many hours.';
comment on column credits.policy_versions.budget_amount is
  'What approved requests may add up to within a calendar period in UTC; null means any amount.';
comment on column credits.policy_versions.grant_valid_days is
  'Approved credits expire after this many days; null means never.';
create index policy_versions_in_force_idx on credits.policy_versions (credit_type, effective_from desc, version desc);
create index policy_versions_group_id_idx on credits.policy_versions (group_id);
create index policy_versions_created_by_idx on credits.policy_versions (created_by);
create index policy_versions_escalate_to_player_idx on credits.policy_versions (escalate_to_player);

alter table credits.policy_versions enable row level security;

create trigger on_policy_versions_change_refuse
  before update or delete or truncate on credits.policy_versions
  for each statement execute function platform.forbid_change();
create trigger on_policy_version_check_times before insert on credits.policy_versions
  for each row execute function platform.check_shown_times('effective_from');

create function credits.policy_at(credit_type text, group_id uuid, at timestamptz)
returns credits.policy_versions
language sql
stable
security definer
set search_path = ''
as $$
  select version.* from credits.policy_versions as version
  where version.credit_type = policy_at.credit_type and version.group_id is not distinct from policy_at.group_id
    and version.effective_from <= policy_at.at
  order by version.effective_from desc, version.version desc limit 1;
$$;
comment on function credits.policy_at(text, uuid, timestamptz) is
  'The version in force at a moment of the policy of a type and a group, or of everybody else; null before the '
  'first.';

create function credits.find_policy(player_id uuid, credit_type text, at timestamptz)
returns credits.policy_versions
language sql
stable
security definer
set search_path = ''
as $$
  select version.*
  from (
    select listed.group_id, listed.place
    from public.profiles as player
    join credits.listed_groups as listed on listed.list_version = credits.group_list_at(find_policy.at)
    where player.id = find_policy.player_id and credits.is_in_group(player, listed, find_policy.at)
    union all
    select null, 1000
  ) as choice
  cross join lateral credits.policy_at(find_policy.credit_type, choice.group_id, find_policy.at) as version
  where not version.is_removed
  order by choice.place limit 1;
$$;
comment on function credits.find_policy(uuid, text, timestamptz) is
  'The version that applies to a player at a moment: of the first group in the list that the player fits and that '
  'has a policy, else of everybody. Null for an unknown type.';

create function credits.list_policy_fields()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'request_amount_max', 'day_amount_max', 'period_days', 'period_amount_max', 'pending_count_max',
    'auto_approval_max', 'second_approval_above', 'web_only_above', 'reject_comment_required',
    'remind_after_hours', 'escalate_after_hours', 'escalate_to_role', 'escalate_to_player', 'expire_after_hours',
    'budget_amount', 'budget_period', 'grant_valid_days', 'is_removed'];
$$;
comment on function credits.list_policy_fields() is 'The fields of a policy that an admin may change.';

create function credits.list_changed_fields(before credits.policy_versions, after credits.policy_versions)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(field.name order by field.place), '{}')
  from unnest(credits.list_policy_fields()) with ordinality as field (name, place)
  where to_jsonb(before) -> field.name is distinct from to_jsonb(after) -> field.name;
$$;
comment on function credits.list_changed_fields(credits.policy_versions, credits.policy_versions) is
  'The fields that differ between two versions, in the order of the form.';
