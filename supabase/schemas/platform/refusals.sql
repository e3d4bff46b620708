-- Expected refusals. Callers match the SQLSTATE and the reason in `detail`, never the sentence.

create function platform.refuse(status int, reason text, message text, hint text default null)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'DS' || refuse.status,
    message = refuse.message,
    detail = refuse.reason,
    hint = coalesce(refuse.hint, '');
end;
$$;
comment on function platform.refuse(int, text, text, text) is
  'Ends the statement with SQLSTATE DS<status>, a sentence, a stable reason code (detail) and what to do (hint). '
  'Status is an HTTP status: 400, 401, 403, 404, 409, 410 or 429.';
grant execute on function platform.refuse(int, text, text, text) to anon, authenticated, service_role;

create function platform.forbid_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform platform.refuse(403, 'append_only',
    format('%s.%s is append-only: %s is not allowed.', tg_table_schema, tg_table_name, lower(tg_op)),
    'Record a new row that corrects the old one.');
  return null;
end;
$$;
comment on function platform.forbid_change() is
  'Trigger of append-only tables: refuses update, delete and truncate for everybody, the table owner included.';
