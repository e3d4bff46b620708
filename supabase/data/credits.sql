insert into public.credit_policies (credit_type) values ('ai'), ('lead') on conflict do nothing;

insert into credits.policy_versions (
  credit_type, version, source, request_amount_max, period_days, period_amount_max, pending_count_max,
  second_approval_above, expire_after_hours, remind_after_hours)
values
  ('ai', 1, 'system', 1000, 30, 3000, 3, 500, 72, 24),
  ('lead', 1, 'system', 500, 30, 1500, 3, 250, 72, 24)
on conflict do nothing;

insert into credits.low_balances (credit_type, below) values ('ai', 50), ('lead', 25)
on conflict (credit_type) do nothing;
