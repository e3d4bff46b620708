create table leaderboard.milestones (
  board_id bigint not null references public.boards (id),
  milestone text not null check (milestone ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind text not null check (kind in ('score', 'position')),
  threshold bigint not null check (threshold > 0),
  primary key (board_id, milestone)
);
comment on table leaderboard.milestones is
  'One row: reaching this score, or this position or better, is announced once.';

alter table leaderboard.milestones enable row level security;

create table leaderboard.reached_milestones (
  period_id bigint not null references leaderboard.board_periods (id),
  player_id uuid not null references public.profiles (id),
  milestone text not null,
  reached_at timestamptz not null default now(),
  primary key (period_id, player_id, milestone)
);
comment on table leaderboard.reached_milestones is
  'One row: the player was notified of this milestone in this period; never again.';
create index reached_milestones_player_id_idx on leaderboard.reached_milestones (player_id);

alter table leaderboard.reached_milestones enable row level security;

create function leaderboard.announce_milestones(board public.boards, period_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with reached as (
    insert into leaderboard.reached_milestones (period_id, player_id, milestone)
    select announce_milestones.period_id, ranks.player_id, milestones.milestone
    from pg_temp.refresh_ranks as ranks
    join leaderboard.milestones on milestones.board_id = board.id
    where ranks.position_after is not null
      and case milestones.kind
        when 'score' then ranks.score >= milestones.threshold and ranks.score_before < milestones.threshold
        else ranks.position_after <= milestones.threshold
          and coalesce(ranks.position_before > milestones.threshold, true)
      end
    on conflict do nothing
    returning reached_milestones.player_id, reached_milestones.milestone
  )
  insert into platform.outbox (name, data)
  select 'player/milestone.reached', jsonb_build_object(
    'player_id', reached.player_id, 'board', board.slug, 'milestone', reached.milestone,
    'value', case milestones.kind when 'score' then ranks.score else ranks.position_after end)
  from reached
  join leaderboard.milestones on milestones.board_id = board.id and milestones.milestone = reached.milestone
  join pg_temp.refresh_ranks as ranks on ranks.player_id = reached.player_id
  order by reached.player_id, milestones.threshold;
end;
$$;
comment on function leaderboard.announce_milestones(public.boards, bigint) is
  'Writes milestone.reached for followers who just crossed one, once per player, period and milestone.';
