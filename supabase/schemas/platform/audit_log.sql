-- Who did what, when and from where: append-only, and hash-chained at commit so later changes are detected.

create table public.audit_log (
  id uuid primary key default gen_random_uuid(),
  occurred_at timestamptz not null default clock_timestamp(),
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  subject text not null,
  subject_id text,
  actor_id uuid,
  source text not null,
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'One row is one sensitive action. Append-only and without secrets.';
comment on column public.audit_log.action is 'Subject and past verb, for example credit_request.approved.';
comment on column public.audit_log.actor_id is
  'The player who acted, null for the system. No foreign key: the record outlives its subject.';
comment on column public.audit_log.source is
  'Where the action came from: web, discord, system, or api with the name of the key (api:<name>), which '
  'identifies the actor if no player acted.';
create index audit_log_occurred_at_idx on public.audit_log (occurred_at desc, id);
create index audit_log_subject_idx on public.audit_log (subject, subject_id, occurred_at desc);
create index audit_log_actor_idx on public.audit_log (actor_id, occurred_at desc);

alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated, service_role;

create policy "Admins read the audit log"
  on public.audit_log for select to authenticated
  using ((select identity.is_admin()));

create trigger on_audit_log_change_refuse
  before update or delete or truncate on public.audit_log
  for each statement execute function platform.forbid_change();

create table platform.audit_chain (
  position bigint primary key check (position > 0),
  audit_id uuid not null unique references public.audit_log (id),
  previous_hash text not null,
  hash text not null
);
comment on table platform.audit_chain is
  'One row seals one audit row: hash = sha256(previous hash, audit row). Positions have no gaps and follow commit '
  'order.';

alter table platform.audit_chain enable row level security;

create trigger on_audit_chain_change_refuse
  before update or delete or truncate on platform.audit_chain
  for each statement execute function platform.forbid_change();

create function platform.hash_audit_row(previous_hash text, entry public.audit_log)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(sha256(convert_to(
    previous_hash || jsonb_build_object(
      'id', entry.id,
      'occurred_at', to_char(entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
      'action', entry.action, 'subject', entry.subject, 'subject_id', entry.subject_id,
      'actor_id', entry.actor_id, 'source', entry.source, 'before', entry.before, 'after', entry.after
    )::text, 'utf8')), 'hex');
$$;
comment on function platform.hash_audit_row(text, public.audit_log) is
  'The seal of an audit row; the same in every session, whatever its time zone.';

create function platform.on_audit_insert_seal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  previous record;
begin
  perform pg_advisory_xact_lock(hashtextextended('platform.audit_chain', 0));
  select audit_chain.position, audit_chain.hash into previous
  from platform.audit_chain order by audit_chain.position desc limit 1;
  insert into platform.audit_chain (position, audit_id, previous_hash, hash)
  values (
    coalesce(previous.position, 0) + 1, new.id, coalesce(previous.hash, ''),
    platform.hash_audit_row(coalesce(previous.hash, ''), new));
  return null;
end;
$$;
comment on function platform.on_audit_insert_seal() is
  'Seals at commit: the chain''s lock is the last one a transaction takes, so it cannot cause a deadlock.';

create constraint trigger on_audit_insert_seal
  after insert on public.audit_log
  deferrable initially deferred
  for each row execute function platform.on_audit_insert_seal();

create function platform.redact_secrets(value jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  case jsonb_typeof(value)
    when 'object' then
      return (
        select coalesce(jsonb_object_agg(field.key, case
          when field.key ~* '(secret|token|password|cipher|key_hash|authorization)' then '"[redacted]"'::jsonb
          else platform.redact_secrets(field.value) end), '{}')
        from jsonb_each(value) as field);
    when 'array' then
      return (
        select coalesce(jsonb_agg(platform.redact_secrets(item.value) order by item.ordinality), '[]')
        from jsonb_array_elements(value) with ordinality as item);
    else
      return value;
  end case;
end;
$$;
comment on function platform.redact_secrets(jsonb) is
  'The same value with everything redacted that is named like a secret.';

create function platform.record_audit(
  action text, subject text, subject_id text, before jsonb, after jsonb, actor uuid, source text)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into public.audit_log (action, subject, subject_id, before, after, actor_id, source)
  values (
    record_audit.action, record_audit.subject, record_audit.subject_id,
    platform.redact_secrets(record_audit.before), platform.redact_secrets(record_audit.after),
    record_audit.actor, coalesce(record_audit.source, 'system'))
  returning id;
$$;
comment on function platform.record_audit(text, text, text, jsonb, jsonb, uuid, text) is
  'Writes one audit row in the caller''s transaction and returns its id; secrets are redacted.';

create function public.verify_audit_chain()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with sealed as (
    select chain.position, chain.previous_hash, chain.hash, log.id is not null as has_row,
      lag(chain.hash, 1, '') over (order by chain.position) as expected_previous_hash,
      row_number() over (order by chain.position) as expected_position,
      case when log.id is not null then platform.hash_audit_row(chain.previous_hash, log) end as expected_hash
    from platform.audit_chain as chain
    left join public.audit_log as log on log.id = chain.audit_id
  ),
  broken as (
    select sealed.position,
      case
        when sealed.position <> sealed.expected_position then 'seal_missing'
        when not sealed.has_row then 'row_missing'
        when sealed.previous_hash <> sealed.expected_previous_hash then 'chain_cut'
        else 'row_changed'
      end as reason
    from sealed
    where sealed.position <> sealed.expected_position or not sealed.has_row
      or sealed.previous_hash <> sealed.expected_previous_hash or sealed.hash <> sealed.expected_hash
    order by sealed.position limit 1
  ),
  unsealed as (
    select count(*) as row_count from public.audit_log as log
    where not exists (select from platform.audit_chain as chain where chain.audit_id = log.id)
  )
  select jsonb_build_object(
    'is_intact', not exists (select from broken) and unsealed.row_count = 0,
    'checked', (select count(*) from sealed),
    'first_broken_position', (select broken.position from broken),
    'reason', coalesce(
      (select broken.reason from broken), case when unsealed.row_count > 0 then 'row_unsealed' end),
    'head', (select sealed.hash from sealed order by sealed.position desc limit 1))
  from unsealed;
$$;
comment on function public.verify_audit_chain() is
  'Recomputes every seal: {is_intact, checked, first_broken_position, reason, head}. Detects each changed, '
  'removed or added row; a truncated tail shows when the head is compared with a copy stored elsewhere.';
grant execute on function public.verify_audit_chain() to service_role;
