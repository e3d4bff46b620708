create or replace function private.resolve_source(source text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_service() then
    return 'web';
  end if;
  -- The name of a key has up to 80 characters, each of up to four code points.
  if source is null or source !~ '^(web|discord|api|system|api:.+)$' or char_length(source) > 324 then
    perform private.refuse(400, 'source_unknown', 'A source is web, discord, api or system.',
      'Send one of them, or api: with the name of the API key.');
  end if;
  return source;
end;
$$;
