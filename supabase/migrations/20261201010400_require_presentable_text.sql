-- The rule where a reader of a table looks for it, counted in characters as a reader counts them.

alter table public.profiles
  drop constraint profiles_display_name_check,
  add constraint profiles_display_name_check check (private.is_presentable(display_name, 80)),
  add constraint profiles_username_visible_check check (username ~ '[a-z0-9]');
alter table public.discord_links
  add constraint discord_links_discord_username_check check (private.is_presentable(discord_username, 80)),
  add constraint discord_links_discord_display_name_check check (private.is_presentable(discord_display_name, 80));
alter table public.guilds
  add constraint guilds_name_check check (private.is_presentable(name, 100));
alter table public.member_roles
  add constraint member_roles_cause_check check (private.is_presentable(cause, 500));
alter table public.boards
  drop constraint boards_name_check,
  add constraint boards_name_check check (private.is_presentable(name, 80));
alter table private.board_periods
  add constraint board_periods_name_check check (private.is_presentable(name, 80));
alter table private.api_keys
  drop constraint api_keys_name_check,
  drop constraint api_keys_source_check,
  add constraint api_keys_name_check check (private.is_presentable(name, 80)),
  -- Each event carries it, and measures it in code points.
  add constraint api_keys_source_check check (private.is_presentable(source, 64) and char_length(source) <= 64);
alter table public.credit_requests
  drop constraint credit_requests_reason_check,
  add constraint credit_requests_reason_check check (private.is_presentable(reason, 500, 3, true));
alter table public.credit_decisions
  drop constraint credit_decisions_comment_check,
  add constraint credit_decisions_comment_check check (private.is_presentable(comment, 1000, 1, true));
alter table public.credit_transfers
  add constraint credit_transfers_reason_check check (private.is_presentable(reason, 500, 1, true));
