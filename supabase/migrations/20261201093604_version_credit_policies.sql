SET local check_function_bodies = off;

DROP POLICY "Players see decisions on their own requests, managers all" ON "public"."credit_decisions";

DROP POLICY "Players see what they may request" ON "public"."credit_policies";

DROP POLICY "Players see what they asked for or got, managers all" ON "public"."credit_requests";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_expire_after_hours_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_grant_valid_days_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_pending_count_max_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_period_days_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_remind_after_hours_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_request_amount_max_check";

ALTER TABLE "public"."credit_policies"
  DROP CONSTRAINT "credit_policies_second_approval_above_check";

DROP FUNCTION "credits"."apply_decision"(public.credit_requests, public.credit_decisions);

DROP FUNCTION "credits"."check_decider"(public.credit_requests, uuid, text);

DROP FUNCTION "credits"."check_request_allowed"(uuid, text, integer);

DROP FUNCTION "credits"."count_approvals_needed"(public.credit_requests);

DROP FUNCTION "credits"."settle_credit_request"(public.credit_requests, uuid);

DROP FUNCTION "public"."update_credit_policy"(text, jsonb, uuid, text);

CREATE TABLE "credits"."delegations" (
  "id"          uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "manager_id"  uuid                     NOT NULL,
  "delegate_id" uuid                     NOT NULL,
  "starts_at"   timestamp with time zone NOT NULL,
  "ends_at"     timestamp with time zone NOT NULL,
  "created_at"  timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_by"  uuid,
  "ended_at"    timestamp with time zone,
  CONSTRAINT "delegations_people_check" CHECK ((manager_id <> delegate_id)),
  CONSTRAINT "delegations_pkey" PRIMARY KEY (id),
  CONSTRAINT "delegations_span_check" CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '366 days'::interval))))
);

ALTER TABLE "credits"."delegations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."group_lists" (
  "version"        integer                  NOT NULL,
  "effective_from" timestamp with time zone NOT NULL,
  "created_at"     timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_by"     uuid,
  "source"         text                     NOT NULL,
  CONSTRAINT "group_lists_pkey" PRIMARY KEY (VERSION),
  CONSTRAINT "group_lists_version_check" CHECK ((version > 0))
);

ALTER TABLE "credits"."group_lists"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."listed_groups" (
  "list_version"    integer NOT NULL,
  "place"           integer NOT NULL,
  "group_id"        uuid    NOT NULL,
  "name"            text    NOT NULL,
  "roles"           text[],
  "board_id"        bigint,
  "tiers"           text[],
  "joined_days_min" integer,
  "joined_days_max" integer,
  CONSTRAINT "listed_groups_days_check" CHECK ((joined_days_max > joined_days_min)),
  CONSTRAINT "listed_groups_filter_check" CHECK ((num_nonnulls(roles, tiers, joined_days_min, joined_days_max) > 0)),
  CONSTRAINT "listed_groups_joined_days_max_check" CHECK (((joined_days_max >= 1) AND (joined_days_max <= 36500))),
  CONSTRAINT "listed_groups_joined_days_min_check" CHECK (((joined_days_min >= 1) AND (joined_days_min <= 36500))),
  CONSTRAINT "listed_groups_list_version_group_id_key" UNIQUE (list_version, group_id),
  CONSTRAINT "listed_groups_pkey" PRIMARY KEY (list_version, place),
  CONSTRAINT "listed_groups_place_check" CHECK (((place >= 1) AND (place <= 20))),
  CONSTRAINT "listed_groups_roles_check" CHECK (((roles <@ '{player,manager,admin}'::text[]) AND (cardinality(roles) > 0))),
  CONSTRAINT "listed_groups_tiers_board_check" CHECK (((board_id IS NULL) = (tiers IS NULL))),
  CONSTRAINT "listed_groups_tiers_check" CHECK (((tiers <@ '{champion,silver,bronze,top_10,elite}'::text[]) AND (cardinality(tiers) > 0))),
  CONSTRAINT "listed_groups_name_check" CHECK (platform.is_presentable(name, 80))
);

ALTER TABLE "credits"."listed_groups"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."player_groups" (
  "id"         uuid                     NOT NULL DEFAULT gen_random_uuid(),
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "player_groups_pkey" PRIMARY KEY (id)
);

ALTER TABLE "credits"."player_groups"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "credits"."policy_versions" (
  "id"                      bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "credit_type"             text                     NOT NULL,
  "group_id"                uuid,
  "version"                 integer                  NOT NULL,
  "effective_from"          timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_at"              timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  "created_by"              uuid,
  "source"                  text                     NOT NULL,
  "is_removed"              boolean                  NOT NULL DEFAULT false,
  "request_amount_max"      integer                  NOT NULL,
  "day_amount_max"          integer,
  "period_days"             integer                  NOT NULL,
  "period_amount_max"       integer                  NOT NULL,
  "pending_count_max"       integer                  NOT NULL,
  "auto_approval_max"       integer,
  "second_approval_above"   integer,
  "web_only_above"          integer,
  "reject_comment_required" boolean                  NOT NULL DEFAULT false,
  "remind_after_hours"      integer                  NOT NULL,
  "escalate_after_hours"    integer,
  "escalate_to_role"        text,
  "escalate_to_player"      uuid,
  "expire_after_hours"      integer                  NOT NULL,
  "budget_amount"           bigint,
  "budget_period"           text,
  "grant_valid_days"        integer,
  CONSTRAINT "policy_versions_auto_approval_max_check" CHECK ((auto_approval_max > 0)),
  CONSTRAINT "policy_versions_budget_amount_check" CHECK (((budget_amount >= 0) AND (budget_amount <= '1000000000000'::bigint))),
  CONSTRAINT "policy_versions_budget_check" CHECK (((budget_amount IS NULL) = (budget_period IS NULL))),
  CONSTRAINT "policy_versions_budget_period_check" CHECK ((budget_period = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'quarter'::text]))),
  CONSTRAINT "policy_versions_day_check" CHECK ((day_amount_max >= request_amount_max)),
  CONSTRAINT "policy_versions_escalate_after_hours_check" CHECK (((escalate_after_hours >= 1) AND (escalate_after_hours <= 8760))),
  CONSTRAINT "policy_versions_escalate_to_role_check" CHECK ((escalate_to_role = ANY (ARRAY['manager'::text, 'admin'::text]))),
  CONSTRAINT "policy_versions_escalation_check" CHECK ((num_nonnulls(escalate_to_role, escalate_to_player) = num_nonnulls(escalate_after_hours))),
  CONSTRAINT "policy_versions_expire_after_hours_check" CHECK (((expire_after_hours >= 1) AND (expire_after_hours <= 8760))),
  CONSTRAINT "policy_versions_grant_valid_days_check" CHECK ((grant_valid_days > 0)),
  CONSTRAINT "policy_versions_number_key" UNIQUE NULLS NOT DISTINCT (credit_type, group_id, VERSION),
  CONSTRAINT "policy_versions_pending_count_max_check" CHECK ((pending_count_max > 0)),
  CONSTRAINT "policy_versions_period_check" CHECK ((period_amount_max >= request_amount_max)),
  CONSTRAINT "policy_versions_period_days_check" CHECK (((period_days >= 1) AND (period_days <= 366))),
  CONSTRAINT "policy_versions_pkey" PRIMARY KEY (id),
  CONSTRAINT "policy_versions_remind_after_hours_check" CHECK (((remind_after_hours >= 1) AND (remind_after_hours <= 8760))),
  CONSTRAINT "policy_versions_removed_check" CHECK (((group_id IS NOT NULL) OR (NOT is_removed))),
  CONSTRAINT "policy_versions_request_amount_max_check" CHECK ((request_amount_max > 0)),
  CONSTRAINT "policy_versions_second_approval_above_check" CHECK ((second_approval_above > 0)),
  CONSTRAINT "policy_versions_version_check" CHECK ((version > 0)),
  CONSTRAINT "policy_versions_web_only_above_check" CHECK ((web_only_above >= 0))
);

ALTER TABLE "credits"."policy_versions"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."credit_decisions"
  ADD COLUMN "on_behalf_of" uuid;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "policy_version_id" bigint;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "decided_version_id" bigint;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "escalate_at" timestamp WITH time zone;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "escalated_at" timestamp WITH time zone;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "escalated_to_role" text;

ALTER TABLE "public"."credit_requests"
  ADD COLUMN "escalated_to_player" uuid;

ALTER TABLE "public"."credit_decisions"
  ALTER COLUMN "decided_by" DROP NOT NULL;

CREATE OR REPLACE FUNCTION credits.apply_decision (
  request public.credit_requests,
  word    public.credit_decisions,
  policy  credits.policy_versions
)
  RETURNS public.credit_requests
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  decided public.credit_requests := request;
begin
  insert into public.credit_decisions (
    request_id, decision, decided_by, on_behalf_of, comment, source, is_final, is_fallback)
  values (
    request.id, word.decision, word.decided_by, word.on_behalf_of, word.comment, word.source, word.is_final,
    word.is_fallback);
  if word.is_final then
    update public.credit_requests
    set state = case word.decision when 'approve' then 'approved' else 'rejected' end,
      closed_at = clock_timestamp(), decided_version_id = policy.id,
      transfer_id = case word.decision
        when 'approve' then credits.settle_credit_request(request, word.decided_by, policy) end
    where credit_requests.id = request.id
    returning * into decided;
    perform platform.emit_event('credits/request.decided',
      jsonb_build_object('request_id', request.id, 'decision', word.decision));
  else
    perform platform.emit_event('credits/request.first_approved',
      jsonb_build_object('request_id', request.id));
  end if;
  perform platform.record_audit(
    'credit_request.' || case when word.is_final then decided.state else 'first_approved' end,
    'credit_request', request.id::text, jsonb_build_object('state', request.state),
    jsonb_build_object('state', decided.state, 'comment', word.comment, 'transfer_id', decided.transfer_id,
      'is_fallback', word.is_fallback, 'on_behalf_of', word.on_behalf_of,
      'is_automatic', word.decided_by is null, 'policy_version_id', policy.id),
    word.decided_by, word.source);
  return decided;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.approve_automatically (
  request public.credit_requests,
  policy  credits.policy_versions
)
  RETURNS public.credit_requests
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  word public.credit_decisions;
begin
  if policy.auto_approval_max is null or request.amount > policy.auto_approval_max then
    return request;
  end if;
  if policy.budget_amount is not null then
    perform credits.lock_budget(request.player_id, request.credit_type);
  end if;
  if not credits.has_budget(policy, request.amount) then
    return request;
  end if;
  word.decision := 'approve';
  word.source := 'system';
  word.is_final := true;
  word.is_fallback := false;
  return credits.apply_decision(request, word, policy);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.change_policies()
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select pg_advisory_xact_lock(hashtextextended('credit_policies', 0));
$function$;

