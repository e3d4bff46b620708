insert into platform.attempt_limits (action, window_seconds, limit_count)
values
  ('api_address', 60, 240),
  ('api_key', 60, 6000),
  ('api_simulate', 60, 10),
  ('api_verification', 60, 10),
  ('credit_bulk', 60, 30),
  ('book_check', 60, 6),
  ('credit_cancel', 60, 30),
  ('credit_decision', 60, 120),
  ('credit_grant', 60, 30),
  ('credit_request', 60, 10),
  ('credit_request', 3600, 60),
  ('discord_link', 60, 20),
  ('discord_sign_in', 60, 120),
  ('discord_unlink', 60, 20),
  ('interaction', 20, 20),
  ('metrics', 60, 60),
  ('player_change', 60, 60),
  ('profile_change', 60, 30),
  ('refused_attempt', 3600, 20),
  ('search', 60, 240),
  ('sign_in', 60, 10),
  -- An office may share one address.
  ('sign_in_address', 60, 120)
on conflict (action, window_seconds) do nothing;
