-- A writing interaction is stored before Discord gets its acknowledgement, so it is completed even if the
-- process ends right after.

create table platform.interactions (
  id text primary key check (id ~ '^[0-9]{15,21}$'),
  command text not null,
  discord_user_id text not null,
  received_at timestamptz not null default now(),
  response jsonb,
  outcome text,
  duration_ms int,
  finished_at timestamptz,
  payload jsonb
);
comment on table platform.interactions is
  'One row is one Discord interaction by its id: the command log, and the stored answer for repeated deliveries.';
comment on column platform.interactions.response is 'The first answer; kept for a day, then cleared.';
comment on column platform.interactions.outcome is 'done, refused, failed or limited; null while it runs.';
comment on column platform.interactions.payload is
  'What is needed to complete it, while it is open and changes something; cleared at the end because it contains '
  'Discord''s token.';
create index interactions_received_at_idx on platform.interactions (received_at);
create index interactions_unfinished_idx on platform.interactions (received_at)
  where finished_at is null and payload is not null;

alter table platform.interactions enable row level security;

-- Interactions are counted where they are stored: one round trip, and one limit for HTTP and gateway.
create function public.begin_interaction(
  interaction_id text, command text, discord_user_id text, payload jsonb default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  known jsonb;
  verdict jsonb;
  is_allowed boolean;
begin
  -- A repeated delivery is not counted again.
  select jsonb_build_object('first', false, 'response', interactions.response,
    'retry_at', case when interactions.outcome = 'limited' then now() end)
  into known
  from platform.interactions where interactions.id = begin_interaction.interaction_id;
  if known is not null then
    return known;
  end if;
  verdict := platform.take_attempt('interaction', begin_interaction.discord_user_id);
  is_allowed := (verdict ->> 'allowed')::boolean;
  -- A rate-limited interaction is finished at once: it is never completed later.
  insert into platform.interactions (id, command, discord_user_id, payload, outcome, finished_at)
  values (
    begin_interaction.interaction_id, left(begin_interaction.command, 120), begin_interaction.discord_user_id,
    case when is_allowed then begin_interaction.payload end,
    case when not is_allowed then 'limited' end, case when not is_allowed then now() end)
  on conflict (id) do nothing;
  if found then
    return jsonb_build_object('first', true, 'response', null,
      'retry_at', case when not is_allowed then verdict ->> 'retry_at' end);
  end if;
  return (
    select jsonb_build_object('first', false, 'response', interactions.response, 'retry_at', null)
    from platform.interactions where interactions.id = begin_interaction.interaction_id);
end;
$$;
comment on function public.begin_interaction(text, text, text, jsonb) is
  '{first, response, retry_at}: first is true exactly once per interaction id; response is the first answer, if '
  'there is one; retry_at is set if this person is rate-limited and nothing must be done. With a payload the '
  'interaction is completed later if nobody finishes it.';
grant execute on function public.begin_interaction(text, text, text, jsonb) to service_role;

create function public.finish_interaction(
  interaction_id text, response jsonb, outcome text, duration_ms int)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update platform.interactions
  set response = finish_interaction.response, outcome = finish_interaction.outcome,
    duration_ms = finish_interaction.duration_ms, finished_at = now(), payload = null
  where interactions.id = finish_interaction.interaction_id and interactions.finished_at is null;
$$;
comment on function public.finish_interaction(text, jsonb, text, int) is
  'Stores the answer of an interaction; the first one stays.';
grant execute on function public.finish_interaction(text, jsonb, text, int) to service_role;

create function public.list_unfinished_interactions(max_rows int default 50)
returns table (id text, payload jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update platform.interactions set outcome = 'failed', finished_at = now(), payload = null
  where interactions.finished_at is null and interactions.payload is not null
    and interactions.received_at < now() - interval '15 minutes';
  return query
    select interactions.id, interactions.payload
    from platform.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
    order by interactions.received_at
    limit least(greatest(max_rows, 1), 200);
end;
$$;
comment on function public.list_unfinished_interactions(int) is
  'Writing interactions that were not finished within 8 seconds, oldest first. Those older than 15 minutes are '
  'abandoned: Discord accepts no answer any more, and a late effect would surprise.';
grant execute on function public.list_unfinished_interactions(int) to service_role;

create function platform.sweep_interactions()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from platform.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
  ) or exists (
    select from platform.outbox where outbox.sent_at is null and outbox.name = 'discord/interactions.unfinished'
  ) then
    return false;
  end if;
  perform platform.emit_event('discord/interactions.unfinished', '{}');
  return true;
end;
$$;
comment on function platform.sweep_interactions() is
  'Requests the completion of unfinished interactions, unless that was already requested; costs one index lookup '
  'if there are none.';
