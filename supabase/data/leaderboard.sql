-- The initial competition: what counts, and four boards.

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), secret.name, secret.description)
from (values
  ('leaderboard_pseudonym_key', 'Makes the ids under which anonymous players appear.'),
  ('leaderboard_cursor_cipher_key', 'Encrypts what a page cursor holds.'),
  ('leaderboard_cursor_tag_key', 'Shows that a page cursor was sealed here.')
) as secret (name, description)
where not exists (select from vault.secrets where secrets.name = secret.name);

insert into leaderboard.leaderboard_settings default values on conflict do nothing;
insert into leaderboard.refresh_runs (job) values ('refresh'), ('close') on conflict (job) do nothing;

insert into public.score_rules (metric, points_per_unit, daily_cap_points, effective_from) values
  ('deal_closed', 100, null, '2020-01-01 00:00+00'),
  ('lead_converted', 25, null, '2020-01-01 00:00+00'),
  ('call_booked', 10, null, '2020-01-01 00:00+00'),
  ('task_completed', 5, 250, '2020-01-01 00:00+00')
on conflict (metric, effective_from) do nothing;

-- Only one board announces ranks: four would announce nearly the same thing four times.
insert into public.boards (slug, name, kind, awards_tiers, announces_ranks, late_policy, close_grace) values
  ('all-time', 'All time', 'all_time', true, true, 'refuse', '0'),
  ('monthly', 'This month', 'monthly', false, false, 'refuse', '6 hours'),
  ('weekly', 'This week', 'weekly', false, false, 'next_period', '1 hour'),
  ('daily', 'Today', 'daily', false, false, 'next_period', '15 minutes')
on conflict (slug) do nothing;

insert into leaderboard.milestones (board_id, milestone, kind, threshold)
select boards.id, milestone.name, milestone.kind, milestone.threshold
from public.boards
cross join (values
  ('score_1000', 'score', 1000), ('score_5000', 'score', 5000), ('score_10000', 'score', 10000),
  ('score_50000', 'score', 50000), ('score_100000', 'score', 100000),
  ('first_top_100', 'position', 100), ('first_top_10', 'position', 10), ('first_place', 'position', 1)
) as milestone (name, kind, threshold)
where boards.slug = 'all-time'
on conflict (board_id, milestone) do nothing;

select leaderboard.open_due_periods();
