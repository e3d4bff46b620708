-- Interactions are counted where they are written down: one round trip, and one limit for HTTP and gateway.

create or replace function public.begin_interaction(
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
  from private.interactions where interactions.id = begin_interaction.interaction_id;
  if known is not null then
    return known;
  end if;
  verdict := private.take_attempt('interaction', begin_interaction.discord_user_id);
  is_allowed := (verdict ->> 'allowed')::boolean;
  -- What comes too often is over at once: it is never completed later.
  insert into private.interactions (id, command, discord_user_id, payload, outcome, finished_at)
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
    from private.interactions where interactions.id = begin_interaction.interaction_id);
end;
$$;
comment on function public.begin_interaction(text, text, text, jsonb) is
  '{first, response, retry_at}: first is true exactly once per interaction id; response is the first answer when there is '
  'one yet; retry_at is set when this person is too fast and nothing is to be done. With a payload the interaction is '
  'completed later if nobody finishes it.';
comment on column private.interactions.outcome is 'done, refused, failed or limited; null while it runs.';
