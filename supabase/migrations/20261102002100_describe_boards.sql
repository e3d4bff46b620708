create function private.score_at_position(period private.board_periods, at_position bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  found_key bytea;
begin
  -- The working rows of a closed period are gone sooner or later.
  if period.state = 'closed' then
    return (
      select archived.score from private.archived_standings as archived
      where archived.period_id = period.id and archived.position = at_position);
  end if;
  found_key := private.key_at_position(period.id, at_position);
  return (
    select standings.score from private.standings
    where standings.period_id = period.id and standings.order_key = found_key);
end;
$$;
comment on function private.score_at_position(private.board_periods, bigint) is
  'The score at a position, found from the counts or in the archive; null beyond the last one.';

create function public.get_board_statistics(board text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(get_board_statistics.board);
  period private.board_periods := private.find_period(found_board, null);
begin
  return jsonb_build_object(
    'board', found_board.slug, 'period_id', period.id, 'version', period.version, 'as_of', period.as_of,
    'player_count', period.player_count,
    'score_total', period.score_total,
    'score_mean', round(period.score_total / nullif(period.player_count, 0), 2),
    'score_max', private.score_at_position(period, 1),
    'score_min', private.score_at_position(period, period.player_count),
    -- The score that so many per cent of the players do not exceed.
    'percentiles', (
      select jsonb_object_agg('p' || percent, private.score_at_position(
        period, period.player_count - ceil(period.player_count * percent / 100.0)::bigint + 1))
      from unnest(array[10, 25, 50, 75, 90, 95, 99]) as percent
      where period.player_count > 0),
    'thresholds', (
      select jsonb_object_agg(tier.name, private.score_at_position(period, tier.last_position))
      from (values ('champion', 1), ('silver', 2), ('bronze', 3), ('top_10', 10), ('elite', 100))
        as tier (name, last_position)));
end;
$$;
comment on function public.get_board_statistics(text) is
  'Numbers of the current period: players, total, mean, extremes, exact percentiles, and the score that '
  'each tier takes (null when the tier is not full). Cost does not grow with the players. Definer: the '
  'tables are closed.';
grant execute on function public.get_board_statistics(text) to anon, authenticated, service_role;

create function private.quote_csv(value text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- A leading =, +, - or @ would be run as a formula by spreadsheets, also when it is full-width, as East Asian
  -- keyboards write it, or after a tab or an end of line.
  select '"' || replace(case when quote_csv.value ~ '^[-=+@－＝＋＠\t\r\n]' then ''''
    else '' end || coalesce(quote_csv.value, ''), '"', '""') || '"';
$$;
comment on function private.quote_csv(text) is
  'The value as a quoted CSV field that no spreadsheet takes for a formula.';

create function public.export_period(
  board text, period_id bigint, format text default 'json', after_position bigint default 0,
    max_rows int default 1000)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_board public.boards := private.find_board(export_period.board, export_period.period_id);
  period private.board_periods := private.find_period(found_board, export_period.period_id);
  rows jsonb;
  last_position bigint;
begin
  perform private.check_page_size(max_rows, 10000);
  if after_position is null or after_position not between 0 and 1000000000 then
    perform private.refuse(400, 'invalid_position', 'after_position is from 0 to 1,000,000,000.',
      'Begin with 0, go on with next_position.');
  end if;
  if format is null or format not in ('json', 'csv') then
    perform private.refuse(400, 'invalid_format', 'A period is exported as json or csv.',
      'Choose one of them.');
  end if;
  if period.state <> 'closed' then
    perform private.refuse(409, 'period_not_closed', 'This period is not closed yet.',
      'Export it after its end.');
  end if;
  rows := private.render_standings(period.id,
    private.place_archived(period, after_position + 1, max_rows), null);
  last_position := after_position + jsonb_array_length(rows);
  return jsonb_build_object(
    'board', found_board.slug, 'time_zone', found_board.time_zone, 'period_id', period.id,
    'starts_at', period.starts_at, 'ends_at', period.ends_at,
    'archive_hash', encode(period.archive_hash, 'hex'), 'player_count', period.player_count,
    'next_position', case when last_position < period.player_count then last_position end)
    || case format
      when 'json' then jsonb_build_object('rows', rows)
      -- Each record ends itself, so that a part without rows adds no empty one.
      else jsonb_build_object('csv', (
        select concat(
          case when after_position = 0
            then E'position,rank,player_id,username,display_name,score,reached_at,tier\r\n' end,
          string_agg(concat_ws(',', row_json ->> 'position', row_json ->> 'rank', row_json ->> 'player_id',
            private.quote_csv(row_json ->> 'username'), private.quote_csv(row_json ->> 'display_name'),
            row_json ->> 'score', row_json ->> 'reached_at', coalesce(row_json ->> 'tier', '')) || E'\r\n',
            '' order by place))
        from jsonb_array_elements(rows) with ordinality as entry (row_json, place)))
    end;
end;
$$;
comment on function public.export_period(text, bigint, text, bigint, int) is
  'The archive of a closed period in pages, as JSON rows or CSV (RFC 4180), with its seal; next_position '
  'goes on. Definer: the archive is closed; who does not show who they are is exported without a name.';
grant execute on function public.export_period(text, bigint, text, bigint, int) to anon, authenticated,
  service_role;