CREATE OR REPLACE FUNCTION credits.check_decider (
  request          public.credit_requests,
  word             public.credit_decisions,
  approvals_needed integer
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A delegate decides with the rights of the manager.
  decider uuid := coalesce(word.on_behalf_of, word.decided_by);
  approver_count int;
  admin_count int;
  is_fallback boolean;
begin
  select count(*), count(*) filter (where profiles.role = 'admin') into approver_count, admin_count
  from public.profiles
  where profiles.role in ('manager', 'admin') and profiles.left_at is null
    and profiles.id <> request.player_id;
  if word.decided_by = request.player_id and (word.on_behalf_of is not null or approver_count > 0) then
    perform platform.refuse(403, 'own_request', 'You cannot decide your own request.',
      'Another manager has to decide it; you can cancel it.');
  end if;
  if word.on_behalf_of = request.player_id then
    perform platform.refuse(403, 'own_request', 'You cannot decide a request in place of the player who made it.',
      'Another manager has to decide it.');
  end if;
  if exists (select from public.credit_decisions as earlier
    where earlier.request_id = request.id
      and (earlier.decided_by = word.decided_by or decider in (earlier.decided_by, earlier.on_behalf_of))) then
    perform platform.refuse(409, 'already_approved_by_you', 'You have approved this request before.',
      'It needs a second approver.');
  end if;
  is_fallback := decider = request.player_id or approver_count < approvals_needed;
  if is_fallback and decider <> request.player_id and admin_count > 0
    and not identity.has_role(decider, 'admin') then
    perform platform.refuse(403, 'admin_needed',
      'Too few approvers exist for this amount, so an admin has to decide.',
      'Ask an admin.');
  end if;
  if is_fallback and char_length(trim(coalesce(word.comment, ''))) = 0 then
    perform platform.refuse(400, 'comment_needed',
      'There are too few approvers to follow the usual rule, so this decision needs a comment.',
      'Say why in a comment.');
  end if;
  return is_fallback;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_policy_of_decision (
  policy  credits.policy_versions,
  request public.credit_requests,
  word    public.credit_decisions
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if word.source = 'discord' and request.amount > policy.web_only_above then
    perform platform.refuse(403, 'web_only',
      format('Requests for more than %s credits are decided on the web.',
        to_char(policy.web_only_above, 'FM999,999,999,990')),
      'Open the request on the web.');
  end if;
  if word.decision = 'reject' and policy.reject_comment_required
    and char_length(trim(coalesce(word.comment, ''))) = 0 then
    perform platform.refuse(400, 'comment_needed', 'A rejection needs a comment.',
      'Tell the player why in a comment.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_reader_of_policies()
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not platform.is_service() and not identity.is_manager() then
    perform platform.refuse(403, 'manager_only', 'Only managers can see credit policies.', 'Ask a manager.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.check_request_allowed (
  player_id   uuid,
  credit_type text,
  amount      integer
)
  RETURNS credits.policy_versions
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  policy credits.policy_versions;
  asked record;
begin
  if not credits.is_credit_type(check_request_allowed.credit_type) then
    perform platform.refuse(400, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if amount is null or amount < 1 then
    perform platform.refuse(400, 'amount_invalid', 'The amount must be a whole number above zero.',
      'Enter 1 or more.');
  end if;
  perform credits.read_policies();
  policy := credits.find_policy(check_request_allowed.player_id, check_request_allowed.credit_type, clock_timestamp());
  if amount > policy.request_amount_max then
    perform platform.refuse(400, 'amount_above_maximum',
      format('You can request up to %s credits at a time.', to_char(policy.request_amount_max, 'FM999,999,999,999')),
      'Enter a smaller amount.');
  end if;
  if exists (select from public.profiles where profiles.id = check_request_allowed.player_id
    and profiles.left_at is not null) then
    perform platform.refuse(403, 'player_left', 'Players who left the community cannot request credits.',
      'Join again first.');
  end if;
  select * into asked from credits.count_asked(check_request_allowed.player_id, policy);
  if asked.pending_count >= policy.pending_count_max then
    perform platform.refuse(429, 'pending_limit_reached',
      format('You already have %s open %s.', asked.pending_count,
        case when asked.pending_count = 1 then 'request' else 'requests' end),
      'Wait for a decision, or cancel one.');
  end if;
  if asked.day_amount + amount > policy.day_amount_max then
    perform platform.refuse(429, 'day_limit_reached',
      format('You can request %s credits in 24 hours; %s are left.',
        to_char(policy.day_amount_max, 'FM999,999,999,999'),
        to_char(greatest(policy.day_amount_max - asked.day_amount, 0), 'FM999,999,999,990')),
      'Enter a smaller amount, or wait.');
  end if;
  if asked.period_amount + amount > policy.period_amount_max then
    perform platform.refuse(429, 'period_limit_reached',
      format('You can request %s credits in %s days; %s are left.',
        to_char(policy.period_amount_max, 'FM999,999,999,999'), policy.period_days,
        to_char(greatest(policy.period_amount_max - asked.period_amount, 0), 'FM999,999,999,990')),
      'Enter a smaller amount, or wait.');
  end if;
  return policy;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.choose_escalation (
  request public.credit_requests,
  OUT     to_role text,
  OUT     to_player uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  policy credits.policy_versions := credits.find_policy_of_request(request, clock_timestamp());
begin
  if policy.escalate_after_hours is null then
    return;
  end if;
  if policy.escalate_to_player <> request.player_id and identity.has_role(policy.escalate_to_player, 'manager') then
    to_player := policy.escalate_to_player;
  else
    to_role := coalesce(policy.escalate_to_role, 'admin');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.count_approvals_by (
  policy  credits.policy_versions,
  request public.credit_requests
)
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select case when request.proposed_by is not null or request.amount > policy.second_approval_above then 2 else 1 end;
$function$;

CREATE OR REPLACE FUNCTION credits.count_asked (
  player_id uuid,
  policy    credits.policy_versions
)
  RETURNS TABLE (
    pending_count bigint,
    day_amount    bigint,
    period_amount bigint
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select count(*) filter (where request.state = 'pending'),
    coalesce(sum(request.amount) filter (where request.created_at > now() - interval '1 day'), 0),
    coalesce(sum(request.amount) filter (
      where request.state = 'pending' or request.created_at > now() - make_interval(days => policy.period_days)), 0)
  from public.credit_requests as request
  where request.player_id = count_asked.player_id and request.credit_type = policy.credit_type
    and request.kind = 'request' and request.state in ('pending', 'approved');
$function$;

CREATE OR REPLACE FUNCTION credits.decide_request (
  request_id uuid,
  said       public.credit_decisions
)
  RETURNS public.credit_requests
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  request public.credit_requests;
  word public.credit_decisions := said;
  policy credits.policy_versions;
  approvals_needed int;
  approval_count int;
begin
  -- Concurrent deciders of one request queue here; all but the first find it closed.
  select * into request from public.credit_requests
  where credit_requests.id = decide_request.request_id for update;
  if request.id is null then
    perform platform.refuse(404, 'request_not_found', 'There is no such request.',
      'Open the list of requests.');
  end if;
  perform credits.refuse_closed_request(request);
  -- An approver who waited above may have lost the role meanwhile.
  if not identity.has_role(word.decided_by, 'manager') then
    word.on_behalf_of := credits.find_represented(word.decided_by, request);
    if word.on_behalf_of is null then
      perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
    end if;
  end if;
  perform credits.read_policies();
  policy := credits.find_policy_of_request(request, clock_timestamp());
  approvals_needed := credits.count_approvals_by(policy, request);
  word.comment := nullif(trim(said.comment), '');
  perform credits.check_policy_of_decision(policy, request, word);
  word.is_fallback := credits.check_decider(request, word, approvals_needed);
  select count(*) into approval_count from public.credit_decisions as earlier
  where earlier.request_id = request.id;
  word.is_final := word.decision = 'reject' or word.is_fallback or approval_count + 1 >= approvals_needed;
  if word.is_final and word.decision = 'approve' and request.kind = 'request'
    and policy.budget_amount is not null then
    perform credits.lock_budget(request.player_id, request.credit_type);
    perform credits.refuse_empty_budget(policy, request.amount);
  end if;
  return credits.apply_decision(request, word, policy);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_budget (
  policy credits.policy_versions,
  at     timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'amount', policy.budget_amount, 'period', policy.budget_period, 'starts_at', span.starts_at,
    'refills_at', span.refills_at, 'used', drawn.amount, 'left', greatest(policy.budget_amount - drawn.amount, 0))
  from (
    select begun.starts_at at time zone 'UTC' as starts_at,
      (begun.starts_at + ('1 ' || case policy.budget_period when 'quarter' then 'month' else policy.budget_period end)
        ::interval * case policy.budget_period when 'quarter' then 3 else 1 end) at time zone 'UTC' as refills_at
    from (select date_trunc(policy.budget_period, describe_budget.at at time zone 'UTC') as starts_at) as begun
  ) as span
  cross join lateral (
    select coalesce(sum(request.amount), 0)::bigint as amount
    from credits.policy_versions as version
    join public.credit_requests as request on request.decided_version_id = version.id
    where version.credit_type = policy.credit_type and version.group_id is not distinct from policy.group_id
      and request.kind = 'request' and request.state = 'approved'
      and request.closed_at >= span.starts_at and request.closed_at < span.refills_at
      and not exists (
        select from public.credit_transfers as reversal where reversal.reversal_of = request.transfer_id)
  ) as drawn
  where policy.budget_amount is not null;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_credit_request (
  request public.credit_requests
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select to_jsonb(request)
    - '{remind_at,escalate_at,policy_version_id,decided_version_id,escalated_to_player}'::text[]
    || jsonb_build_object(
    'username', player.username,
    'display_name', player.display_name,
    'avatar_url', player.avatar_url,
    'discord_user_id', link.discord_user_id,
    'proposed_by_name', proposer.display_name,
    'escalated_to_name', escalated.display_name,
    'approvals_needed', credits.count_approvals_by(policy, request),
    'decides_on_web_only', coalesce(request.amount > policy.web_only_above, false),
    'reject_comment_required', policy.reject_comment_required,
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object(
        'decision', word.decision, 'decided_by', word.decided_by,
        'decided_by_name', coalesce(approver.display_name, 'Policy'),
        'on_behalf_of_name', represented.display_name,
        'decided_at', word.decided_at, 'comment', word.comment, 'source', word.source,
        'is_final', word.is_final, 'is_automatic', word.decided_by is null,
        'is_fallback', word.is_fallback) order by word.decided_at)
      from public.credit_decisions as word
      left join public.profiles as approver on approver.id = word.decided_by
      left join public.profiles as represented on represented.id = word.on_behalf_of
      where word.request_id = request.id), '[]'))
  from public.profiles as player
  cross join lateral credits.find_policy_of_request(request, clock_timestamp()) as policy
  left join public.discord_links as link on link.player_id = player.id
  left join public.profiles as proposer on proposer.id = request.proposed_by
  left join public.profiles as escalated on escalated.id = request.escalated_to_player
  where player.id = request.player_id;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_delegation (
  delegation credits.delegations
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'id', delegation.id, 'manager_id', delegation.manager_id, 'manager_name', manager.display_name,
    'manager_username', manager.username, 'delegate_id', delegation.delegate_id,
    'delegate_name', delegate.display_name, 'delegate_username', delegate.username,
    'starts_at', delegation.starts_at, 'ends_at', delegation.ends_at, 'ended_at', delegation.ended_at)
  from public.profiles as manager, public.profiles as delegate
  where manager.id = delegation.manager_id and delegate.id = delegation.delegate_id;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_groups (
  list_version integer
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', listed.group_id, 'name', listed.name, 'roles', listed.roles, 'board', board.slug, 'tiers', listed.tiers,
    'joined_days_min', listed.joined_days_min, 'joined_days_max', listed.joined_days_max,
    'player_count', (
      select count(*) from public.profiles as player
      where player.left_at is null and credits.is_in_group(player, listed, now()))) order by listed.place), '[]')
  from credits.listed_groups as listed
  left join public.boards as board on board.id = listed.board_id
  where listed.list_version = describe_groups.list_version;
$function$;

CREATE OR REPLACE FUNCTION credits.describe_policy (
  policy credits.policy_versions
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select to_jsonb(policy) - '{id,created_by,source}'::text[] || jsonb_build_object(
    'changed_by_name', author.display_name,
    'escalate_to_player_name', escalated.display_name)
  from (select) as one
  left join public.profiles as author on author.id = policy.created_by
  left join public.profiles as escalated on escalated.id = policy.escalate_to_player;
$function$;

CREATE OR REPLACE FUNCTION credits.escalate_credit_requests()
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  request public.credit_requests;
  target record;
  escalated_count int := 0;
begin
  for request in
    select * from public.credit_requests
    where credit_requests.state = 'pending' and credit_requests.escalated_at is null
      and credit_requests.escalate_at <= now() and credit_requests.expires_at > now()
    order by credit_requests.escalate_at, credit_requests.id limit 500
    for update skip locked
  loop
    target := credits.choose_escalation(request);
    if target.to_role is null and target.to_player is null then
      update public.credit_requests set escalate_at = null where credit_requests.id = request.id;
      continue;
    end if;
    update public.credit_requests
    set escalated_at = clock_timestamp(), escalated_to_role = target.to_role, escalated_to_player = target.to_player
    where credit_requests.id = request.id returning * into request;
    perform platform.emit_event('credits/request.escalated', jsonb_build_object('request_id', request.id));
    perform platform.record_audit('credit_request.escalated', 'credit_request', request.id::text, null,
      jsonb_build_object('to_role', target.to_role, 'to_player', target.to_player), null, 'system');
    perform credits.announce_request(request, 'request_updated');
    escalated_count := escalated_count + 1;
  end loop;
  return escalated_count;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.find_policy (
  player_id   uuid,
  credit_type text,
  at          timestamp with time zone
)
  RETURNS credits.policy_versions
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select version.*
  from (
    select listed.group_id, listed.place
    from public.profiles as player
    join credits.listed_groups as listed on listed.list_version = credits.group_list_at(find_policy.at)
    where player.id = find_policy.player_id and credits.is_in_group(player, listed, find_policy.at)
    union all
    select null, 1000
  ) as choice
  cross join lateral credits.policy_at(find_policy.credit_type, choice.group_id, find_policy.at) as version
  where not version.is_removed
  order by choice.place limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.find_policy_of_request (
  request public.credit_requests,
  at      timestamp with time zone
)
  RETURNS credits.policy_versions
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select version.*
  from (
    select request.decided_version_id as id, false as is_removed, 0 as place
    where request.decided_version_id is not null
    union all
    -- The group that the request was made under, as long as it has a policy.
    select kept.id, kept.is_removed, 1
    from credits.policy_versions as asked
    cross join lateral credits.policy_at(asked.credit_type, asked.group_id, find_policy_of_request.at) as kept
    where asked.id = request.policy_version_id
      and (asked.group_id is null or exists (
        select from credits.listed_groups as listed
        where listed.list_version = credits.group_list_at(find_policy_of_request.at)
          and listed.group_id = asked.group_id))
    union all
    select current_policy.id, current_policy.is_removed, 2
    from credits.find_policy(request.player_id, request.credit_type, find_policy_of_request.at) as current_policy
  ) as choice
  join credits.policy_versions as version on version.id = choice.id
  where not choice.is_removed
  order by choice.place limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.find_represented (
  player  uuid,
  request public.credit_requests
)
  RETURNS uuid
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select delegation.manager_id from credits.delegations as delegation
  where delegation.delegate_id = find_represented.player and delegation.ended_at is null
    and delegation.starts_at <= clock_timestamp() and delegation.ends_at > clock_timestamp()
    and identity.has_role(delegation.manager_id, 'manager')
    and credits.is_delegate(find_represented.player)
  order by
    -- One in whose place the request can be decided, if there is one.
    (delegation.manager_id = request.player_id),
    exists (
      select from public.credit_decisions as word
      where word.request_id = request.id
        and delegation.manager_id in (word.decided_by, word.on_behalf_of)),
    identity.has_role(delegation.manager_id, 'admin') desc,
    delegation.starts_at, delegation.id
  limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.group_list_at (
  at timestamp with time zone
)
  RETURNS integer
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select list.version from credits.group_lists as list
  where list.effective_from <= group_list_at.at
  order by list.effective_from desc, list.version desc limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.has_budget (
  policy credits.policy_versions,
  amount integer
)
  RETURNS boolean
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select policy.budget_amount is null
    or (credits.describe_budget(policy, clock_timestamp()) ->> 'left')::bigint >= has_budget.amount;
$function$;

CREATE OR REPLACE FUNCTION credits.is_credit_type (
  credit_type text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.credit_policies as policy where policy.credit_type = is_credit_type.credit_type);
$function$;

CREATE OR REPLACE FUNCTION credits.is_delegate (
  player uuid
)
  RETURNS boolean
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (
    select from credits.delegations as delegation
    where delegation.delegate_id = is_delegate.player and delegation.ended_at is null
      and delegation.starts_at <= clock_timestamp() and delegation.ends_at > clock_timestamp()
      and identity.has_role(delegation.manager_id, 'manager'))
    and exists (select from public.profiles where profiles.id = is_delegate.player and profiles.left_at is null);
$function$;

CREATE OR REPLACE FUNCTION credits.is_in_group (
  player public.profiles,
  listed credits.listed_groups,
  at     timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select (listed.roles is null or player.role = any (listed.roles))
    and (listed.joined_days_min is null
      or player.created_at <= is_in_group.at - make_interval(days => listed.joined_days_min))
    and (listed.joined_days_max is null
      or player.created_at > is_in_group.at - make_interval(days => listed.joined_days_max))
    and (listed.tiers is null or exists (
      select from public.player_tiers as held
      where held.board_id = listed.board_id and held.player_id = player.id and held.tier = any (listed.tiers)));
$function$;

CREATE OR REPLACE FUNCTION credits.is_own_delegate()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select credits.is_delegate(identity.current_player_id());
$function$;

CREATE OR REPLACE FUNCTION credits.judge_transfer (
  kind     text,
  transfer public.credit_transfers
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  others int := credits.count_other_approvers(transfer.player_id, transfer.actor_id);
  amount_alone int;
  moved_today bigint;
begin
  if transfer.actor_id = transfer.player_id and others > 0 then
    perform platform.refuse(403, 'own_' || judge_transfer.kind,
      case judge_transfer.kind when 'grant' then 'You cannot grant credits to yourself.'
        when 'revoke' then 'You cannot take back your own credits.'
        else 'You cannot reverse a movement of your own credits.' end,
      case judge_transfer.kind when 'grant' then 'Make a request; another manager decides it.'
        else 'Ask another admin.' end);
  end if;
  if transfer.actor_id = transfer.player_id then
    return 'fallback';
  end if;
  perform credits.read_policies();
  select policy.second_approval_above into amount_alone
  from credits.find_policy(transfer.player_id, transfer.credit_type, clock_timestamp()) as policy;
  -- What one admin, or all API keys together, move for a player within a day is added up, so a large amount
  -- cannot be split.
  select coalesce(sum(earlier.amount), 0) into moved_today
  from public.credit_transfers as earlier
  where earlier.player_id = transfer.player_id and earlier.actor_id is not distinct from transfer.actor_id
    and (transfer.actor_id is not null or earlier.source like 'api:%')
    and earlier.credit_type = transfer.credit_type and earlier.kind = judge_transfer.kind
    and earlier.request_id is null and earlier.created_at > now() - interval '1 day';
  if amount_alone is null or moved_today + transfer.amount <= amount_alone then
    return 'alone';
  end if;
  if transfer.actor_id is null then
    perform platform.refuse(403, 'second_approval_needed',
      format('Above %s credits per player and day, two approvers have to agree.', amount_alone),
      'Send acting_player_id, so that the admin''s approval counts as the first of two.');
  end if;
  return case when others > 0 then 'together' else 'fallback' end;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.list_changed_fields (
  before credits.policy_versions,
  after  credits.policy_versions
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(field.name order by field.place), '{}')
  from unnest(credits.list_policy_fields()) with ordinality as field (name, place)
  where to_jsonb(before) -> field.name is distinct from to_jsonb(after) -> field.name;
$function$;

CREATE OR REPLACE FUNCTION credits.list_policy_fields()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select array[
    'request_amount_max', 'day_amount_max', 'period_days', 'period_amount_max', 'pending_count_max',
    'auto_approval_max', 'second_approval_above', 'web_only_above', 'reject_comment_required',
    'remind_after_hours', 'escalate_after_hours', 'escalate_to_role', 'escalate_to_player', 'expire_after_hours',
    'budget_amount', 'budget_period', 'grant_valid_days', 'is_removed'];
$function$;

CREATE OR REPLACE FUNCTION credits.lock_budget (
  player_id   uuid,
  credit_type text
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  payer bigint := credits.get_credit_account(null, lock_budget.credit_type, 'issuance');
  payee bigint := credits.get_credit_account(lock_budget.player_id, lock_budget.credit_type, 'available');
begin
  perform from public.credit_accounts as account
  where account.id in (payer, payee)
  order by (account.player_id is null), account.id
  for update;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.lock_for_decisions (
  request_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  account record;
begin
  perform from public.credit_requests as request
  where request.id = any (lock_for_decisions.request_ids) order by request.id for update;
  -- Before the accounts, as in a single decision: a change of a policy that waits would come between.
  perform credits.read_policies();
  -- Accounts must exist before they can be locked in order.
  for account in
    select distinct request.player_id, request.credit_type
    from public.credit_requests as request
    where request.id = any (lock_for_decisions.request_ids) and request.state = 'pending'
    order by request.player_id, request.credit_type
  loop
    perform credits.get_credit_account(account.player_id, account.credit_type, 'available');
  end loop;
  perform credits.lock_accounts(array(
    select request.player_id from public.credit_requests as request
    where request.id = any (lock_for_decisions.request_ids) and request.state = 'pending'));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.policy_at (
  credit_type text,
  group_id    uuid,
  at          timestamp with time zone
)
  RETURNS credits.policy_versions
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select version.* from credits.policy_versions as version
  where version.credit_type = policy_at.credit_type and version.group_id is not distinct from policy_at.group_id
    and version.effective_from <= policy_at.at
  order by version.effective_from desc, version.version desc limit 1;
$function$;

CREATE OR REPLACE FUNCTION credits.propose_policy (
  credit_type text,
  group_id    uuid,
  changes     jsonb,
  at          timestamp with time zone
)
  RETURNS credits.policy_versions
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  before credits.policy_versions := credits.policy_at(credit_type, group_id, at);
  after credits.policy_versions;
  unknown_field text;
begin
  if not credits.is_credit_type(propose_policy.credit_type) then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  if propose_policy.group_id is not null and not exists (
    select from credits.player_groups where player_groups.id = propose_policy.group_id) then
    perform platform.refuse(404, 'group_not_found', 'There is no such group.', 'Open the list of groups.');
  end if;
  select field.name into unknown_field from jsonb_object_keys(changes) as field (name)
  where field.name <> all (credits.list_policy_fields()) limit 1;
  if unknown_field is not null then
    perform platform.refuse(400, 'policy_invalid', format('A policy has no %s.', unknown_field),
      'Send only fields of a policy.');
  end if;
  -- A group starts with what applies to everybody, and again after its policy was removed.
  if before.id is null or (before.is_removed and not coalesce((changes ->> 'is_removed')::boolean, false)) then
    before := credits.policy_at(propose_policy.credit_type, null, propose_policy.at);
  end if;
  after := jsonb_populate_record(before, propose_policy.changes);
  after.credit_type := propose_policy.credit_type;
  after.group_id := propose_policy.group_id;
  after.effective_from := propose_policy.at;
  return after;
exception when data_exception then
  perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
    'Use positive whole numbers.');
end;
$function$;

CREATE OR REPLACE FUNCTION credits.propose_transfer (
  kind        text,
  transfer    public.credit_transfers,
  valid_until timestamp with time zone,
  source      text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  origin text := platform.resolve_source(propose_transfer.source);
  policy credits.policy_versions :=
    credits.find_policy(transfer.player_id, transfer.credit_type, clock_timestamp());
  request public.credit_requests;
begin
  insert into public.credit_requests (
    kind, player_id, credit_type, amount, reason, source, expires_at, remind_at, proposed_by, reverses,
    grant_expires_at)
  values (
    propose_transfer.kind, transfer.player_id, transfer.credit_type, transfer.amount, transfer.reason, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours),
    transfer.actor_id, transfer.reversal_of, propose_transfer.valid_until)
  on conflict (reverses) where state = 'pending' do nothing
  returning * into request;
  if request.id is null then
    perform platform.refuse(409, 'reversal_proposed', 'A reversal of this transfer is already proposed.',
      'Approve or reject that proposal.');
  end if;
  insert into public.credit_decisions (request_id, decision, decided_by, source, is_final)
  values (request.id, 'approve', transfer.actor_id, origin, false);
  perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  perform platform.record_audit('credit_request.proposed', 'credit_request', request.id::text, null,
    to_jsonb(request), transfer.actor_id, origin);
  return jsonb_build_object(
    'transfer', null, 'request', credits.announce_request(request, 'request_created'),
    'balances', credits.describe_balances(request.player_id));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.read_policies()
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select pg_advisory_xact_lock_shared(hashtextextended('credit_policies', 0));
$function$;

CREATE OR REPLACE FUNCTION credits.refuse_closed_request (
  request public.credit_requests
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  final record;
begin
  if request.state in ('approved', 'rejected') then
    select coalesce(approver.display_name, 'The policy') as display_name into final
    from public.credit_decisions as word
    left join public.profiles as approver on approver.id = word.decided_by
    where word.request_id = request.id and word.is_final;
    -- Isolated, so a right-to-left name does not reverse the sentence.
    perform platform.refuse(409, 'request_already_decided',
      format(E'\u2068%s\u2069 has already %s this request.', final.display_name, request.state),
      'Nothing is left to do.');
  elsif request.state = 'cancelled' then
    perform platform.refuse(410, 'request_cancelled', 'This request was cancelled.',
      'Nothing is left to do.');
  elsif request.state = 'expired' or request.expires_at <= now() then
    perform platform.refuse(410, 'request_expired', 'Nobody decided this request in time.',
      'The player can make a new one.');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION credits.refuse_empty_budget (
  policy credits.policy_versions,
  amount integer
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  budget jsonb;
begin
  if credits.has_budget(policy, amount) then
    return;
  end if;
  budget := credits.describe_budget(policy, clock_timestamp());
  perform platform.refuse(409, 'budget_empty',
    format('The budget of this %s has %s of %s %s credits left; this request needs %s.',
      policy.budget_period, to_char((budget ->> 'left')::bigint, 'FM999,999,999,999,990'),
      to_char(policy.budget_amount, 'FM999,999,999,999,990'),
      case policy.credit_type when 'ai' then 'AI' else 'Lead' end, to_char(amount, 'FM999,999,999,990')),
    format('It is refilled on %s (UTC). An admin can raise the budget before.',
      to_char((budget ->> 'refills_at')::timestamptz at time zone 'UTC', 'FMDD FMMonth YYYY')));
end;
$function$;

CREATE OR REPLACE FUNCTION credits.refuse_stale (
  what       text,
  changed_by uuid,
  changed_at timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Isolated, so a right-to-left name does not reverse the sentence.
  perform platform.refuse(409, 'policy_changed',
    format(E'%s changed %s on %s at %s (UTC).',
      coalesce(
        E'\u2068' || (select profiles.display_name from public.profiles where profiles.id = changed_by) || E'\u2069',
        'The service'),
      what, to_char(changed_at at time zone 'UTC', 'FMDD FMMonth YYYY'),
      to_char(changed_at at time zone 'UTC', 'HH24:MI')),
    'Reload, look at what changed, and make your change again.');
end;
$function$;

CREATE OR REPLACE FUNCTION credits.resolve_start (
  effective_from timestamp with time zone
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  starts timestamptz := coalesce(resolve_start.effective_from, clock_timestamp());
begin
  if starts < clock_timestamp() - interval '1 second' or starts > now() + interval '2 years' then
    perform platform.refuse(400, 'invalid_effective_from',
      'A change takes effect now or within two years, never in the past.', 'Omit effective_from to start now.');
  end if;
  return greatest(starts, clock_timestamp());
end;
$function$;

CREATE OR REPLACE FUNCTION credits.settle_credit_request (
  request  public.credit_requests,
  approver uuid,
  policy   credits.policy_versions
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  transfer public.credit_transfers;
begin
  transfer.credit_type := request.credit_type;
  transfer.player_id := request.player_id;
  transfer.amount := request.amount;
  transfer.request_id := request.id;
  transfer.reason := request.reason;
  transfer.actor_id := approver;
  if request.kind = 'reversal' then
    transfer.reversal_of := request.reverses;
    return credits.reverse_transfer(transfer);
  end if;
  if request.grant_expires_at <= now() then
    perform platform.refuse(409, 'expiry_invalid', 'These credits would already have expired.',
      'Reject the proposal; the admin can make a new one.');
  end if;
  transfer.idempotency_key := 'credit_request:' || request.id;
  return credits.grant_to_player(transfer, case request.kind
    when 'grant' then request.grant_expires_at else now() + make_interval(days => policy.grant_valid_days) end);
end;
$function$;

CREATE OR REPLACE FUNCTION credits.store_groups (
  list_version integer,
  groups       jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  item record;
  own_id uuid;
begin
  for item in
    select listed.value as given, listed.ordinality::int as place
    from jsonb_array_elements(groups) with ordinality as listed
    order by listed.ordinality
  loop
    own_id := (item.given ->> 'id')::uuid;
    if own_id is null then
      insert into credits.player_groups default values returning player_groups.id into own_id;
    end if;
    insert into credits.listed_groups (
      list_version, place, group_id, name, roles, board_id, tiers, joined_days_min, joined_days_max)
    select store_groups.list_version, item.place, own_id, given.name, given.roles, board.id, given.tiers,
      given.joined_days_min, given.joined_days_max
    from jsonb_to_record(item.given) as given (
      name text, roles text[], board text, tiers text[], joined_days_min int, joined_days_max int)
    left join public.boards as board on board.slug = given.board;
  end loop;
exception when data_exception or integrity_constraint_violation then
  perform platform.refuse(400, 'group_invalid', 'These groups are not valid.',
    'Give each a name and at least one condition: roles, tiers of a board, or days since joining.');
end;
$function$;

CREATE OR REPLACE FUNCTION credits.store_policy (
  proposed credits.policy_versions
)
  RETURNS credits.policy_versions
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  stored credits.policy_versions;
begin
  insert into credits.policy_versions (
    credit_type, group_id, version, effective_from, created_by, source, is_removed, request_amount_max,
    day_amount_max, period_days, period_amount_max, pending_count_max, auto_approval_max, second_approval_above,
    web_only_above, reject_comment_required, remind_after_hours, escalate_after_hours, escalate_to_role,
    escalate_to_player, expire_after_hours, budget_amount, budget_period, grant_valid_days)
  values (
    proposed.credit_type, proposed.group_id, proposed.version, proposed.effective_from, proposed.created_by,
    proposed.source, proposed.is_removed, proposed.request_amount_max, proposed.day_amount_max,
    proposed.period_days, proposed.period_amount_max, proposed.pending_count_max, proposed.auto_approval_max,
    proposed.second_approval_above, proposed.web_only_above, proposed.reject_comment_required,
    proposed.remind_after_hours, proposed.escalate_after_hours, proposed.escalate_to_role,
    proposed.escalate_to_player, proposed.expire_after_hours, proposed.budget_amount, proposed.budget_period,
    proposed.grant_valid_days)
  returning * into stored;
  return stored;
exception when integrity_constraint_violation then
  perform platform.refuse(400, 'policy_invalid', 'These values do not make a valid policy.',
    'Use positive whole numbers. A day and a period allow at least one request of the largest amount, a budget '
    'has an amount and a period, and an escalation has hours and one role or person.');
end;
$function$;

CREATE OR REPLACE FUNCTION public.decide_credit_request (
  request_id       uuid,
  decision         text,
  comment          text,
  idempotency_key  text,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  replay jsonb;
  request public.credit_requests;
  word public.credit_decisions;
  balances jsonb;
  description jsonb;
begin
  if not identity.has_role(actor, 'manager') and not credits.is_delegate(actor) then
    perform platform.refuse(403, 'manager_only', 'Only managers can decide requests.', 'Ask a manager.');
  end if;
  perform credits.check_decision(decide_credit_request.decision, decide_credit_request.comment);
  replay := platform.begin_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object('request_id', decide_credit_request.request_id, 'decision', decision));
  if replay is not null then
    return replay;
  end if;
  perform platform.count_attempt('credit_decision', actor::text);
  word.decision := decide_credit_request.decision;
  word.decided_by := actor;
  word.comment := decide_credit_request.comment;
  word.source := platform.resolve_source(decide_credit_request.source);
  request := credits.decide_request(decide_credit_request.request_id, word);
  balances := case when request.state = 'approved'
    then credits.announce_balances(request.player_id) else credits.describe_balances(request.player_id) end;
  description := credits.announce_request(request,
    case when request.state = 'pending' then 'request_updated' else 'request_decided' end);
  return platform.finish_command('decide_credit_request', actor, decide_credit_request.idempotency_key,
    jsonb_build_object(
      'request', description, 'decision', description -> 'decisions' -> -1, 'balances', balances));
end;
$function$;

CREATE OR REPLACE FUNCTION public.delegate_decisions (
  delegate_id      uuid,
  starts_at        timestamp with time zone,
  ends_at          timestamp with time zone,
  manager_id       uuid                     DEFAULT NULL::uuid,
  acting_player_id uuid                     DEFAULT NULL::uuid,
  source           text                     DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  named uuid := coalesce(delegate_decisions.manager_id, actor);
  made credits.delegations;
begin
  if not identity.has_role(actor, case when named = actor then 'manager' else 'admin' end) then
    perform platform.refuse(403, 'manager_only', 'Only managers can name a delegate, each for themselves.',
      'Ask an admin.');
  end if;
  if not identity.has_role(named, 'manager') then
    perform platform.refuse(400, 'delegate_invalid', 'This player decides no requests.', 'Choose a manager.');
  end if;
  if named = delegate_id or not exists (
    select from public.profiles where profiles.id = delegate_decisions.delegate_id and profiles.left_at is null) then
    perform platform.refuse(400, 'delegate_invalid', 'This player cannot be the delegate.',
      'Choose another player who is still here.');
  end if;
  if ends_at <= clock_timestamp() or ends_at <= starts_at or ends_at > starts_at + interval '366 days' then
    perform platform.refuse(400, 'delegation_dates_invalid',
      'A delegation ends after it starts, in the future, and lasts at most a year.', 'Change the dates.');
  end if;
  insert into credits.delegations (manager_id, delegate_id, starts_at, ends_at, created_by)
  values (named, delegate_decisions.delegate_id, delegate_decisions.starts_at, delegate_decisions.ends_at, actor)
  returning * into made;
  perform platform.record_audit('credit_delegation.created', 'credit_delegation', made.id::text, null,
    to_jsonb(made), actor, platform.resolve_source(source));
  return credits.describe_delegation(made);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."delegate_decisions"(uuid, timestamp WITH time zone, timestamp WITH time zone, uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.end_delegation (
  delegation_id    uuid,
  acting_player_id uuid DEFAULT NULL::uuid,
  source           text DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  found_row credits.delegations;
begin
  select * into found_row from credits.delegations
  where delegations.id = end_delegation.delegation_id
    and (actor in (delegations.manager_id, delegations.delegate_id) or identity.has_role(actor, 'admin'))
  for update;
  if found_row.id is null then
    perform platform.refuse(404, 'delegation_not_found', 'You have no such delegation.', 'Open the list.');
  end if;
  if found_row.ended_at is null then
    update credits.delegations set ended_at = clock_timestamp() where delegations.id = found_row.id
    returning * into found_row;
    perform platform.record_audit('credit_delegation.ended', 'credit_delegation', found_row.id::text, null,
      to_jsonb(found_row), actor, platform.resolve_source(source));
  end if;
  return credits.describe_delegation(found_row);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."end_delegation"(uuid, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.get_request_limits (
  player_id uuid DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select jsonb_agg(jsonb_build_object(
    'credit_type', policy.credit_type,
    'request_amount_max', policy.request_amount_max,
    'day_amount_max', policy.day_amount_max,
    'day_amount_left', case when policy.day_amount_max is not null
      then greatest(policy.day_amount_max - asked.day_amount, 0) end,
    'period_days', policy.period_days,
    'period_amount_max', policy.period_amount_max,
    'period_amount_left', greatest(policy.period_amount_max - asked.period_amount, 0),
    'pending_count', asked.pending_count,
    'pending_count_max', policy.pending_count_max,
    'auto_approval_max', policy.auto_approval_max,
    'second_approval_above', policy.second_approval_above,
    'expire_after_hours', policy.expire_after_hours,
    'amount_left', case when asked.pending_count >= policy.pending_count_max then 0
      else greatest(least(policy.request_amount_max, policy.day_amount_max - asked.day_amount,
        policy.period_amount_max - asked.period_amount), 0) end) order by policy.credit_type)
  from (select credits.resolve_reader(get_request_limits.player_id) as id) as reader
  cross join public.credit_policies as type
  cross join lateral credits.find_policy(reader.id, type.credit_type, clock_timestamp()) as policy
  cross join lateral credits.count_asked(reader.id, policy) as asked;
$function$;

REVOKE ALL ON FUNCTION "public"."get_request_limits"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_credit_policies()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform credits.check_reader_of_policies();
  return (
    select coalesce(jsonb_agg(credits.describe_policy(policy) || jsonb_build_object(
      'group_name', scope.name, 'newest_version', newest.version,
      'planned_count', newest.planned_count, 'budget', credits.describe_budget(policy, now()))
      order by policy.credit_type, scope.place), '[]')
    from public.credit_policies as type
    cross join (
      select null::uuid as group_id, null::text as name, 0 as place
      union all
      select listed.group_id, listed.name, listed.place from credits.listed_groups as listed
      where listed.list_version = credits.group_list_at(now())
    ) as scope
    cross join lateral credits.policy_at(type.credit_type, scope.group_id, now()) as policy
    cross join lateral (
      select max(version.version) as version, count(*) filter (where version.effective_from > now()) as planned_count
      from credits.policy_versions as version
      where version.credit_type = policy.credit_type and version.group_id is not distinct from policy.group_id
    ) as newest
    where not policy.is_removed);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_credit_policies"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_delegations()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not platform.is_service() and not identity.is_manager() then
    perform platform.refuse(403, 'manager_only', 'Only managers can see delegations.', 'Ask a manager.');
  end if;
  return (
    select coalesce(jsonb_agg(credits.describe_delegation(delegation)
      order by delegation.starts_at, delegation.id), '[]')
    from credits.delegations as delegation
    where delegation.ended_at is null and delegation.ends_at > now());
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_delegations"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_escalation_recipients (
  request_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'player_id', player.id, 'display_name', player.display_name, 'discord_user_id', link.discord_user_id)
    order by player.id), '[]')
  from public.credit_requests as request
  join public.profiles as player
    on player.left_at is null and player.role in ('manager', 'admin') and player.id <> request.player_id
    and (player.id = request.escalated_to_player
      or request.escalated_to_role = 'manager' or request.escalated_to_role = player.role)
  join public.discord_links as link on link.player_id = player.id
  where request.id = list_escalation_recipients.request_id
    and request.state = 'pending' and request.escalated_at is not null;
$function$;

REVOKE ALL ON FUNCTION "public"."list_escalation_recipients"(uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.list_player_groups()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform credits.check_reader_of_policies();
  return jsonb_build_object(
    'version', coalesce((select max(list.version) from credits.group_lists as list), 0),
    'groups', credits.describe_groups(credits.group_list_at(now())),
    'planned', (
      select jsonb_build_object('effective_from', list.effective_from, 'groups', credits.describe_groups(list.version))
      from credits.group_lists as list where list.effective_from > now()
      order by list.effective_from, list.version desc limit 1));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_player_groups"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_policy_versions (
  credit_type text,
  group_id    uuid DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform credits.check_reader_of_policies();
  if not credits.is_credit_type(list_policy_versions.credit_type) then
    perform platform.refuse(404, 'credit_type_unknown', 'There is no such credit type.', 'Use ai or lead.');
  end if;
  return (
    select coalesce(jsonb_agg(credits.describe_policy(listed) || jsonb_build_object(
      'changed', case when earlier.id is not null then credits.list_changed_fields(earlier, listed) end,
      'before', case when earlier.id is not null then to_jsonb(earlier) end,
      'state', case when listed.effective_from > now() then 'planned'
        when listed.id = (credits.policy_at(listed.credit_type, listed.group_id, now())).id then 'in_force'
        else 'past' end)
      order by listed.effective_from desc, listed.version desc), '[]')
    from credits.policy_versions as listed
    left join lateral (
      select previous.* from credits.policy_versions as previous
      where previous.credit_type = listed.credit_type
        and previous.group_id is not distinct from listed.group_id
        and (previous.effective_from, previous.version) < (listed.effective_from, listed.version)
      order by previous.effective_from desc, previous.version desc limit 1
    ) as earlier on true
    where listed.credit_type = list_policy_versions.credit_type
      and listed.group_id is not distinct from list_policy_versions.group_id);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."list_policy_versions"(text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.request_credits (
  credit_type      text,
  amount           integer,
  reason           text,
  idempotency_key  text,
  acting_player_id uuid    DEFAULT NULL::uuid,
  source           text    DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  origin text := platform.resolve_source(request_credits.source);
  reason_given text := credits.check_reason(request_credits.reason);
  replay jsonb;
  policy credits.policy_versions;
  request public.credit_requests;
begin
  replay := platform.begin_command('request_credits', actor, request_credits.idempotency_key,
    jsonb_build_object('credit_type', credit_type, 'amount', amount, 'reason', reason_given));
  if replay is not null then
    return replay;
  end if;
  -- Limits are counted under a lock of the player, so parallel requests cannot exceed them together.
  perform pg_advisory_xact_lock(hashtextextended('credit_requests:' || actor, 0));
  request := credits.find_same_request(actor, request_credits.credit_type, request_credits.amount, reason_given);
  if request.id is not null then
    return platform.finish_command('request_credits', actor, request_credits.idempotency_key,
      credits.describe_credit_request(request)) || '{"replayed": true}';
  end if;
  perform platform.count_attempt('credit_request', actor::text);
  policy := credits.check_request_allowed(actor, request_credits.credit_type, request_credits.amount);
  insert into public.credit_requests (
    player_id, credit_type, amount, reason, source, expires_at, remind_at, escalate_at, policy_version_id)
  values (
    actor, policy.credit_type, request_credits.amount, reason_given, origin,
    now() + make_interval(hours => policy.expire_after_hours),
    now() + make_interval(hours => policy.remind_after_hours),
    now() + make_interval(hours => policy.escalate_after_hours), policy.id)
  returning * into request;
  perform platform.record_audit('credit_request.created', 'credit_request', request.id::text, null,
    to_jsonb(request), actor, origin);
  request := credits.approve_automatically(request, policy);
  if request.state = 'approved' then
    perform credits.announce_balances(actor);
  else
    perform platform.emit_event('credits/request.created', jsonb_build_object('request_id', request.id));
  end if;
  return platform.finish_command('request_credits', actor, request_credits.idempotency_key,
    credits.announce_request(request,
      case request.state when 'approved' then 'request_decided' else 'request_created' end));
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_credit_policy (
  credit_type      text,
  changes          jsonb,
  base_version     integer,
  group_id         uuid                     DEFAULT NULL::uuid,
  effective_from   timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  idempotency_key  text                     DEFAULT NULL::text,
  acting_player_id uuid                     DEFAULT NULL::uuid,
  source           text                     DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_admin(acting_player_id, 'Only an admin can change a credit policy.');
  replay jsonb;
  last credits.policy_versions;
  before credits.policy_versions;
  proposed credits.policy_versions;
  result jsonb;
begin
  if update_credit_policy.idempotency_key is not null then
    replay := platform.begin_command('update_credit_policy', actor, update_credit_policy.idempotency_key,
      jsonb_build_object('credit_type', credit_type, 'group_id', update_credit_policy.group_id, 'changes', changes,
        'effective_from', update_credit_policy.effective_from));
    if replay is not null then
      return replay;
    end if;
  end if;
  perform credits.change_policies();
  proposed := credits.propose_policy(update_credit_policy.credit_type, update_credit_policy.group_id,
    update_credit_policy.changes, credits.resolve_start(update_credit_policy.effective_from));
  select * into last from credits.policy_versions as version
  where version.credit_type = proposed.credit_type and version.group_id is not distinct from proposed.group_id
  order by version.version desc limit 1;
  if coalesce(last.version, 0) is distinct from base_version then
    perform credits.refuse_stale('this policy', last.created_by, last.created_at);
  end if;
  before := credits.policy_at(proposed.credit_type, proposed.group_id, proposed.effective_from);
  if before.id is not null and cardinality(credits.list_changed_fields(before, proposed)) = 0 then
    perform platform.refuse(409, 'policy_unchanged', 'The policy already has these values.', 'Change a value.');
  end if;
  proposed.version := coalesce(last.version, 0) + 1;
  proposed.created_by := actor;
  proposed.source := platform.resolve_source(update_credit_policy.source);
  proposed := credits.store_policy(proposed);
  perform platform.record_audit('credit_policy.changed', 'credit_policy',
    concat_ws(':', proposed.credit_type, proposed.group_id),
    case when before.id is not null then to_jsonb(before) end, to_jsonb(proposed), actor, proposed.source);
  result := credits.describe_policy(proposed);
  return coalesce(
    platform.finish_command('update_credit_policy', actor, update_credit_policy.idempotency_key, result), result);
end;
$function$;

REVOKE ALL ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp WITH time zone, text, uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.update_player_groups (
  groups           jsonb,
  base_version     integer,
  effective_from   timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  acting_player_id uuid                     DEFAULT NULL::uuid,
  source           text                     DEFAULT 'web'::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  actor uuid := identity.resolve_admin(acting_player_id, 'Only an admin can change the groups of players.');
  origin text := platform.resolve_source(update_player_groups.source);
  last credits.group_lists;
  made credits.group_lists;
begin
  perform credits.change_policies();
  select * into last from credits.group_lists order by group_lists.version desc limit 1;
  if coalesce(last.version, 0) is distinct from base_version then
    perform credits.refuse_stale('the groups', last.created_by, last.created_at);
  end if;
  if jsonb_typeof(groups) is distinct from 'array' or jsonb_array_length(groups) > 20 then
    perform platform.refuse(400, 'group_invalid', 'There can be at most 20 groups.', 'Remove some.');
  end if;
  insert into credits.group_lists (version, effective_from, created_by, source)
  values (coalesce(last.version, 0) + 1, credits.resolve_start(update_player_groups.effective_from), actor, origin)
  returning * into made;
  perform credits.store_groups(made.version, groups);
  perform platform.record_audit('player_groups.changed', 'player_groups', made.version::text,
    credits.describe_groups(last.version),
    jsonb_build_object('effective_from', made.effective_from, 'groups', credits.describe_groups(made.version)),
    actor, origin);
  return jsonb_build_object('version', made.version, 'effective_from', made.effective_from,
    'groups', credits.describe_groups(made.version));
end;
$function$;

REVOKE ALL ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp WITH time zone, uuid, text) FROM PUBLIC, "anon";

ALTER TABLE "credits"."delegations"
  ADD CONSTRAINT "delegations_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."delegations"
  ADD CONSTRAINT "delegations_delegate_id_fkey" FOREIGN KEY (delegate_id) REFERENCES public.profiles(id);

ALTER TABLE "credits"."delegations"
  ADD CONSTRAINT "delegations_manager_id_fkey" FOREIGN KEY (manager_id) REFERENCES public.profiles(id);

ALTER TABLE "credits"."group_lists"
  ADD CONSTRAINT "group_lists_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."listed_groups"
  ADD CONSTRAINT "listed_groups_board_id_fkey" FOREIGN KEY (board_id) REFERENCES public.boards(id);

ALTER TABLE "credits"."listed_groups"
  ADD CONSTRAINT "listed_groups_list_version_fkey" FOREIGN KEY (list_version) REFERENCES credits.group_lists(VERSION);

ALTER TABLE "credits"."listed_groups"
  ADD CONSTRAINT "listed_groups_group_id_fkey" FOREIGN KEY (group_id) REFERENCES credits.player_groups(id);

ALTER TABLE "credits"."policy_versions"
  ADD CONSTRAINT "policy_versions_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "credits"."policy_versions"
  ADD CONSTRAINT "policy_versions_credit_type_fkey" FOREIGN KEY (credit_type) REFERENCES public.credit_policies(credit_type);

ALTER TABLE "credits"."policy_versions"
  ADD CONSTRAINT "policy_versions_escalate_to_player_fkey" FOREIGN KEY (escalate_to_player) REFERENCES public.profiles(id);

ALTER TABLE "credits"."policy_versions"
  ADD CONSTRAINT "policy_versions_group_id_fkey" FOREIGN KEY (group_id) REFERENCES credits.player_groups(id);

ALTER TABLE "public"."credit_decisions"
  ADD CONSTRAINT "credit_decisions_automatic_check" CHECK (((decided_by IS NOT NULL) OR (is_final AND (decision = 'approve'::text) AND (on_behalf_of IS NULL))));

ALTER TABLE "public"."credit_decisions"
  ADD CONSTRAINT "credit_decisions_on_behalf_of_fkey" FOREIGN KEY (on_behalf_of) REFERENCES public.profiles(id);

ALTER TABLE "public"."credit_requests"
  ADD CONSTRAINT "credit_requests_decided_version_id_fkey" FOREIGN KEY (decided_version_id) REFERENCES credits.policy_versions(id);

ALTER TABLE "public"."credit_requests"
  ADD CONSTRAINT "credit_requests_escalated_to_player_fkey" FOREIGN KEY (escalated_to_player) REFERENCES public.profiles(id);

ALTER TABLE "public"."credit_requests"
  ADD CONSTRAINT "credit_requests_escalated_to_role_check" CHECK ((escalated_to_role = ANY (ARRAY['manager'::text, 'admin'::text])));

ALTER TABLE "public"."credit_requests"
  ADD CONSTRAINT "credit_requests_policy_version_id_fkey" FOREIGN KEY (policy_version_id) REFERENCES credits.policy_versions(id);

CREATE INDEX delegations_created_by_idx ON credits.delegations USING btree (created_by);

CREATE INDEX delegations_delegate_id_idx ON credits.delegations USING btree (delegate_id, ends_at);

CREATE INDEX delegations_manager_id_idx ON credits.delegations USING btree (manager_id);

CREATE INDEX group_lists_created_by_idx ON credits.group_lists USING btree (created_by);

CREATE INDEX listed_groups_board_id_idx ON credits.listed_groups USING btree (board_id);

CREATE INDEX listed_groups_group_id_idx ON credits.listed_groups USING btree (group_id);

CREATE INDEX policy_versions_created_by_idx ON credits.policy_versions USING btree (created_by);

CREATE INDEX policy_versions_escalate_to_player_idx ON credits.policy_versions USING btree (escalate_to_player);

CREATE INDEX policy_versions_group_id_idx ON credits.policy_versions USING btree (group_id);

CREATE INDEX policy_versions_in_force_idx ON credits.policy_versions USING btree (credit_type, effective_from DESC, VERSION DESC);

CREATE INDEX credit_decisions_on_behalf_of_idx ON public.credit_decisions USING btree (on_behalf_of);

CREATE INDEX credit_requests_budget_idx ON public.credit_requests USING btree (decided_version_id, closed_at);

CREATE INDEX credit_requests_escalated_to_player_idx ON public.credit_requests USING btree (escalated_to_player);

CREATE INDEX credit_requests_escalation_idx ON public.credit_requests USING btree (escalate_at)
  WHERE ((state = 'pending'::text) AND (escalated_at IS NULL));

CREATE INDEX credit_requests_policy_version_id_idx ON public.credit_requests USING btree (policy_version_id);

CREATE TRIGGER on_delegation_check_times
  BEFORE INSERT ON credits.delegations
  FOR EACH ROW
  EXECUTE FUNCTION platform.check_shown_times('starts_at', 'ends_at');

CREATE TRIGGER on_group_list_check_times
  BEFORE INSERT ON credits.group_lists
  FOR EACH ROW
  EXECUTE FUNCTION platform.check_shown_times('effective_from');

CREATE TRIGGER on_group_lists_change_refuse
  BEFORE DELETE OR UPDATE OR TRUNCATE ON credits.group_lists
  FOR EACH STATEMENT
  EXECUTE FUNCTION platform.forbid_change();

CREATE TRIGGER on_listed_group_insert_check_name
  BEFORE INSERT ON credits.listed_groups
  FOR EACH ROW
  EXECUTE FUNCTION platform.refuse_unpresentable_text('name', 'name of a group', 'group_name_invalid', '80', '1', 'false');

CREATE TRIGGER on_listed_groups_change_refuse
  BEFORE DELETE OR UPDATE OR TRUNCATE ON credits.listed_groups
  FOR EACH STATEMENT
  EXECUTE FUNCTION platform.forbid_change();

CREATE TRIGGER on_policy_version_check_times
  BEFORE INSERT ON credits.policy_versions
  FOR EACH ROW
  EXECUTE FUNCTION platform.check_shown_times('effective_from');

CREATE TRIGGER on_policy_versions_change_refuse
  BEFORE DELETE OR UPDATE OR TRUNCATE ON credits.policy_versions
  FOR EACH STATEMENT
  EXECUTE FUNCTION platform.forbid_change();

CREATE POLICY "Players see decisions on their own requests, managers all" ON "public"."credit_decisions"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT
   FROM public.credit_requests request
  WHERE
    ((request.id = credit_decisions.request_id) AND (request.player_id = ( SELECT identity.current_player_id() AS current_player_id)) AND ((request.kind = 'request'::text) OR
    (request.state = 'approved'::text))))) OR ( SELECT identity.is_manager() AS is_manager) OR ( SELECT credits.is_own_delegate() AS is_own_delegate)));

CREATE POLICY "Players see what can be requested" ON "public"."credit_policies"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "Players see what they asked for or got, managers all" ON "public"."credit_requests"
  FOR SELECT
  TO "authenticated"
  USING
    ((((player_id = ( SELECT identity.current_player_id() AS current_player_id)) AND ((kind = 'request'::text) OR (state = 'approved'::text))) OR ( SELECT identity.is_manager() AS
    is_manager) OR ( SELECT credits.is_own_delegate() AS is_own_delegate)));

COMMENT ON COLUMN "credits"."delegations"."ended_at" IS 'When it was ended early; null if it was not.';

COMMENT ON COLUMN "credits"."listed_groups"."joined_days_max" IS 'Joined less than this many days ago.';

COMMENT ON COLUMN "credits"."listed_groups"."joined_days_min" IS 'Joined at least this many days ago.';

COMMENT ON COLUMN "credits"."policy_versions"."auto_approval_max" IS 'Requests up to this amount are paid at once, while the budget lasts; null means that a person always decides.';

COMMENT ON COLUMN "credits"."policy_versions"."budget_amount" IS 'What approved requests may add up to within a calendar period in UTC; null means any amount.';

COMMENT ON COLUMN "credits"."policy_versions"."day_amount_max" IS 'What a player may request within 24 hours; null means that only the period counts.';

COMMENT ON COLUMN "credits"."policy_versions"."escalate_after_hours" IS 'After this many hours the named role or person is told once; null means nobody.';

COMMENT ON COLUMN "credits"."policy_versions"."expire_after_hours" IS 'An undecided request expires after this many hours.';

COMMENT ON COLUMN "credits"."policy_versions"."grant_valid_days" IS 'Approved credits expire after this many days; null means never.';

COMMENT ON COLUMN "credits"."policy_versions"."is_removed" IS 'From this version on the group has no policy of its own.';

COMMENT ON COLUMN "credits"."policy_versions"."period_amount_max" IS 'What a player may request within period_days; pending and approved requests count.';

COMMENT ON COLUMN "credits"."policy_versions"."remind_after_hours" IS 'Approvers are reminded once, after this many hours.';

COMMENT ON COLUMN "credits"."policy_versions"."second_approval_above" IS 'Amounts above it need two approvers; null means that one is always enough.';

COMMENT ON COLUMN "credits"."policy_versions"."web_only_above" IS 'Amounts above it are decided on the web only; null means anywhere.';

COMMENT ON COLUMN "public"."credit_decisions"."decided_by" IS 'Who decided; null if the policy approved it at once.';

COMMENT ON COLUMN "public"."credit_decisions"."on_behalf_of" IS 'The manager in whose place a delegate decided; null if the approver decided for themselves.';

COMMENT ON COLUMN "public"."credit_requests"."decided_version_id" IS 'The version that the final decision followed, and from whose budget an approval drew.';

COMMENT ON COLUMN "public"."credit_requests"."escalated_at" IS 'When a role or a person was told that it waits; null if nobody was.';

COMMENT ON COLUMN "public"."credit_requests"."policy_version_id" IS 'The version that let the request through; null for proposals and for requests older than versions.';

COMMENT ON FUNCTION "credits"."apply_decision"(public.credit_requests, public.credit_decisions, credits.policy_versions) IS 'Stores an allowed decision with all its effects: state, payment, event, audit. Without decided_by it is the act of the policy. The caller holds the request''s lock.';

COMMENT ON FUNCTION "credits"."approve_automatically"(public.credit_requests, credits.policy_versions) IS 'Pays a new request at once if the policy allows its amount and its budget has as much left, as the act of the policy; else a person decides. Returns the request.';

COMMENT ON FUNCTION "credits"."change_policies"() IS 'Waits until nobody is being judged, and holds off later decisions until the transaction ends.';

COMMENT ON FUNCTION "credits"."check_decider"(public.credit_requests, public.credit_decisions, integer) IS 'Whether the decision is a fallback: nobody else may decide (the requester is the only approver), or fewer approvers exist than the amount needs. A fallback needs a comment, and an admin if there is one. Otherwise refuses the requester and a delegate of theirs, and a second decision by the same approver or by a delegate of the same manager.';

COMMENT ON FUNCTION "credits"."check_policy_of_decision"(credits.policy_versions, public.credit_requests, public.credit_decisions) IS 'Refuses DS403 web_only a decision in Discord above the policy''s amount, and DS400 comment_needed a rejection without the comment that the policy requires.';

COMMENT ON FUNCTION "credits"."check_reader_of_policies"() IS 'Refuses DS403 everybody but managers and the service.';

COMMENT ON FUNCTION "credits"."check_request_allowed"(uuid, text, integer) IS 'The version that allows the request. Refuses DS400, DS403 and DS429 with what to do. The caller holds the player''s lock.';

COMMENT ON FUNCTION "credits"."choose_escalation"(public.credit_requests) IS 'Whom the policy in force wants to be told. Admins in place of a person who made the request, left or is no longer a manager; both null if the policy escalates no more.';

COMMENT ON FUNCTION "credits"."count_approvals_by"(credits.policy_versions, public.credit_requests) IS 'The number of approvers that a version requires: one, or two above its amount and for every proposal.';

COMMENT ON FUNCTION "credits"."count_asked"(uuid, credits.policy_versions) IS 'How many requests of the player wait, and what was requested within 24 hours and within the policy''s period; rejected, cancelled and expired requests do not count.';

COMMENT ON FUNCTION "credits"."decide_request"(uuid, public.credit_decisions) IS 'Applies decision, decided_by, comment and source of an approver to one request, by every rule, and returns the request; it is still pending after the first of two approvals. Single and bulk decisions both pass here, so they cannot differ. The policy is the one in force now; an approval draws from its budget. Announces nothing. A caller that decides several in one transaction calls lock_for_decisions first.';

COMMENT ON FUNCTION "credits"."describe_budget"(credits.policy_versions, timestamp with time zone) IS '{amount, period, starts_at, refills_at, used, left} of the policy''s budget at a moment; null without one. What was approved in the period before the budget was set counts, too.';

COMMENT ON FUNCTION "credits"."describe_credit_request"(public.credit_requests) IS 'A request in the API''s format: the row, the requester, what its policy asks of a decision, and each decision. Definer: names approvers to a player who may see the request; the caller has selected the row under its own rights.';

COMMENT ON FUNCTION "credits"."describe_delegation"(credits.delegations) IS 'A delegation with the names of both players.';

COMMENT ON FUNCTION "credits"."describe_groups"(integer) IS 'The groups of one version of the list in their order, with how many players fit each filter now.';

COMMENT ON FUNCTION "credits"."describe_policy"(credits.policy_versions) IS 'One version of a policy in the API''s format, with who made it; null for the service.';

COMMENT ON FUNCTION "credits"."escalate_credit_requests"() IS 'Escalates once each request that has waited as long as its policy said when it was made, to whom the policy names now. Safe to run at any time, and twice. Returns the number of escalated requests.';

COMMENT ON FUNCTION "credits"."find_policy"(uuid, text, timestamp with time zone) IS 'The version that applies to a player at a moment: of the first group in the list that the player fits and that has a policy, else of everybody. Null for an unknown type.';

COMMENT ON FUNCTION "credits"."find_policy_of_request"(public.credit_requests, timestamp with time zone) IS 'The version that decided the request, else the one that decides it at a moment: of the group it was made under, or the one that applies to the player.';

COMMENT ON FUNCTION "credits"."find_represented"(uuid, public.credit_requests) IS 'The manager in whose place the player may decide this request now; null if there is none.';

COMMENT ON FUNCTION "credits"."group_list_at"(timestamp with time zone) IS 'The version of the list of groups in force at a moment; null before the first.';

COMMENT ON FUNCTION "credits"."has_budget"(credits.policy_versions, integer) IS 'Whether the budget has this much left. The caller holds the lock of the budget.';

COMMENT ON FUNCTION "credits"."is_credit_type"(text) IS 'Whether there are credits of this type.';

COMMENT ON FUNCTION "credits"."is_delegate"(uuid) IS 'Whether the player may decide in place of a manager now.';

COMMENT ON FUNCTION "credits"."is_in_group"(public.profiles, credits.listed_groups, timestamp with time zone) IS 'Whether the player fits the group''s filter; the tier is the one held now.';

COMMENT ON FUNCTION "credits"."is_own_delegate"() IS 'Whether the signed-in player may decide in place of a manager now. For policies.';

COMMENT ON FUNCTION "credits"."list_changed_fields"(credits.policy_versions, credits.policy_versions) IS 'The fields that differ between two versions, in the order of the form.';

COMMENT ON FUNCTION "credits"."list_policy_fields"() IS 'The fields of a policy that an admin may change.';

COMMENT ON FUNCTION "credits"."lock_budget"(uuid, text) IS 'Locks the accounts of the payment in the order of post_transfer. All approvals of a credit type meet at the issuing account, so what is left of a budget stands still until the payment commits, without a lock of its own.';

COMMENT ON FUNCTION "credits"."lock_for_decisions"(uuid[]) IS 'Locks all that the decisions will lock, in the order of single decisions: requests, policies, the players'' accounts, the system''s, each in order of ids. So bulk decisions in any order, single ones, cancellations and expiry cannot deadlock.';

COMMENT ON FUNCTION "credits"."policy_at"(text, uuid, timestamp with time zone) IS 'The version in force at a moment of the policy of a type and a group, or of everybody else; null before the first.';

COMMENT ON FUNCTION "credits"."propose_policy"(text, uuid, jsonb, timestamp with time zone) IS 'The policy with the changes applied, as it would begin at a moment. Refuses DS400 fields and values that none can have, and DS404 an unknown type or group. Stores nothing.';

COMMENT ON FUNCTION "credits"."read_policies"() IS 'Holds off changes of policies and groups until the transaction ends. Call it before reading the policy that judges a request, after locking the request.';

COMMENT ON FUNCTION "credits"."refuse_empty_budget"(credits.policy_versions, integer) IS 'Refuses DS409 budget_empty, with what is left and when it is refilled, if the budget has less than this left. The caller holds the lock of the budget, so concurrent approvals never overdraw.';

COMMENT ON FUNCTION "credits"."refuse_stale"(text, uuid, timestamp with time zone) IS 'Refuses DS409 policy_changed a change of a version that is no longer the newest, naming who was faster.';

COMMENT ON FUNCTION "credits"."resolve_start"(timestamp with time zone) IS 'The moment a change takes effect: the given one, or now. Refuses DS400 one in the past. The caller has called change_policies.';

COMMENT ON FUNCTION "credits"."settle_credit_request"(public.credit_requests, uuid, credits.policy_versions) IS 'Moves the approved credits, once per request, and returns the transfer''s id: grants the requested or proposed amount, or reverses a transfer.';

COMMENT ON FUNCTION "credits"."store_groups"(integer, jsonb) IS 'Stores the groups of a version of the list in the given order; one without an id is new. Refuses DS400.';

COMMENT ON FUNCTION "credits"."store_policy"(credits.policy_versions) IS 'Stores a version and returns it; refuses DS400 values that contradict each other.';

COMMENT ON FUNCTION "public"."decide_credit_request"(uuid, text, text, text, uuid, text) IS 'Approves or rejects a request or a proposal: {request, decision, balances, replayed}. Exactly one decision is ever final, even in a race; nobody decides their own request while another approver exists; above the policy''s amount two approvers are needed. A delegate decides in place of a manager. An approval moves the credits in the same transaction. Definer: nobody may write decisions or credits directly.';

COMMENT ON FUNCTION "public"."delegate_decisions"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) IS 'Names the player who decides requests in place of the caller, or, by an admin, of another manager; audited. Whether both may is checked at each decision. Definer: nobody may write the table directly.';

COMMENT ON FUNCTION "public"."end_delegation"(uuid, uuid, text) IS 'Ends a delegation at once, by the manager, the delegate or an admin; audited. Definer: nobody may write the table directly.';

COMMENT ON FUNCTION "public"."get_request_limits"(uuid) IS 'What the caller, or the given player for managers and the service, may request of each credit type and what is left of it: today, in the period, and in a single request now (amount_left). Definer: reads policies that the caller may not.';

COMMENT ON FUNCTION "public"."list_credit_policies"() IS 'The policies in force: of each credit type the one of everybody, then those of groups in their order, each with newest_version (what a change has to name), planned_count and budget. Managers and the service only. Definer: reads internal tables.';

COMMENT ON FUNCTION "public"."list_delegations"() IS 'The delegations that run or are planned, by start. Managers and the service only. Definer: reads an internal table.';

COMMENT ON FUNCTION "public"."list_escalation_recipients"(uuid) IS '[{player_id, display_name, discord_user_id}]: who can be told in Discord that an open request was escalated to them, and may decide it now. For the service only.';

COMMENT ON FUNCTION "public"."list_player_groups"() IS '{version, groups, planned}: the groups in force in their order, the newest version (what a change has to name), and the next list that is planned. Managers and the service only. Definer: reads internal tables.';

COMMENT ON FUNCTION "public"."list_policy_versions"(text, uuid) IS 'Every version of one policy, planned ones first, then backwards: author, from when, state, and what changed from the version before it. Managers and the service only. Definer: reads internal tables.';

COMMENT ON FUNCTION "public"."request_credits"(text, integer, text, text, uuid, text) IS 'Creates a request within the policy''s limits and returns it with replayed, which is also true for another key if a duplicate is already pending. The policy pays a small one at once; nothing else moves credits. Definer: nobody may write requests directly.';

COMMENT ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp with time zone, text, uuid, text) IS 'Adds a version of a policy with the given fields changed, effective now or later, and returns it. The changes apply to the version in force at that moment; versions planned for later stay as they are. Refuses DS409 policy_changed, with who changed it, unless base_version is the newest version (0 for a group without a policy). Admins only, audited. Definer: nobody may write the table directly.';

COMMENT ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp with time zone, uuid, text) IS 'Replaces the ordered list of groups, now or from a later moment: {version, effective_from, groups}. Refuses DS409 policy_changed, with who changed it, unless base_version is the newest version. Admins only, audited. Definer: nobody may write the tables directly.';

COMMENT ON TABLE "credits"."delegations" IS 'One row is one span in which a player may decide requests in place of a manager. Whether both still may is checked at each decision.';

COMMENT ON TABLE "credits"."group_lists" IS 'One row is one version of the list of groups. In force is the one that began last; of two that begin together, the later version. Append-only.';

COMMENT ON TABLE "credits"."listed_groups" IS 'One row is one group in one version of the list: its place, name and filter. All conditions that are set must hold. Append-only.';

COMMENT ON TABLE "credits"."player_groups" IS 'One row is the identity of one group, whatever it is called and whomever it covers at the time.';

COMMENT ON TABLE "credits"."policy_versions" IS 'One row is one version of the policy of a credit type, for a group of players or, without one, for everybody else. In force is the version that began last; of two that begin together, the later version. Append-only.';

COMMENT ON TABLE "public"."credit_decisions" IS 'One row is one decision on one request, by an approver or by its policy. Append-only; at most one row of a request is final.';

COMMENT ON TABLE "public"."credit_policies" IS 'One row is one credit type. The versions of its policies state what may be asked of it and how that is decided.';

REVOKE ALL ON FUNCTION "credits"."apply_decision"(public.credit_requests, public.credit_decisions, credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."apply_decision"(public.credit_requests, public.credit_decisions, credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."apply_decision"(public.credit_requests, public.credit_decisions, credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."approve_automatically"(public.credit_requests, credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."approve_automatically"(public.credit_requests, credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."approve_automatically"(public.credit_requests, credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."change_policies"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."change_policies"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."change_policies"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_decider"(public.credit_requests, public.credit_decisions, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_decider"(public.credit_requests, public.credit_decisions, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_decider"(public.credit_requests, public.credit_decisions, integer) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_policy_of_decision"(credits.policy_versions, public.credit_requests, public.credit_decisions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_policy_of_decision"(credits.policy_versions, public.credit_requests, public.credit_decisions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_policy_of_decision"(credits.policy_versions, public.credit_requests, public.credit_decisions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_reader_of_policies"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_reader_of_policies"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_reader_of_policies"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."check_request_allowed"(uuid, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."check_request_allowed"(uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."check_request_allowed"(uuid, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."choose_escalation"(public.credit_requests) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."choose_escalation"(public.credit_requests) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."choose_escalation"(public.credit_requests) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."count_approvals_by"(credits.policy_versions, public.credit_requests) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."count_approvals_by"(credits.policy_versions, public.credit_requests) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."count_approvals_by"(credits.policy_versions, public.credit_requests) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."count_asked"(uuid, credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."count_asked"(uuid, credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."count_asked"(uuid, credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."describe_budget"(credits.policy_versions, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_budget"(credits.policy_versions, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_budget"(credits.policy_versions, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."describe_delegation"(credits.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_delegation"(credits.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_delegation"(credits.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."describe_groups"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_groups"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_groups"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."describe_policy"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."describe_policy"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."describe_policy"(credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."escalate_credit_requests"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."escalate_credit_requests"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."escalate_credit_requests"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."find_policy"(uuid, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_policy"(uuid, text, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_policy"(uuid, text, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."find_policy_of_request"(public.credit_requests, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_policy_of_request"(public.credit_requests, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_policy_of_request"(public.credit_requests, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."find_represented"(uuid, public.credit_requests) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."find_represented"(uuid, public.credit_requests) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."find_represented"(uuid, public.credit_requests) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."group_list_at"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."group_list_at"(timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."group_list_at"(timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."has_budget"(credits.policy_versions, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."has_budget"(credits.policy_versions, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."has_budget"(credits.policy_versions, integer) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."is_credit_type"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."is_credit_type"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."is_credit_type"(text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."is_delegate"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."is_delegate"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."is_delegate"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."is_in_group"(public.profiles, credits.listed_groups, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."is_in_group"(public.profiles, credits.listed_groups, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."is_in_group"(public.profiles, credits.listed_groups, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."is_own_delegate"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "credits"."is_own_delegate"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "credits"."is_own_delegate"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."is_own_delegate"() TO "postgres";

GRANT EXECUTE ON FUNCTION "credits"."is_own_delegate"() TO "service_role";

REVOKE ALL ON FUNCTION "credits"."list_changed_fields"(credits.policy_versions, credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."list_changed_fields"(credits.policy_versions, credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."list_changed_fields"(credits.policy_versions, credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."list_policy_fields"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."list_policy_fields"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."list_policy_fields"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."lock_budget"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."lock_budget"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."lock_budget"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."policy_at"(text, uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."policy_at"(text, uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."policy_at"(text, uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."propose_policy"(text, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."propose_policy"(text, uuid, jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."propose_policy"(text, uuid, jsonb, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."read_policies"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."read_policies"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."read_policies"() TO "postgres";

REVOKE ALL ON FUNCTION "credits"."refuse_empty_budget"(credits.policy_versions, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."refuse_empty_budget"(credits.policy_versions, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."refuse_empty_budget"(credits.policy_versions, integer) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."refuse_stale"(text, uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."refuse_stale"(text, uuid, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."refuse_stale"(text, uuid, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."resolve_start"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."resolve_start"(timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."resolve_start"(timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."settle_credit_request"(public.credit_requests, uuid, credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."settle_credit_request"(public.credit_requests, uuid, credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."settle_credit_request"(public.credit_requests, uuid, credits.policy_versions) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."store_groups"(integer, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."store_groups"(integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."store_groups"(integer, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "credits"."store_policy"(credits.policy_versions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "credits"."store_policy"(credits.policy_versions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "credits"."store_policy"(credits.policy_versions) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delegate_decisions"(uuid, timestamp WITH time zone, timestamp WITH time zone, uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delegate_decisions"(uuid, timestamp WITH time zone, timestamp WITH time zone, uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delegate_decisions"(uuid, timestamp WITH time zone, timestamp WITH time zone, uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delegate_decisions"(uuid, timestamp WITH time zone, timestamp WITH time zone, uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."end_delegation"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."get_request_limits"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_request_limits"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_limits"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_request_limits"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_credit_policies"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_credit_policies"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_credit_policies"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_credit_policies"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_delegations"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_delegations"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_delegations"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_delegations"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_escalation_recipients"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_escalation_recipients"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_escalation_recipients"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_player_groups"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_player_groups"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_player_groups"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_player_groups"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_policy_versions"(text, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_policy_versions"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_policy_versions"(text, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_policy_versions"(text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp WITH time zone, text, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp WITH time zone, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp WITH time zone, text, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_credit_policy"(text, jsonb, integer, uuid, timestamp WITH time zone, text, uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp WITH time zone, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp WITH time zone, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp WITH time zone, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_player_groups"(jsonb, integer, timestamp WITH time zone, uuid, text) TO "service_role";

-- The policies of before become the first versions.
INSERT INTO "credits"."policy_versions" (
  credit_type, version, source, effective_from, request_amount_max, period_days, period_amount_max, pending_count_max,
  second_approval_above, expire_after_hours, remind_after_hours, grant_valid_days)
SELECT credit_type, 1, 'system', updated_at, request_amount_max, period_days, period_amount_max, pending_count_max,
  second_approval_above, expire_after_hours, remind_after_hours, grant_valid_days
FROM "public"."credit_policies" ORDER BY credit_type;

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "expire_after_hours";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "grant_valid_days";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "pending_count_max";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "period_amount_max";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "period_days";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "remind_after_hours";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "request_amount_max";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "second_approval_above";

ALTER TABLE "public"."credit_policies"
  DROP COLUMN "updated_at";

SELECT cron.schedule('escalate-credit-requests', '* * * * *', 'select credits.escalate_credit_requests()');
