-- Idempotency of commands: the first result under a key is final.

create table platform.command_results (
  command text not null,
  actor_id uuid not null,
  idempotency_key text not null,
  arguments jsonb not null,
  result jsonb,
  created_at timestamptz not null default now(),
  primary key (command, actor_id, idempotency_key)
);
comment on table platform.command_results is
  'One row is one command that an actor ran under an idempotency key, with its result. Keys are scoped to the actor.';
comment on column platform.command_results.actor_id is
  'The acting player; the nil UUID when the service acts for nobody.';
comment on column platform.command_results.arguments is
  'The arguments of the first call: a key belongs to one intention.';
create index command_results_created_at_idx on platform.command_results (created_at);

alter table platform.command_results enable row level security;

create function platform.begin_command(command text, actor uuid, idempotency_key text, arguments jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  own_actor uuid := coalesce(begin_command.actor, '00000000-0000-0000-0000-000000000000');
  first platform.command_results;
begin
  if begin_command.idempotency_key is null
    or char_length(begin_command.idempotency_key) not between 1 and 200 then
    perform platform.refuse(400, 'idempotency_key_invalid',
      'The idempotency key must have 1 to 200 characters.',
      'Send a new random key with each new intention and the same key when you repeat it.');
  end if;
  -- A second call with the same key waits here until the first has ended.
  insert into platform.command_results (command, actor_id, idempotency_key, arguments)
  values (begin_command.command, own_actor, begin_command.idempotency_key, begin_command.arguments)
  on conflict do nothing;
  if found then
    return null;
  end if;
  select * into first from platform.command_results
  where command_results.command = begin_command.command
    and command_results.actor_id = own_actor
    and command_results.idempotency_key = begin_command.idempotency_key;
  if first.arguments is distinct from begin_command.arguments then
    perform platform.refuse(409, 'idempotency_key_reused', 'This idempotency key was used for something else.',
      'Send a new key.');
  end if;
  return first.result || '{"replayed": true}';
end;
$$;
comment on function platform.begin_command(text, uuid, text, jsonb) is
  'Null if the command must run now; else the first result with replayed = true. Without an actor: the service '
  'itself, which separates its callers'' keys. Refuses DS400 for an invalid key and DS409 for a key that was used '
  'with other arguments. Follow with finish_command in the same transaction.';

create function platform.finish_command(command text, actor uuid, idempotency_key text, result jsonb)
returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  update platform.command_results
  set result = finish_command.result || '{"replayed": false}'
  where command_results.command = finish_command.command
    and command_results.actor_id = coalesce(finish_command.actor, '00000000-0000-0000-0000-000000000000')
    and command_results.idempotency_key = finish_command.idempotency_key
  returning command_results.result;
$$;
comment on function platform.finish_command(text, uuid, text, jsonb) is
  'Stores the result (a json object) of the command begun with the same key and returns it with replayed = false; '
  'null if none was begun.';
