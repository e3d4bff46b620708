-- A title and the place that earns it are one moment: a board holds titles back only when an admin says so.

alter table public.boards alter column title_hold_refreshes set default 0;
-- The board that the product begins with; an operator who wants titles held back says so.
update public.boards set title_hold_refreshes = 0 where slug = 'all-time' and title_hold_refreshes = 1;

create or replace function public.create_board(
  slug text,
  name text,
  kind text,
  metrics text[] default null,
  time_zone text default 'UTC',
  awards_tiers boolean default false,
  late_policy text default 'next_period',
  close_grace interval default '15 minutes',
  title_hold_refreshes int default 0,
  announces_ranks boolean default true,
  rank_news_top int default 100,
  rank_news_min_places int default 10,
  acting_player_id uuid default null,
  source text default 'system')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_admin(create_board.acting_player_id, 'Only admins manage boards.');
  made public.boards;
begin
  if not private.is_time_zone(create_board.time_zone) then
    perform private.refuse(400, 'invalid_time_zone', 'This time zone is not known.',
      'Use a name such as Europe/Berlin.');
  end if;
  if exists (
    select from unnest(create_board.metrics) as wanted (metric)
    where not exists (select from public.score_rules as rules where rules.metric = wanted.metric))
  then
    perform private.refuse(400, 'unknown_metric', 'A metric of this board has no rule.',
      'Add its rule first.');
  end if;
  begin
    insert into public.boards
      (slug, name, kind, metrics, time_zone, awards_tiers, late_policy, close_grace, title_hold_refreshes,
      announces_ranks, rank_news_top, rank_news_min_places)
    values (create_board.slug, create_board.name, create_board.kind, create_board.metrics,
      create_board.time_zone, create_board.awards_tiers, create_board.late_policy, create_board.close_grace,
      create_board.title_hold_refreshes, create_board.announces_ranks, create_board.rank_news_top,
      create_board.rank_news_min_places)
    returning boards.* into made;
  exception
    when unique_violation then
      perform private.refuse(409, 'board_exists', 'A board of this name exists.', 'Choose another slug.');
    when check_violation or not_null_violation then
      perform private.refuse(400, 'invalid_board', 'This is no board.',
        'Check slug, name, kind, policy and numbers.');
  end;
  perform private.open_due_periods();
  perform private.record_audit('board.created', 'board', made.slug, null, to_jsonb(made), actor,
    private.resolve_source(create_board.source));
  return to_jsonb(made);
end;
$$;
