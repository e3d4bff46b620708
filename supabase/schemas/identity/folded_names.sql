create function identity.fold_name(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := lower(fold_name.name);
begin
  -- Most names are plain ASCII, and each is folded for every index.
  if octet_length(folded) <> char_length(folded) then
    folded := lower(extensions.unaccent('extensions.unaccent', normalize(folded, nfc)));
  end if;
  if folded ~ '[\s._-]{2}|[^\S ]' then
    folded := regexp_replace(folded, '[\s._-]+', ' ', 'g');
  end if;
  return btrim(translate(folded, '._-', '   '));
end;
$$;
comment on function identity.fold_name(text) is
  'The searchable form of a name: lower-case words without accents, separated by one space. Immutable as long as '
  'the rules of unaccent are, which indexes rely on: reindex profiles after changing them.';

create function identity.name_rest(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  folded text := identity.fold_name(name_rest.name);
begin
  return substr(folded, nullif(strpos(folded, ' '), 0) + 1);
end;
$$;
comment on function identity.name_rest(text) is 'The folded name from its second word on; null for one word.';

create function identity.last_name_word(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return substring(identity.name_rest(last_name_word.name) from ' ([^ ]+)$');
end;
$$;
comment on function identity.last_name_word(text) is
  'The last word of a folded name of three or more; null for others, where name_rest says the same.';
