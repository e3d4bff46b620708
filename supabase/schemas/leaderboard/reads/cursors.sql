-- Page cursors: opaque and authenticated. They contain order keys and therefore player ids, which would
-- unmask anonymous players, so they are encrypted; and nothing is decrypted that was not sealed here.

create function leaderboard.tag_cursor(content bytea)
returns bytea
language sql
stable
set search_path = ''
as $$
  select substring(extensions.hmac(tag_cursor.content, leaderboard.read_key('cursor_tag'), 'sha256') for 16);
$$;
comment on function leaderboard.tag_cursor(bytea) is
  'The 16 bytes that only this database can put before the encrypted content of a cursor.';

create function leaderboard.seal_cursor(period_id bigint, content text)
returns text
language sql
stable
set search_path = ''
as $$
  -- The period prefix makes the rest differ from any other period, so nobody can be tracked across boards.
  select translate(encode(leaderboard.tag_cursor(sealed.content) || sealed.content, 'base64'), E'+/=\n', '-_')
  from (
    select extensions.encrypt(convert_to(seal_cursor.period_id || ':' || seal_cursor.content, 'utf8'),
      leaderboard.read_key('cursor_cipher'), 'aes') as content
    offset 0
  ) as sealed;
$$;
comment on function leaderboard.seal_cursor(bigint, text) is 'An opaque page cursor of one period.';

create function leaderboard.refuse_cursor()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform platform.refuse(400, 'invalid_cursor', 'This cursor is not valid for this board and period.',
    'Start again from the first page.');
end;
$$;
comment on function leaderboard.refuse_cursor() is
  'One refusal for every invalid cursor, because distinct ones would reveal its content.';

create function leaderboard.open_cursor(cursor text, out period_id bigint, out content text)
language plpgsql
stable
set search_path = ''
as $$
declare
  sealed bytea;
begin
  if cursor is null then
    return;
  end if;
  -- Undecodable text is not examined further; a lone last character would be an error.
  if cursor ~ '^[A-Za-z0-9_-]{43,255}$' and length(cursor) % 4 <> 1 then
    sealed := decode(rpad(translate(cursor, '-_', '+/'), (length(cursor) + 3) / 4 * 4, '='), 'base64');
  end if;
  if sealed is null or substring(sealed for 16) <> leaderboard.tag_cursor(substring(sealed from 17)) then
    perform leaderboard.refuse_cursor();
  end if;
  select split_part(opened.text, ':', 1)::bigint, split_part(opened.text, ':', 2)
  into period_id, content
  from (
    select convert_from(
      extensions.decrypt(substring(sealed from 17), leaderboard.read_key('cursor_cipher'), 'aes'), 'utf8') as text
  ) as opened;
end;
$$;
comment on function leaderboard.open_cursor(text) is
  'The period of a cursor and its content, null for null; refuses any cursor that was not sealed here.';
