SET local check_function_bodies = off;

CREATE TABLE "credits"."request_summaries" (
  "channel_id" text                     NOT NULL,
  "message_id" text                     NOT NULL,
  "posted_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "request_summaries_channel_id_check" CHECK ((channel_id ~ '^[0-9]{15,21}$'::text)),
  CONSTRAINT "request_summaries_message_id_check" CHECK ((message_id ~ '^[0-9]{15,21}$'::text)),
  CONSTRAINT "request_summaries_pkey" PRIMARY KEY (channel_id)
);

ALTER TABLE "credits"."request_summaries"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION public.get_request_summary (
  channel_id text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with waiting as (
    select request.credit_type, request.kind, request.amount, request.created_at, request.expires_at
    from public.credit_requests as request
    where request.state = 'pending' and request.expires_at > now()
  )
  select jsonb_build_object(
    'message_id', (
      select summary.message_id from credits.request_summaries as summary
      where summary.channel_id = get_request_summary.channel_id),
    'waiting_count', (select count(*) from waiting),
    'types', coalesce((
      select jsonb_agg(jsonb_build_object(
        'credit_type', counted.credit_type, 'waiting_count', counted.waiting_count, 'amount', counted.amount)
        order by counted.credit_type)
      from (
        select waiting.credit_type, count(*) as waiting_count,
          coalesce(sum(waiting.amount) filter (where waiting.kind <> 'reversal'), 0) as amount
        from waiting group by waiting.credit_type
      ) as counted), '[]'),
    'oldest_at', (select min(waiting.created_at) from waiting),
    'next_expiry_at', (select min(waiting.expires_at) from waiting),
    'expiring_count', (
      select count(*) from waiting where waiting.expires_at <= now() + interval '24 hours'));
$function$;

REVOKE ALL ON FUNCTION "public"."get_request_summary"(text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.record_request_summary (
  channel_id          text,
  message_id          text,
  replaces_message_id text DEFAULT NULL::text
)
  RETURNS text
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with stored as (
    insert into credits.request_summaries as summary (channel_id, message_id)
    values (record_request_summary.channel_id, record_request_summary.message_id)
    on conflict (channel_id) do update set message_id = excluded.message_id, posted_at = now()
    where summary.message_id = record_request_summary.replaces_message_id
    returning summary.message_id
  )
  select first.message_id
  from (
    select stored.message_id, 0 as place from stored
    union all
    select summary.message_id, 1 from credits.request_summaries as summary
    where summary.channel_id = record_request_summary.channel_id
    order by place limit 1
  ) as first;
$function$;

REVOKE ALL ON FUNCTION "public"."record_request_summary"(text, text, text) FROM PUBLIC, "anon", "authenticated";

COMMENT ON FUNCTION "public"."get_request_summary"(text) IS 'What waits for a decision: {message_id, waiting_count, types, oldest_at, next_expiry_at, expiring_count}. amount is what the requests of a type would pay; expiring_count are those that expire within 24 hours; message_id is the message that shows it in the channel, null if there is none. For the service only.';

COMMENT ON FUNCTION "public"."record_request_summary"(text, text, text) IS 'Stores which message sums up the requests in a channel and returns the one that counts: the first recorded, unless the given one replaces it. For the service only.';

COMMENT ON TABLE "credits"."request_summaries" IS 'One row is the Discord message that sums up, in an approvals channel, which requests wait.';

REVOKE ALL ON FUNCTION "public"."get_request_summary"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_summary"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_summary"(text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_request_summary"(text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_request_summary"(text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_request_summary"(text, text, text) TO "service_role";
