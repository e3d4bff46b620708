-- Scheduled jobs. Times are UTC; a job name is unique; each function may run at any time, and twice.

select cron.schedule('forget-capped-days', '41 3 * * *', 'select leaderboard.forget_capped_days()');
select cron.schedule('thin-board-history', '7,22,37,52 * * * *', 'select leaderboard.thin_all_history()');
select cron.schedule('refresh-boards', '30 seconds', 'call leaderboard.refresh_due_boards()');
select cron.schedule('close-periods', '30 seconds', 'call leaderboard.close_due_periods()');
select cron.schedule('sweep-outbox', '5 seconds', 'select platform.sweep_outbox()');
select cron.schedule('expire-credit-requests', '* * * * *', 'select credits.expire_credit_requests()');
select cron.schedule('escalate-credit-requests', '* * * * *', 'select credits.escalate_credit_requests()');
select cron.schedule('expire-credit-lots', '*/5 * * * *', 'select credits.expire_lots()');
select cron.schedule('pay-scheduled-grants', '* * * * *', 'select credits.pay_scheduled_grants()');
select cron.schedule('pay-rewards', '* * * * *', 'select credits.pay_due_rewards()');
select cron.schedule('warn-of-expiry', '*/15 * * * *', 'select credits.warn_of_expiry()');
select cron.schedule('sum-credit-days', '9 * * * *', 'select credits.sum_finished_days()');
select cron.schedule('check-credit-books', '23 2 * * *', 'select credits.check_books()');
select cron.schedule('purge-old-rows', '17 * * * *', 'select platform.purge_old_rows()');
select cron.schedule('sweep-interactions', '5 seconds', 'select platform.sweep_interactions()');
select cron.schedule('clear-api-answers', '17 * * * *',
  $$delete from integrations.api_answers where created_at < now() - interval '24 hours'$$);
select cron.schedule('mark-stalled-runs', '* * * * *', 'select platform.mark_stalled_runs()');
