-- Player attributes other than points: who is visible, who is followed.

create table leaderboard.player_marks (
  id bigint generated always as identity primary key,
  player_id uuid not null,
  is_face boolean not null default false,
  transaction_id xid8 not null default pg_current_xact_id()
);
comment on table leaderboard.player_marks is
  'One row: something other than a score changed whether, how, or how closely followed this player is shown on '
  'the boards.';
comment on column leaderboard.player_marks.is_face is
  'Only a name or a picture changed, which matters only to boards that show it among their first hundred.';
create index player_marks_transaction_id_idx on leaderboard.player_marks (transaction_id);

alter table leaderboard.player_marks enable row level security;

create function leaderboard.mark_player()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into leaderboard.player_marks (player_id) values (case when tg_op = 'DELETE' then old.player_id
    else new.player_id end);
  return null;
end;
$$;
comment on function leaderboard.mark_player() is
  'Marks a player for the next refresh. Definer: the marks are closed.';

create trigger on_discord_links_change_mark_player
  after insert or delete on public.discord_links
  for each row execute function leaderboard.mark_player();
create trigger on_rank_subscriptions_change_mark_player
  after insert or delete on leaderboard.rank_subscriptions
  for each row execute function leaderboard.mark_player();

create function leaderboard.withdraw_pages(period_ids bigint[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Locked in one order by everybody, even if the page is already withdrawn: a refresh that holds the row may
  -- have read the old data and be about to store a page.
  perform from leaderboard.board_tops as tops
  where tops.period_id = any (withdraw_pages.period_ids) order by tops.period_id for update;
  update leaderboard.board_tops as tops set page = null
  where tops.period_id = any (withdraw_pages.period_ids) and tops.page is not null;
end;
$$;
comment on function leaderboard.withdraw_pages(bigint[]) is
  'Withdraws the rendered pages of these periods: until the next refresh they are rendered on each read.';

create function leaderboard.await_pages()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform from leaderboard.board_tops as tops
  join leaderboard.board_periods as periods on periods.id = tops.period_id and periods.state = 'open'
  order by tops.period_id
  for update of tops;
end;
$$;
comment on function leaderboard.await_pages() is
  'Waits for each refresh that is about to publish a page, and blocks others until the end of the transaction. A '
  'player who is not on a page yet may be on the next one, rendered before they hid.';

create function leaderboard.find_pages_of(player_ids uuid[])
returns bigint[]
language plpgsql
stable
set search_path = ''
-- Planned for the actual players: they are hashed if they are many.
set plan_cache_mode = force_custom_plan
as $$
begin
  -- A period that is not open has no rendered page any more.
  return array(
    select tops.period_id from leaderboard.board_periods as periods
    join leaderboard.board_tops as tops on tops.period_id = periods.id
    where periods.state = 'open' and exists (
      select from unnest(tops.player_ids) as shown (player_id)
      where shown.player_id = any (find_pages_of.player_ids)));
end;
$$;
comment on function leaderboard.find_pages_of(uuid[]) is
  'The open periods that show any of these players among their published first hundred.';

create function leaderboard.withdraw_pages_before_rule(metric text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not exists (select from public.score_rules as rules where rules.metric = withdraw_pages_before_rule.metric) then
    perform leaderboard.withdraw_pages(array(
      select periods.id from leaderboard.board_periods as periods
      join public.boards on boards.id = periods.board_id
      where boards.metrics is null and periods.state = 'open'));
  end if;
end;
$$;
comment on function leaderboard.withdraw_pages_before_rule(text) is
  'Before a metric gets its first rule: withdraws the pages of the boards that count every metric and list them.';

create function leaderboard.on_profiles_update_mark_players()
returns trigger
language plpgsql
security definer
set search_path = ''
-- The cached plan may have been made for a statement that changed one player only.
set enable_nestloop = off
as $$
declare
  changed_ids uuid[];
  is_face_only boolean;
begin
  with changed as (
    select after.id, (after.visibility, after.is_ranked, after.left_at)
      is not distinct from (before.visibility, before.is_ranked, before.left_at) as is_face
    from profiles_after as after
    join profiles_before as before using (id)
    where (after.visibility, after.is_ranked, after.left_at, after.username, after.display_name,
        after.avatar_url)
      is distinct from (before.visibility, before.is_ranked, before.left_at, before.username,
        before.display_name, before.avatar_url)
  ),
  marked as (
    insert into leaderboard.player_marks (player_id, is_face)
    select changed.id, changed.is_face from changed
    returning player_marks.player_id, player_marks.is_face
  )
  select array_agg(marked.player_id), bool_and(marked.is_face) into changed_ids, is_face_only from marked;
  if changed_ids is not null then
    if not is_face_only then
      perform leaderboard.await_pages();
    end if;
    perform leaderboard.withdraw_pages(leaderboard.find_pages_of(changed_ids));
  end if;
  return null;
end;
$$;
comment on function leaderboard.on_profiles_update_mark_players() is
  'Marks the players for the next refresh and withdraws rendered pages at once, so nobody is named after hiding. '
  'Once per statement, however many players it changes. Definer: the tables are closed.';

create trigger on_profiles_update_mark_players
  after update on public.profiles
  referencing old table as profiles_before new table as profiles_after
  for each statement execute function leaderboard.on_profiles_update_mark_players();
