create table private.interactions (
  id text primary key check (id ~ '^[0-9]{15,21}$'),
  command text not null,
  discord_user_id text not null,
  received_at timestamptz not null default now(),
  response jsonb,
  outcome text,
  duration_ms int,
  finished_at timestamptz
);
comment on table private.interactions is
  'One row is one Discord interaction by its id: the command log, and the memory that answers a repeated '
  'one.';
comment on column private.interactions.response is 'The first answer; kept a day, then cleared.';
comment on column private.interactions.outcome is 'done, refused or failed; null while it runs.';
create index interactions_received_at_idx on private.interactions (received_at);
alter table private.interactions enable row level security;

create function public.begin_interaction(interaction_id text, command text, discord_user_id text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.interactions (id, command, discord_user_id)
  values (begin_interaction.interaction_id, left(begin_interaction.command, 120),
    begin_interaction.discord_user_id)
  on conflict (id) do nothing;
  if found then
    return '{"first": true, "response": null}';
  end if;
  return (
    select jsonb_build_object('first', false, 'response', interactions.response)
    from private.interactions where interactions.id = begin_interaction.interaction_id);
end;
$$;
comment on function public.begin_interaction(text, text, text) is
  '{first, response}: first is true exactly once per interaction id; response is the first answer when '
  'there is one yet.';
grant execute on function public.begin_interaction(text, text, text) to service_role;

create function public.finish_interaction(interaction_id text, response jsonb, outcome text, duration_ms int)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update private.interactions
  set response = finish_interaction.response, outcome = finish_interaction.outcome,
    duration_ms = finish_interaction.duration_ms, finished_at = now()
  where interactions.id = finish_interaction.interaction_id and interactions.finished_at is null;
$$;
comment on function public.finish_interaction(text, jsonb, text, int) is
  'Keeps the answer of an interaction; the first one stays.';
grant execute on function public.finish_interaction(text, jsonb, text, int) to service_role;
