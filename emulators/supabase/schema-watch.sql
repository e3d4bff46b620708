-- Notifies /rest/v1 of schema changes, as hosted Supabase does. Runs as supabase_admin; idempotent.

create schema if not exists extensions authorization supabase_admin;

create or replace function extensions.announce_schema_change() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_notify('pgrst', 'reload schema');
end
$$;
comment on function extensions.announce_schema_change() is 'Asks the REST server to read the schema again.';

drop event trigger if exists on_ddl_reload_schema;
create event trigger on_ddl_reload_schema on ddl_command_end execute function extensions.announce_schema_change();
drop event trigger if exists on_drop_reload_schema;
create event trigger on_drop_reload_schema on sql_drop execute function extensions.announce_schema_change();
