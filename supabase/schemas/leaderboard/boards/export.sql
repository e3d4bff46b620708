create function leaderboard.quote_csv(value text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Spreadsheets run a leading =, +, - or @ as a formula, even if it is full-width, as East Asian keyboards
  -- write it, or after a tab or line break.
  select '"' || replace(case when quote_csv.value ~ '^[-=+@－＝＋＠\t\r\n]' then ''''
    else '' end || coalesce(quote_csv.value, ''), '"', '""') || '"';
$$;
comment on function leaderboard.quote_csv(text) is
  'The value as a quoted CSV field that no spreadsheet interprets as a formula.';

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
  found_board public.boards := leaderboard.find_board(export_period.board, export_period.period_id);
  period leaderboard.board_periods := leaderboard.find_period(found_board, export_period.period_id);
  rows jsonb;
  last_position bigint;
begin
  perform leaderboard.check_page_size(max_rows, 10000);
  if after_position is null or after_position not between 0 and 1000000000 then
    perform platform.refuse(400, 'invalid_position', 'after_position must be from 0 to 1,000,000,000.',
      'Start with 0 and continue with next_position.');
  end if;
  if format is null or format not in ('json', 'csv') then
    perform platform.refuse(400, 'invalid_format', 'A period is exported as json or csv.',
      'Choose one of them.');
  end if;
  if period.state <> 'closed' then
    perform platform.refuse(409, 'period_not_closed', 'This period is not closed yet.',
      'Export it after its end.');
  end if;
  rows := leaderboard.render_standings(period.id,
    leaderboard.place_archived(period, after_position + 1, max_rows), null);
  last_position := after_position + jsonb_array_length(rows);
  return jsonb_build_object(
    'board', found_board.slug, 'time_zone', found_board.time_zone, 'period_id', period.id,
    'starts_at', period.starts_at, 'ends_at', period.ends_at,
    'archive_hash', encode(period.archive_hash, 'hex'), 'player_count', period.player_count,
    'next_position', case when last_position < period.player_count then last_position end)
    || case format
      when 'json' then jsonb_build_object('rows', rows)
      -- Each record ends itself, so a part without rows adds no empty one.
      else jsonb_build_object('csv', (
        select concat(
          case when after_position = 0
            then E'position,rank,player_id,username,display_name,score,reached_at,tier\r\n' end,
          string_agg(concat_ws(',', row_json ->> 'position', row_json ->> 'rank', row_json ->> 'player_id',
            leaderboard.quote_csv(row_json ->> 'username'), leaderboard.quote_csv(row_json ->> 'display_name'),
            row_json ->> 'score', row_json ->> 'reached_at', coalesce(row_json ->> 'tier', '')) || E'\r\n',
            '' order by place))
        from jsonb_array_elements(rows) with ordinality as entry (row_json, place)))
    end;
end;
$$;
comment on function public.export_period(text, bigint, text, bigint, int) is
  'The archive of a closed period in pages, as JSON rows or CSV (RFC 4180), with its seal; next_position '
  'continues. Definer: the archive is closed; players who hide their identity are exported without a name.';
grant execute on function public.export_period(text, bigint, text, bigint, int) to anon, authenticated,
  service_role;
