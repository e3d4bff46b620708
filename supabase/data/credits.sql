insert into public.credit_policies (
  credit_type, request_amount_max, period_days, period_amount_max, pending_count_max,
  second_approval_above, expire_after_hours, remind_after_hours, grant_valid_days)
values
  ('ai', 1000, 30, 3000, 3, 500, 72, 24, null),
  ('lead', 500, 30, 1500, 3, 250, 72, 24, null)
on conflict (credit_type) do nothing;

insert into credits.low_balances (credit_type, below) values ('ai', 50), ('lead', 25)
on conflict (credit_type) do nothing;
