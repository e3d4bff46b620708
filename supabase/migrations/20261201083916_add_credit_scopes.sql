SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION integrations.list_api_scopes()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select array[
    'archives:verify', 'boards:manage', 'credits:read', 'credits:write', 'metrics:read', 'players:read',
    'players:write', 'requests:write', 'score-events:write'];
$function$;
