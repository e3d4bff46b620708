create function credits.refuse_stale(what text, changed_by uuid, changed_at timestamptz)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  -- Isolated, so a right-to-left name does not reverse the sentence.
  perform platform.refuse(409, 'policy_changed',
    format(E'%s changed %s on %s at %s (UTC).',
      coalesce(
        E'\u2068' || (select profiles.display_name from public.profiles where profiles.id = changed_by) || E'\u2069',
        'The service'),
      what, to_char(changed_at at time zone 'UTC', 'FMDD FMMonth YYYY'),
      to_char(changed_at at time zone 'UTC', 'HH24:MI')),
    'Reload, look at what changed, and make your change again.');
end;
$$;
comment on function credits.refuse_stale(text, uuid, timestamptz) is
  'Refuses DS409 policy_changed a change of a version that is no longer the newest, naming who was faster.';

create function credits.propose_policy(credit_type text, group_id uuid, changes jsonb, at timestamptz)
returns credits.policy_versions
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  before credits.policy_versions := credits.policy_at(credit_type, group_id, at);
  after credits.policy_versions;
  unknown_field text;
begin
  if not credits.is_credit_type(propose_policy.credit_type) then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if propose_policy.group_id is not null and not exists (
    select from credits.player_groups where player_groups.id = propose_policy.group_id) then
    perform platform.refuse(404, 'group_not_found', 'There is no such group.', 'Open the list of groups.');
  end if;
  select field.name into unknown_field from jsonb_object_keys(changes) as field (name)
  where field.name <> all (credits.list_policy_fields()) limit 1;
  if unknown_field is not null then
    perform platform.refuse(400, 'policy_invalid', format('A policy has no %s.', unknown_field),
      'Send only fields of a policy.');
  end if;
  -- A group starts with what applies to everybody, and again after its policy was removed.
  if before.id is null or (before.is_removed and not coalesce((changes ->> 'is_removed')::boolean, false)) then
    before := credits.policy_at(propose_policy.credit_type, null, propose_policy.at);
  end if;
  after := jsonb_populate_record(before, propose_policy.changes);
  after.credit_type := propose_policy.credit_type;
  after.group_id := propose_policy.group_id;
  after.effective_from := propose_policy.at;
  return after;
exception when data_exception then
  perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
    'Use positive whole numbers.');
end;
$$;
comment on function credits.propose_policy(text, uuid, jsonb, timestamptz) is
  'The policy with the changes applied, as it would begin at a moment. Refuses DS400 fields and values that none '
  'can have, and DS404 an unknown type or group. Stores nothing.';

create function credits.store_policy(proposed credits.policy_versions)
returns credits.policy_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  stored credits.policy_versions;
begin
  insert into credits.policy_versions (
    credit_type, group_id, version, effective_from, created_by, source, is_removed, request_amount_max,
    day_amount_max, period_days, period_amount_max, pending_count_max, auto_approval_max, second_approval_above,
    web_only_above, reject_comment_required, remind_after_hours, escalate_after_hours, escalate_to_role,
    escalate_to_player, expire_after_hours, budget_amount, budget_period, grant_valid_days)
  values (
    proposed.credit_type, proposed.group_id, proposed.version, proposed.effective_from, proposed.created_by,
    proposed.source, proposed.is_removed, proposed.request_amount_max, proposed.day_amount_max,
    proposed.period_days, proposed.period_amount_max, proposed.pending_count_max, proposed.auto_approval_max,
    proposed.second_approval_above, proposed.web_only_above, proposed.reject_comment_required,
    proposed.remind_after_hours, proposed.escalate_after_hours, proposed.escalate_to_role,
    proposed.escalate_to_player, proposed.expire_after_hours, proposed.budget_amount, proposed.budget_period,
    proposed.grant_valid_days)
  returning * into stored;
  return stored;
exception when integrity_constraint_violation then
  perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
    'Use positive whole numbers. A day and a period allow at least one request of the largest amount, a budget '
    'has an amount and a period, and an escalation has hours and one role or person.');
end;
$$;
comment on function credits.store_policy(credits.policy_versions) is
  'Stores a version and returns it; refuses DS400 values that contradict each other.';

create function public.update_credit_policy(
  credit_type text, changes jsonb, base_version int, group_id uuid default null,
  effective_from timestamptz default null, idempotency_key text default null, acting_player_id uuid default null,
  source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_admin(acting_player_id, 'Only an admin can change a credit policy.');
  replay jsonb;
  last credits.policy_versions;
  before credits.policy_versions;
  proposed credits.policy_versions;
  result jsonb;
begin
  if update_credit_policy.idempotency_key is not null then
    replay := platform.begin_command('update_credit_policy', actor, update_credit_policy.idempotency_key,
      jsonb_build_object('credit_type', credit_type, 'group_id', update_credit_policy.group_id, 'changes', changes,
        'effective_from', update_credit_policy.effective_from));
    if replay is not null then
      return replay;
    end if;
  end if;
  perform credits.change_policies();
  proposed := credits.propose_policy(update_credit_policy.credit_type, update_credit_policy.group_id,
    update_credit_policy.changes, credits.resolve_start(update_credit_policy.effective_from));
  select * into last from credits.policy_versions as version
  where version.credit_type = proposed.credit_type and version.group_id is not distinct from proposed.group_id
  order by version.version desc limit 1;
  if coalesce(last.version, 0) is distinct from base_version then
    perform credits.refuse_stale('this policy', last.created_by, last.created_at);
  end if;
  before := credits.policy_at(proposed.credit_type, proposed.group_id, proposed.effective_from);
  if before.id is not null and cardinality(credits.list_changed_fields(before, proposed)) = 0 then
    perform platform.refuse(409, 'policy_unchanged', 'The policy already has these values.', 'Change a value.');
  end if;
  proposed.version := coalesce(last.version, 0) + 1;
  proposed.created_by := actor;
  proposed.source := platform.resolve_source(update_credit_policy.source);
  proposed := credits.store_policy(proposed);
  perform platform.record_audit('credit_policy.changed', 'credit_policy',
    concat_ws(':', proposed.credit_type, proposed.group_id),
    case when before.id is not null then to_jsonb(before) end, to_jsonb(proposed), actor, proposed.source);
  result := credits.describe_policy(proposed);
  return coalesce(
    platform.finish_command('update_credit_policy', actor, update_credit_policy.idempotency_key, result), result);
end;
$$;
comment on function public.update_credit_policy(text, jsonb, int, uuid, timestamptz, text, uuid, text) is
  'Adds a version of a policy with the given fields changed, effective now or later, and returns it. The changes '
  'apply to the version in force at that moment; versions planned for later stay as they are. Refuses DS409 '
  'policy_changed, with who changed it, unless base_version is the newest version (0 for a group without a '
  'policy). Admins only, audited. Definer: nobody may write the table directly.';
grant execute on function public.update_credit_policy(text, jsonb, int, uuid, timestamptz, text, uuid, text)
  to authenticated, service_role;
