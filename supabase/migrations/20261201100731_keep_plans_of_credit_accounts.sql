SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION credits.find_credit_account (
  player_id   uuid,
  credit_type text,
  kind        text
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Plans are kept for a session, unlike those of an SQL function: each transfer looks up two accounts. Two
  -- branches, because "is not distinct from" uses no index.
  if find_credit_account.player_id is null then
    return (
      select account.id from public.credit_accounts as account
      where account.player_id is null
        and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind);
  end if;
  return (
    select account.id from public.credit_accounts as account
    where account.player_id = find_credit_account.player_id
      and account.credit_type = find_credit_account.credit_type and account.kind = find_credit_account.kind);
end;
$function$;

COMMENT ON FUNCTION "credits"."find_credit_account"(uuid, text, text) IS 'The id of the account, null if missing. A null player means the system.';

REVOKE ALL ON FUNCTION "credits"."find_credit_account"(uuid, text, text) FROM PUBLIC;

