-- What was stored before the rule: made presentable as far as it goes, with something that says what it was where
-- nothing is left. Rows that never change are changed here once.

update public.profiles set username = 'player-' || substr(md5(profiles.id::text), 1, 8)
where username !~ '[a-z0-9]';
update public.profiles
set display_name = coalesce(nullif(private.to_presentable(display_name, 80), ''), username)
where not private.is_presentable(display_name, 80);

-- The triggers make them presentable.
update public.discord_links set discord_username = discord_username, discord_display_name = discord_display_name
where not (private.is_presentable(discord_username, 80) and private.is_presentable(discord_display_name, 80));
update public.guilds set name = name where not private.is_presentable(name, 100);
update public.member_roles set cause = cause where not private.is_presentable(cause, 500);

update public.boards set name = coalesce(nullif(private.to_presentable(name, 80), ''), slug)
where not private.is_presentable(name, 80);
alter table private.board_periods disable trigger on_closed_period_change_refuse;
update private.board_periods set name = nullif(private.to_presentable(name, 80), '')
where not private.is_presentable(name, 80);
alter table private.board_periods enable trigger on_closed_period_change_refuse;
update private.api_keys
set name = coalesce(nullif(private.to_presentable(name, 80), ''), prefix)
where not private.is_presentable(name, 80);
update private.api_keys set source = coalesce(nullif(private.to_presentable(source, 64), ''), prefix)
where not private.is_presentable(source, 64);

update public.credit_requests
set reason = case when char_length(private.to_presentable(reason, 500, true)) >= 3
  then private.to_presentable(reason, 500, true) else '(unreadable)' end
where not private.is_presentable(reason, 500, 3, true);
alter table public.credit_decisions disable trigger on_credit_decisions_change_refuse;
update public.credit_decisions set comment = nullif(private.to_presentable(comment, 1000, true), '')
where not private.is_presentable(comment, 1000, 1, true);
alter table public.credit_decisions enable trigger on_credit_decisions_change_refuse;
alter table public.credit_transfers disable trigger on_credit_transfers_change_refuse;
update public.credit_transfers set reason = nullif(private.to_presentable(reason, 500, true), '')
where not private.is_presentable(reason, 500, 1, true);
alter table public.credit_transfers enable trigger on_credit_transfers_change_refuse;
