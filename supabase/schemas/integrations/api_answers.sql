create table integrations.api_answers (
  api_key_id uuid not null references integrations.api_keys (id),
  idempotency_key text not null check (char_length(idempotency_key) between 1 and 200),
  request_hash text not null,
  status int,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (api_key_id, idempotency_key)
);
comment on table integrations.api_answers is
  'One row is the first response to an API key''s Idempotency-Key; kept for a day.';
comment on column integrations.api_answers.request_hash is 'SHA-256 of the request: a key belongs to one request.';
create index api_answers_created_at_idx on integrations.api_answers (created_at);

alter table integrations.api_answers enable row level security;

create function public.recall_api_answer(api_key_id uuid, idempotency_key text, request_hash text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  known integrations.api_answers;
begin
  delete from integrations.api_answers as old
  where old.api_key_id = recall_api_answer.api_key_id
    and old.idempotency_key = recall_api_answer.idempotency_key
    and old.created_at < now() - interval '24 hours';
  insert into integrations.api_answers (api_key_id, idempotency_key, request_hash)
  values (recall_api_answer.api_key_id, recall_api_answer.idempotency_key, recall_api_answer.request_hash)
  on conflict do nothing;
  select * into known from integrations.api_answers
  where api_answers.api_key_id = recall_api_answer.api_key_id
    and api_answers.idempotency_key = recall_api_answer.idempotency_key;
  if known.request_hash <> recall_api_answer.request_hash then
    perform platform.refuse(409, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.',
      'Send a new random key with each new request, and reuse a key only to repeat it unchanged.');
  end if;
  return case when known.status is not null then jsonb_build_object('status', known.status, 'body', known.body) end;
end;
$$;
comment on function public.recall_api_answer(uuid, text, text) is
  'The first response {status, body} for a key; null if there is none yet and the request is to be served. '
  'Refuses DS409 if the key was used for another request.';
grant execute on function public.recall_api_answer(uuid, text, text) to service_role;

create function public.keep_api_answer(api_key_id uuid, idempotency_key text, status int, body jsonb)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update integrations.api_answers as answer
  set status = keep_api_answer.status, body = keep_api_answer.body
  where answer.api_key_id = keep_api_answer.api_key_id
    and answer.idempotency_key = keep_api_answer.idempotency_key
    and answer.status is null;
$$;
comment on function public.keep_api_answer(uuid, text, int, jsonb) is 
  'Stores the response for a key; the first one stays.';
grant execute on function public.keep_api_answer(uuid, text, int, jsonb) to service_role;
