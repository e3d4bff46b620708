-- The record of players' actions: append-only, the only source of every score.

create table public.score_events (
  id bigint generated always as identity primary key,
  source text not null collate "C" check (char_length(source) between 1 and 64),
  external_id text not null collate "C" check (char_length(external_id) between 1 and 200),
  player_id uuid not null,
  metric text not null,
  units numeric not null,
  points bigint not null,
  rule_id bigint not null,
  occurred_at timestamptz not null,
  counts_at timestamptz not null,
  voids_id bigint references public.score_events (id),
  received_at timestamptz not null default now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  unique (source, external_id)
);
comment on table public.score_events is
  'One row is one action of a player, or the void of one. Append-only: a mistake is voided by a new row.';
comment on column public.score_events.external_id is
  'The sender''s own id; the same id from the same source counts once.';
comment on column public.score_events.player_id is
  'A player, looked up by intake. No foreign key: it would lock, and therefore write, a row of profiles per '
  'event. Players are never deleted.';
comment on column public.score_events.points is
  'Points under the rule in force at occurred_at; negated in a void.';
comment on column public.score_events.rule_id is
  'The rule that determined the points. No foreign key: every sender would lock the same few rows of a table that '
  'only grows.';
comment on column public.score_events.counts_at is
  'The moment that determines the period: occurred_at, or for a void that of the voided event.';
comment on column public.score_events.voids_id is
  'The event that this one cancels; each event can be voided once.';
comment on column public.score_events.transaction_id is
  'The writing transaction: a refresh applies exactly the rows that are in its own snapshot but not in the '
  'previous one.';
create unique index score_events_voids_id_idx on public.score_events (voids_id) where voids_id is not null;
create index score_events_transaction_id_idx on public.score_events (transaction_id);
create index score_events_player_id_idx on public.score_events (player_id, occurred_at desc);
create index score_events_counts_at_idx on public.score_events using brin (counts_at);

alter table public.score_events enable row level security;
grant select (id, source, external_id, player_id, metric, units, points, rule_id, occurred_at, voids_id,
  received_at)
  on public.score_events to authenticated;
grant select on public.score_events to service_role;

create policy "Players read their own events, managers all"
  on public.score_events for select to authenticated
  using (player_id = (select identity.current_player_id()) or (select identity.is_manager()));

create trigger on_score_events_change_refuse
  before update or delete or truncate on public.score_events
  for each statement execute function platform.forbid_change();

create function leaderboard.keep_players()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform platform.refuse(403, 'player_kept', 'Players are never deleted, and keep their ids.',
    'Overwrite personal data and set left_at instead.');
  return null;
end;
$$;
comment on function leaderboard.keep_players() is
  'Trigger of profiles: references to a player, above all from score events, always resolve.';

create trigger on_profiles_delete_refuse
  before delete or truncate or update of id on public.profiles
  for each statement execute function leaderboard.keep_players();
