-- public is what clients may read or call; each area keeps its internals in a separate schema. Nothing is
-- granted by default, neither by Postgres (execute to public) nor by older project settings (everything to
-- the API roles): each file grants explicitly, right next to what it creates.

create schema platform;
comment on schema platform is
  'Internals of every area: refusals, presentable text, outbox, audit, limits, commands, interactions. Never '
  'exposed through the API; the API roles may only use what a policy or an invoker function needs.';
grant usage on schema platform to anon, authenticated, service_role;

create schema identity;
comment on schema identity is
  'Internals of players, accounts, Discord links and sessions. Never exposed through the API; the API roles may '
  'only use what a policy or an invoker function needs, the auth service its hooks.';
grant usage on schema identity to anon, authenticated, service_role, supabase_auth_admin;

create schema integrations;
comment on schema integrations is 
  'Internals of API keys. Never exposed through the API, and closed to the API roles.';

create schema leaderboard;
comment on schema leaderboard is
  'Internals of rules, events, boards, periods, standings and tiers. Never exposed through the API, and closed to '
  'the API roles.';

create schema credits;
comment on schema credits is
  'Internals of the ledger, requests and decisions. Never exposed through the API; signed-in players and the '
  'service may only use what an invoker function needs.';
grant usage on schema credits to authenticated, service_role;

create schema roles;
comment on schema roles is
  'Internals of Discord servers and the roles of their members. Never exposed through the API, and closed to the '
  'API roles.';

grant usage on schema public to supabase_auth_admin;

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;
create extension if not exists unaccent with schema extensions;
