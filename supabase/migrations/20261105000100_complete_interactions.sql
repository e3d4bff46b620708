-- An interaction that changes something is written down before Discord gets its acknowledgement, so that it is
-- completed even when the process ends right after.

alter table private.interactions add column payload jsonb;
comment on column private.interactions.payload is
  'What is needed to complete it, while it is open and changes something; cleared at the end, for it holds Discord''s token.';
create index interactions_unfinished_idx on private.interactions (received_at)
  where finished_at is null and payload is not null;

drop function public.begin_interaction(text, text, text);
create function public.begin_interaction(
  interaction_id text, command text, discord_user_id text, payload jsonb default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.interactions (id, command, discord_user_id, payload)
  values (
    begin_interaction.interaction_id, left(begin_interaction.command, 120), begin_interaction.discord_user_id,
    begin_interaction.payload)
  on conflict (id) do nothing;
  if found then
    return '{"first": true, "response": null}';
  end if;
  return (
    select jsonb_build_object('first', false, 'response', interactions.response)
    from private.interactions where interactions.id = begin_interaction.interaction_id);
end;
$$;
comment on function public.begin_interaction(text, text, text, jsonb) is
  '{first, response}: first is true exactly once per interaction id; response is the first answer when there is one yet. '
  'With a payload the interaction is completed later if nobody finishes it.';
grant execute on function public.begin_interaction(text, text, text, jsonb) to service_role;

create or replace function public.finish_interaction(
  interaction_id text, response jsonb, outcome text, duration_ms int)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update private.interactions
  set response = finish_interaction.response, outcome = finish_interaction.outcome,
    duration_ms = finish_interaction.duration_ms, finished_at = now(), payload = null
  where interactions.id = finish_interaction.interaction_id and interactions.finished_at is null;
$$;

create function public.list_unfinished_interactions(max_rows int default 50)
returns table (id text, payload jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update private.interactions set outcome = 'failed', finished_at = now(), payload = null
  where interactions.finished_at is null and interactions.payload is not null
    and interactions.received_at < now() - interval '15 minutes';
  return query
    select interactions.id, interactions.payload
    from private.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
    order by interactions.received_at
    limit least(greatest(max_rows, 1), 200);
end;
$$;
comment on function public.list_unfinished_interactions(int) is
  'Interactions that change something and that nobody finished in 8 seconds, oldest first. Those older than 15 minutes are '
  'given up: Discord takes no answer any more, and a late effect would surprise.';
grant execute on function public.list_unfinished_interactions(int) to service_role;

create function private.sweep_interactions()
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from private.interactions
    where interactions.finished_at is null and interactions.payload is not null
      and interactions.received_at < now() - interval '8 seconds'
  ) or exists (
    select from private.outbox where outbox.sent_at is null and outbox.name = 'discord/interactions.unfinished'
  ) then
    return false;
  end if;
  perform private.emit_event('discord/interactions.unfinished', '{}');
  return true;
end;
$$;
comment on function private.sweep_interactions() is
  'Asks for the completion of interactions that nobody finished, unless that was asked already; costs one index look-up when '
  'there are none.';
select cron.schedule('sweep-interactions', '5 seconds', 'select private.sweep_interactions()');
