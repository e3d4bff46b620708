-- Fills every table of a migrated database, through the product's commands where there are any.

update leaderboard.leaderboard_settings set leaf_player_count_max = 2;

-- Accounts, players, links.
insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
select ('00000000-0000-4000-8000-00000000000' || n)::uuid, name || '@example.com', now(),
  jsonb_build_object('user_name', name)
from (values (1, 'ada'), (2, 'max'), (3, 'pia'), (4, 'ben'), (5, 'zoe'), (6, 'kim')) as person (n, name);
update public.profiles set role = 'admin' where username in ('ada', 'max');
insert into auth.identities (id, user_id, provider, provider_id, identity_data, created_at, updated_at)
select gen_random_uuid(), id, 'discord', '90000000000000000' || right(id::text, 1),
  jsonb_build_object('sub', '90000000000000000' || right(id::text, 1), 'full_name', split_part(email, '@', 1)), now(), now()
from auth.users where email in ('pia@example.com', 'ben@example.com', 'zoe@example.com');
select public.unlink_discord((select id from public.profiles where username = 'zoe'), 'discord');
select public.store_discord_tokens(player_id, discord_user_id, 'sealed', 'sealed too', 'key', now() + interval '7 days')
from public.discord_links;
select public.follow_own_rank(true, (select id from public.profiles where username = 'kim'));

-- A past season, a current one, and events for both.
insert into public.boards (slug, name, kind, awards_tiers, late_policy, close_grace, title_hold_refreshes)
values ('season', 'Season', 'season', true, 'next_period', '0', 2);
insert into leaderboard.milestones (board_id, milestone, kind, threshold)
select id, 'first_points', 'score', 10 from public.boards where slug = 'season';
insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
select id, 'Past', now() - interval '10 days', now() - interval '2 days' from public.boards where slug = 'season';
insert into leaderboard.board_periods (board_id, name, starts_at, ends_at)
select id, 'Running', now() - interval '2 days', now() + interval '90 days' from public.boards where slug = 'season';
select public.record_score_events('dealscale', (
  select jsonb_agg(jsonb_build_object(
    'external_id', moment.tag || '-' || metric || '-' || username, 'player_id', id, 'metric', metric,
    'units', place, 'occurred_at', moment.at))
  from (select *, row_number() over (order by username) as place from public.profiles) as players
  cross join (values ('past', now() - interval '5 days'), ('now', now() - interval '1 hour')) as moment (tag, at)
  cross join (values ('task_completed'), ('call_booked')) as counted (metric)
  where metric = 'call_booked' or moment.tag = 'now'));
call leaderboard.refresh_due_boards();
call leaderboard.close_due_periods();
select public.record_score_events('dealscale', jsonb_build_array(
  jsonb_build_object('external_id', 'late', 'metric', 'deal_closed', 'units', 1, 'occurred_at', now() - interval '5 days',
    'player_id', (select id from public.profiles where username = 'pia')),
  jsonb_build_object('external_id', 'void', 'voids', 'now-task_completed-pia', 'reason', 'A mistake', 'occurred_at', now())));
call leaderboard.refresh_due_boards();
insert into leaderboard.period_setbacks (period_id, last_failed_at)
select id, now() from leaderboard.board_periods where state = 'open' limit 1;
update public.profiles set visibility = 'anonymous' where username = 'ben';

-- Credits.
select public.grant_credits(id, 'ai', 40, 'A gift', 'grant-' || username, now() + interval '30 days',
  (select id from public.profiles where username = 'ada'))
from public.profiles where username in ('pia', 'kim');
select public.spend_credits((select id from public.profiles where username = 'pia'), 'ai', 5, 'A summary', 'spend');
select public.hold_credits((select id from public.profiles where username = 'pia'), 'ai', 5, 'A search', 'hold');
select public.request_credits('ai', 10, 'For the ' || username || ' campaign', 'request-' || username, id)
from public.profiles where username in ('pia', 'ben');
select public.decide_credit_request(request.id, 'approve', 'Go ahead', 'decide',
  (select id from public.profiles where username = 'max'))
from public.credit_requests as request
join public.profiles on profiles.id = request.player_id where username = 'pia';
select public.record_request_card(id, '800000000000000001', '800000000000000002') from public.credit_requests limit 1;
select public.update_player_groups('[{"name": "The team", "roles": ["manager", "admin"]}]', 0,
  acting_player_id => (select id from public.profiles where username = 'ada'));
select public.update_credit_policy('ai', '{"budget_amount": 100, "budget_period": "month"}', 0, id,
  acting_player_id => (select profiles.id from public.profiles where username = 'ada'))
from credits.player_groups;
select public.delegate_decisions((select id from public.profiles where username = 'pia'), now(), now() + interval '7 days',
  acting_player_id => (select id from public.profiles where username = 'max'));

-- Discord, developers, and what the service remembers.
select public.upsert_guild('700000000000000001', 'Guild', '800000000000000001', null, '{"champion": "600000000000000001"}');
select public.plan_role_changes('700000000000000001');
select public.begin_interaction('500000000000000001', 'leaderboard', '900000000000000003', '{"token": "x"}');
select public.create_api_key('Backend', array(select unnest(integrations.list_api_scopes())), repeat('a', 64), 'ds_', null,
  (select id from public.profiles where username = 'ada'), 'dealscale');
select public.recall_api_answer(id, 'first', 'hash') from integrations.api_keys;
select public.count_attempt('search', 'visitor');
