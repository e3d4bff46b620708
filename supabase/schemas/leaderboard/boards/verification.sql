create function public.verify_board(
  board text, after_period_id bigint default null, max_periods int default 100)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  -- Not find_board: archives outlive a deactivated board.
  found_board_id bigint := (select boards.id from public.boards where boards.slug = verify_board.board);
  after_start timestamptz;
  answer jsonb;
begin
  if not (platform.is_service() or identity.is_manager()) then
    perform platform.refuse(403, 'not_manager', 'Only managers verify archives.', 'Ask a manager.');
  end if;
  if found_board_id is null then
    perform platform.refuse(404, 'board_not_found', 'This board does not exist.', 'See the list of boards.');
  end if;
  perform leaderboard.check_page_size(max_periods, 1000);
  if after_period_id is not null then
    select periods.starts_at into after_start from leaderboard.board_periods as periods
    where periods.id = after_period_id and periods.board_id = found_board_id and periods.state = 'closed';
    if not found then
      perform platform.refuse(404, 'period_not_found', 'This board has no such closed period.',
        'Start with its first one.');
    end if;
  end if;
  with verified as (
    select chain.id, chain.starts_at, chain.archive_hash, public.verify_archive(chain.id) as found
    from (
      select periods.id, periods.starts_at, periods.archive_hash from leaderboard.board_periods as periods
      where periods.board_id = found_board_id and periods.state = 'closed'
        and periods.starts_at > coalesce(after_start, '-infinity')
      order by periods.starts_at
      limit max_periods
    ) as chain
  ),
  last as (
    select verified.id, verified.starts_at, verified.archive_hash from verified
    order by verified.starts_at desc limit 1
  )
  select jsonb_build_object(
    'board', verify_board.board,
    'is_intact', coalesce(bool_and((verified.found ->> 'is_intact')::boolean is true), true),
    'period_count', count(*),
    'checked', coalesce(sum((verified.found ->> 'checked')::bigint), 0),
    'broken_periods', coalesce(jsonb_agg(jsonb_build_object('period_id', verified.id,
        'is_seal_intact', verified.found -> 'is_seal_intact',
        'first_broken_position', verified.found -> 'first_broken_position') order by verified.starts_at)
      filter (where (verified.found ->> 'is_intact')::boolean is not true), '[]'),
    'last_archive_hash', (select encode(last.archive_hash, 'hex') from last),
    'next_after_period_id', (
      select last.id from last where exists (
        select from leaderboard.board_periods as later
        where later.board_id = found_board_id and later.state = 'closed' and later.starts_at > last.starts_at)))
  into answer
  from verified;
  return answer;
end;
$$;
comment on function public.verify_board(text, bigint, int) is
  'Recomputes every seal of every closed period of a board, oldest first: {board, is_intact, period_count, '
  'checked, broken_periods, last_archive_hash, next_after_period_id}. Rewriting an archive with new seals breaks '
  'the seal of the next period; the last one can only be verified against a copy of last_archive_hash stored '
  'elsewhere. For managers and the service, because it reads whole archives. Definer: they are closed; the result '
  'contains no names.';
grant execute on function public.verify_board(text, bigint, int) to authenticated, service_role;
