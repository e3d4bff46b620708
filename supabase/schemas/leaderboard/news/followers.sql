-- Players who are notified about their own rank: they linked a Discord account, or subscribed.

create table leaderboard.rank_subscriptions (
  player_id uuid primary key references public.profiles (id),
  subscribed_at timestamptz not null default now()
);
comment on table leaderboard.rank_subscriptions is
  'Players without a linked Discord account who want events about their own position; linked players always get '
  'them.';

alter table leaderboard.rank_subscriptions enable row level security;

create view leaderboard.followed_players as
  select links.player_id from public.discord_links as links
  union
  select subscriptions.player_id from leaderboard.rank_subscriptions as subscriptions;
comment on view leaderboard.followed_players is
  'Followers: players who are linked to Discord, or subscribed.';

create table leaderboard.watched_positions (
  period_id bigint not null references leaderboard.board_periods (id),
  player_id uuid not null references public.profiles (id),
  position bigint not null,
  told_position bigint not null,
  order_key bytea not null,
  primary key (period_id, player_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
comment on table leaderboard.watched_positions is
  'One row is the last published position of a linked or subscribed player.';
comment on column leaderboard.watched_positions.told_position is
  'The last announced position, from which the next rank.changed starts: many small shifts add up to one '
  'announcement.';
create index watched_positions_player_id_idx on leaderboard.watched_positions (player_id);

alter table leaderboard.watched_positions enable row level security;

create function public.follow_own_rank(follow boolean, acting_player_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(follow_own_rank.acting_player_id);
begin
  if follow_own_rank.follow is null then
    perform platform.refuse(400, 'invalid_follow', 'Follow is true or false.', 'Send one of them.');
  elsif follow_own_rank.follow then
    insert into leaderboard.rank_subscriptions (player_id) values (actor) on conflict do nothing;
  else
    delete from leaderboard.rank_subscriptions as subscriptions where subscriptions.player_id = actor;
  end if;
  return jsonb_build_object('player_id', actor, 'follows_rank', follow_own_rank.follow);
end;
$$;
comment on function public.follow_own_rank(boolean, uuid) is
  'Subscribes the caller''s player to events about their own rank, or ends it, from the next refresh on. '
  'Idempotent. Linked players get the events anyway. Definer: the table is closed; writes only the caller''s row.';
grant execute on function public.follow_own_rank(boolean, uuid) to authenticated, service_role;
