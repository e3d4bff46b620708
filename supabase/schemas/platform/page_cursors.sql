-- Cursors of lists that can be sorted by several columns: the sort key of the last row and its id.

create function platform.format_page_cursor(sort_key text, id text)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(encode(convert_to(jsonb_build_array(sort_key, id)::text, 'UTF8'), 'base64'), E'+/=\n', '-_');
$$;
comment on function platform.format_page_cursor(text, text) is
  'The cursor of the page after the row with this sort key and id; it can stand in a URL as it is.';
grant execute on function platform.format_page_cursor(text, text) to authenticated, service_role;

create function platform.parse_page_cursor(given text, id_pattern text, out sort_key text, out id text)
language plpgsql
immutable
set search_path = ''
as $$
declare
  parts jsonb;
begin
  if given is null then
    return;
  end if;
  parts := convert_from(decode(
    translate(given, '-_', '+/') || repeat('=', (4 - length(given) % 4) % 4), 'base64'), 'UTF8')::jsonb;
  sort_key := parts ->> 0;
  id := parts ->> 1;
  if sort_key is null or coalesce(id !~ id_pattern, true) then
    raise invalid_text_representation;
  end if;
exception when data_exception then
  perform platform.refuse(400, 'cursor_invalid', 'This cursor is not valid.', 'Start from the first page.');
end;
$$;
comment on function platform.parse_page_cursor(text, text) is
  'Parses a cursor of format_page_cursor(); both parts are null without one. Refuses DS400 for any other text.';
grant execute on function platform.parse_page_cursor(text, text) to authenticated, service_role;
