-- Two schemas: public is what clients may read or call, private is everything behind it. Nothing is granted
-- by default, neither by Postgres (execute to public) nor by older project settings (everything to the API
-- roles): each migration grants what it means to, right beside what it makes.

create schema private;
comment on schema private is
  'Internals. Never exposed through the API; the API roles may only reach what a policy or an invoker '
  'function needs.';
grant usage on schema private to anon, authenticated, service_role;

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;
