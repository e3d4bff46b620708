-- Schema realtime as on hosted Supabase: what a project's policies, triggers and functions rely on. Runs as
-- supabase_admin and is idempotent.

create schema if not exists realtime authorization supabase_admin;
grant usage on schema realtime to postgres, anon, authenticated, service_role;

-- `postgres` creates the policies on messages, as a member of the role that owns the table.
grant supabase_realtime_admin to postgres;
grant usage, create on schema realtime to supabase_realtime_admin;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  primary key (id, inserted_at)
);
comment on table realtime.messages is 'One row per message sent from SQL; policies on it decide who may join and send.';

create index if not exists messages_inserted_at_idx on realtime.messages (inserted_at);
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;

-- Messages that the websocket server still has to deliver. The server deletes a row after delivery, so a
-- message whose transaction commits late is found whatever its number.
create table if not exists realtime.undelivered (
  seq bigint generated always as identity primary key,
  topic text not null,
  event text,
  payload jsonb,
  private boolean not null,
  message_id uuid not null
);
comment on table realtime.undelivered is 'Queue of messages that no subscriber has got yet, in the order of insertion.';
revoke all on realtime.undelivered from public;

create or replace function realtime.enqueue_message() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into realtime.undelivered (topic, event, payload, private, message_id)
  values (new.topic, new.event, new.payload, coalesce(new.private, false), new.id);
  perform pg_notify('realtime_messages', '');
  return null;
end
$$;
revoke all on function realtime.enqueue_message() from public;

create or replace trigger on_message_enqueue after insert on realtime.messages
for each row when (new.extension = 'broadcast') execute function realtime.enqueue_message();

create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;
comment on function realtime.topic() is 'The topic that is being joined, for use in policies on realtime.messages.';

create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    message_id,
    case when payload ? 'id' then payload else payload || jsonb_build_object('id', message_id) end,
    event, topic, private, 'broadcast'
  );
exception when others then
  raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is
  'Sends one message to a topic when the transaction commits. A failure is a warning and never fails the caller.';

create or replace function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name, topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
  'Called by a row trigger: sends what changed to a topic, with the row before and after.';

grant execute on function realtime.topic() to postgres, anon, authenticated, service_role;
grant execute on function realtime.send(jsonb, text, text, boolean) to postgres, anon, authenticated, service_role;
grant execute on function realtime.broadcast_changes(text, text, text, text, text, record, record, text)
to postgres, anon, authenticated, service_role;
