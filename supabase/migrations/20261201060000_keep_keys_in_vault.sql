-- Separates the keys of the leaderboard by purpose and moves them into the vault. Anonymous players keep the ids under
-- which they appear; page cursors that are out end, and reading starts again from the first page.

select vault.create_secret(encode(pseudonym_key, 'hex'), 'leaderboard_pseudonym_key',
  'Makes the ids under which anonymous players appear.')
from leaderboard.leaderboard_settings;
select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), secret.name, secret.description)
from (values
  ('leaderboard_cursor_cipher_key', 'Encrypts what a page cursor holds.'),
  ('leaderboard_cursor_tag_key', 'Shows that a page cursor was sealed here.')
) as secret (name, description);

create function leaderboard.read_key(purpose text)
returns bytea
language plpgsql
stable
set search_path = ''
as $$
declare
  key bytea;
begin
  select decode(decrypted_secret, 'hex') into key
  from vault.decrypted_secrets where name = 'leaderboard_' || read_key.purpose || '_key';
  if key is null then
    raise exception 'The vault has no secret leaderboard_%_key.', read_key.purpose
      using hint = 'Create it with 32 random bytes, in hexadecimal digits.';
  end if;
  return key;
end;
$$;
comment on function leaderboard.read_key(text) is
  'The key for a purpose: pseudonym (ids of anonymous players; replacing it renames them all), cursor_cipher or '
  'cursor_tag (replacing one ends the cursors that are out). Raises when the vault lacks it.';

create or replace function leaderboard.pseudonym(period_id bigint, player_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  -- A well-formed UUID of version 8 (custom).
  select overlay(overlay(keyed.digest placing '8' from 13) placing 'a' from 17)::uuid
  from (
    select substr(encode(extensions.hmac(
      convert_to(pseudonym.period_id || ':' || pseudonym.player_id, 'utf8'),
      leaderboard.read_key('pseudonym'), 'sha256'), 'hex'), 1, 32) as digest
  ) as keyed;
$$;
comment on function leaderboard.pseudonym(bigint, uuid) is
  'The id of an anonymous player in one period: stable within it, different in any other period, and irreversible.';

create or replace function leaderboard.tag_cursor(content bytea)
returns bytea
language sql
stable
set search_path = ''
as $$
  select substring(extensions.hmac(tag_cursor.content, leaderboard.read_key('cursor_tag'), 'sha256') for 16);
$$;
comment on function leaderboard.tag_cursor(bytea) is
  'The 16 bytes that only this database can put before the encrypted content of a cursor.';

create or replace function leaderboard.seal_cursor(period_id bigint, content text)
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

create or replace function leaderboard.open_cursor(cursor text, out period_id bigint, out content text)
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

alter table leaderboard.leaderboard_settings drop column pseudonym_key;
