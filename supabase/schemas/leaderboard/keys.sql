-- The keys of the engine, one per purpose: whoever learns one of them learns nothing about the others. The vault keeps
-- them encrypted, also in a backup. supabase/data/leaderboard.sql makes them.

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
