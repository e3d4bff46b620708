-- What a hosted Supabase project has before its first migration: roles, schemas, owners and grants. Run once
-- by the superuser supabase_admin. Migrations then run as `postgres`, which is not a superuser, so a
-- statement that hosted Supabase would refuse is refused here too.

create role postgres login createdb createrole replication bypassrls password 'postgres';
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
-- Without a password nobody can connect as these two; processes with their rights use set role.
create role authenticator login noinherit;
create role supabase_auth_admin login noinherit createrole;
create role supabase_realtime_admin nologin noinherit;
create role dashboard_user nologin createdb createrole replication;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;
grant supabase_realtime_admin to supabase_admin;
-- Hosted Supabase allows it too, because restores load historical rows.
grant set on parameter session_replication_role to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';

alter database postgres owner to postgres;

alter schema public owner to postgres;
grant usage on schema public to anon, authenticated, service_role;

create schema extensions authorization supabase_admin;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to postgres;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;

create schema auth authorization supabase_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres, supabase_auth_admin;
alter default privileges for role supabase_admin in schema auth
  grant select, insert, update, delete, references, trigger on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema auth
  grant all on tables to supabase_auth_admin;
alter default privileges for role supabase_admin in schema auth
  grant all on sequences to postgres, supabase_auth_admin;

create schema realtime authorization supabase_admin;
grant usage on schema realtime to anon, authenticated, service_role;
grant usage on schema realtime to postgres with grant option;

create schema vault authorization supabase_admin;
grant usage on schema vault to postgres, service_role;
create extension supabase_vault with schema vault;

-- The migration history belongs to the role that runs migrations.
create schema supabase_migrations authorization postgres;
