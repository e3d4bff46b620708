-- A manager names another player who decides in their place for a while. The delegate acts for the manager: what
-- the manager may not decide, the delegate may not either, and both together count as one approver.

create table credits.delegations (
  id uuid primary key default gen_random_uuid(),
  manager_id uuid not null references public.profiles (id),
  delegate_id uuid not null references public.profiles (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid references public.profiles (id),
  ended_at timestamptz,
  constraint delegations_people_check check (manager_id <> delegate_id),
  constraint delegations_span_check check (ends_at > starts_at and ends_at <= starts_at + interval '366 days')
);
comment on table credits.delegations is
  'One row is one span in which a player may decide requests in place of a manager. Whether both still may is '
  'checked at each decision.';
comment on column credits.delegations.ended_at is 'When it was ended early; null if it was not.';
create index delegations_manager_id_idx on credits.delegations (manager_id);
create index delegations_delegate_id_idx on credits.delegations (delegate_id, ends_at);
create index delegations_created_by_idx on credits.delegations (created_by);

alter table credits.delegations enable row level security;

create trigger on_delegation_check_times before insert on credits.delegations
  for each row execute function platform.check_shown_times('starts_at', 'ends_at');

create function credits.is_delegate(player uuid)
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select exists (
    select from credits.delegations as delegation
    where delegation.delegate_id = is_delegate.player and delegation.ended_at is null
      and delegation.starts_at <= clock_timestamp() and delegation.ends_at > clock_timestamp()
      and identity.has_role(delegation.manager_id, 'manager'))
    and exists (select from public.profiles where profiles.id = is_delegate.player and profiles.left_at is null);
$$;
comment on function credits.is_delegate(uuid) is
  'Whether the player may decide in place of a manager now.';

create function credits.is_own_delegate()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select credits.is_delegate(identity.current_player_id());
$$;
comment on function credits.is_own_delegate() is
  'Whether the signed-in player may decide in place of a manager now. For policies.';
grant execute on function credits.is_own_delegate() to anon, authenticated, service_role;

create function credits.describe_delegation(delegation credits.delegations)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', delegation.id, 'manager_id', delegation.manager_id, 'manager_name', manager.display_name,
    'manager_username', manager.username, 'delegate_id', delegation.delegate_id,
    'delegate_name', delegate.display_name, 'delegate_username', delegate.username,
    'starts_at', delegation.starts_at, 'ends_at', delegation.ends_at, 'ended_at', delegation.ended_at)
  from public.profiles as manager, public.profiles as delegate
  where manager.id = delegation.manager_id and delegate.id = delegation.delegate_id;
$$;
comment on function credits.describe_delegation(credits.delegations) is 'A delegation with the names of both players.';

create function public.delegate_decisions(
  delegate_id uuid, starts_at timestamptz, ends_at timestamptz, manager_id uuid default null,
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  named uuid := coalesce(delegate_decisions.manager_id, actor);
  made credits.delegations;
begin
  if not identity.has_role(actor, case when named = actor then 'manager' else 'admin' end) then
    perform platform.refuse(403, 'manager_only', 'Only managers can name a delegate, each for themselves.',
      'Ask an admin.');
  end if;
  if not identity.has_role(named, 'manager') then
    perform platform.refuse(400, 'delegate_invalid', 'This player decides no requests.', 'Choose a manager.');
  end if;
  if named = delegate_id or not exists (
    select from public.profiles where profiles.id = delegate_decisions.delegate_id and profiles.left_at is null) then
    perform platform.refuse(400, 'delegate_invalid', 'This player cannot be the delegate.',
      'Choose another player who is still here.');
  end if;
  if ends_at <= clock_timestamp() or ends_at <= starts_at or ends_at > starts_at + interval '366 days' then
    perform platform.refuse(400, 'delegation_dates_invalid',
      'A delegation ends after it starts, in the future, and lasts at most a year.', 'Change the dates.');
  end if;
  insert into credits.delegations (manager_id, delegate_id, starts_at, ends_at, created_by)
  values (named, delegate_decisions.delegate_id, delegate_decisions.starts_at, delegate_decisions.ends_at, actor)
  returning * into made;
  perform platform.record_audit('credit_delegation.created', 'credit_delegation', made.id::text, null,
    to_jsonb(made), actor, platform.resolve_source(source));
  return credits.describe_delegation(made);
end;
$$;
comment on function public.delegate_decisions(uuid, timestamptz, timestamptz, uuid, uuid, text) is
  'Names the player who decides requests in place of the caller, or, by an admin, of another manager; audited. '
  'Whether both may is checked at each decision. Definer: nobody may write the table directly.';
grant execute on function public.delegate_decisions(uuid, timestamptz, timestamptz, uuid, uuid, text)
  to authenticated, service_role;

create function public.end_delegation(
  delegation_id uuid, acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  found_row credits.delegations;
begin
  select * into found_row from credits.delegations
  where delegations.id = end_delegation.delegation_id
    and (actor in (delegations.manager_id, delegations.delegate_id) or identity.has_role(actor, 'admin'))
  for update;
  if found_row.id is null then
    perform platform.refuse(404, 'delegation_not_found', 'You have no such delegation.', 'Open the list.');
  end if;
  if found_row.ended_at is null then
    update credits.delegations set ended_at = clock_timestamp() where delegations.id = found_row.id
    returning * into found_row;
    perform platform.record_audit('credit_delegation.ended', 'credit_delegation', found_row.id::text, null,
      to_jsonb(found_row), actor, platform.resolve_source(source));
  end if;
  return credits.describe_delegation(found_row);
end;
$$;
comment on function public.end_delegation(uuid, uuid, text) is
  'Ends a delegation at once, by the manager, the delegate or an admin; audited. Definer: nobody may write the '
  'table directly.';
grant execute on function public.end_delegation(uuid, uuid, text) to authenticated, service_role;

create function public.list_delegations()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not platform.is_service() and not identity.is_manager() then
    perform platform.refuse(403, 'manager_only', 'Only managers can see delegations.', 'Ask a manager.');
  end if;
  return (
    select coalesce(jsonb_agg(credits.describe_delegation(delegation)
      order by delegation.starts_at, delegation.id), '[]')
    from credits.delegations as delegation
    where delegation.ended_at is null and delegation.ends_at > now());
end;
$$;
comment on function public.list_delegations() is
  'The delegations that run or are planned, by start. Managers and the service only. Definer: reads an internal '
  'table.';
grant execute on function public.list_delegations() to authenticated, service_role;
