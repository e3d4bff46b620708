-- Whoever writes it, by whatever way: text that others are shown is presentable. What a person or an API chose is
-- refused by the name of the field; what comes from Discord cannot be refused, and is made presentable.

create function private.refuse_text(problem text, label text, code text, length_max int, length_min int)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  case problem
    when 'line_break' then
      perform private.refuse(400, code, format('The %s must be on a single line.', label), 'Write it on one line.');
    when 'control' then
      perform private.refuse(400, code, format('The %s contains a control character.', label),
        'Type it instead of pasting it.');
    when 'invisible' then
      perform private.refuse(400, code, format('The %s contains an invisible character.', label),
        'Type it instead of pasting it.');
    when 'stacked' then
      perform private.refuse(400, code, format('The %s has more than four accents on one letter.', label),
        'Use fewer.');
    when 'empty' then
      perform private.refuse(400, code, format('The %s needs at least one visible character.', label),
        'Write something that can be seen.');
    when 'too_short' then
      perform private.refuse(400, code, format('The %s needs at least %s characters.', label, length_min),
        'Make it longer.');
    else
      perform private.refuse(400, code, format('The %s can have at most %s characters.', label, length_max),
        'Make it shorter.');
  end case;
end;
$$;
comment on function private.refuse_text(text, text, text, int, int) is
  'Refuses DS400 with the given code, what is wrong with the text of that label, and what to do about it.';

create function private.refuse_unpresentable_text()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  field constant text := tg_argv[0];
  length_max constant int := tg_argv[3]::int;
  length_min constant int := tg_argv[4]::int;
  is_multiline constant boolean := tg_argv[5]::boolean;
  given constant text := to_jsonb(new) ->> field;
  tidied constant text := private.tidy_text(given, is_multiline);
  problem constant text := private.find_text_problem(tidied, length_max, length_min, is_multiline);
begin
  if problem is not null then
    perform private.refuse_text(problem, tg_argv[1], tg_argv[2], length_max, length_min);
  end if;
  if tidied <> given then
    new := jsonb_populate_record(new, jsonb_build_object(field, tidied));
  end if;
  return new;
end;
$$;
comment on function private.refuse_unpresentable_text() is
  'Trigger of tables with text that people or APIs choose; arguments: column, what it is called in a sentence, code of '
  'the refusal, most and fewest characters, whether several lines are allowed. Tidies spaces, refuses the rest.';

create function private.make_text_presentable()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  field constant text := tg_argv[0];
  given constant text := to_jsonb(new) ->> field;
  presentable text := private.to_presentable(given, tg_argv[1]::int);
begin
  if presentable = '' then
    presentable := case when tg_nargs > 2 then to_jsonb(new) ->> tg_argv[2] end;
  end if;
  if presentable is distinct from given then
    new := jsonb_populate_record(new, jsonb_build_object(field, presentable));
  end if;
  return new;
end;
$$;
comment on function private.make_text_presentable() is
  'Trigger of tables with text that other systems choose; arguments: column, most characters, and the column that '
  'stands in where nothing is presentable (none: null). Never refuses.';

create function private.check_username()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.username !~ '[a-z0-9]' then
    perform private.refuse(400, 'username_invalid', 'The username needs at least one letter or digit.',
      'Choose another username.');
  end if;
  return new;
end;
$$;
comment on function private.check_username() is
  'Refuses a username of dots and dashes only: it is part of the address of a page, where dots mean another page.';

create trigger on_profile_write_check_username
  before insert or update of username on public.profiles
  for each row execute function private.check_username();
-- An account brings the name that its provider knows; whoever signs up cannot be refused for it.
create trigger on_account_insert_present_display_name
  before insert on public.profiles
  for each row when (new.user_id is not null)
  execute function private.make_text_presentable('display_name', '80', 'username');
create trigger on_profile_insert_check_display_name
  before insert on public.profiles
  for each row when (new.user_id is null)
  execute function private.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');
create trigger on_profile_update_check_display_name
  before update of display_name on public.profiles
  for each row when (new.display_name is distinct from old.display_name)
  execute function private.refuse_unpresentable_text(
    'display_name', 'display name', 'display_name_invalid', '80', '1', 'false');

create trigger on_discord_link_write_present_username
  before insert or update of discord_username on public.discord_links
  for each row execute function private.make_text_presentable('discord_username', '80', 'discord_user_id');
create trigger on_discord_link_write_present_display_name
  before insert or update of discord_display_name on public.discord_links
  for each row execute function private.make_text_presentable('discord_display_name', '80');
create trigger on_guild_write_present_name
  before insert or update of name on public.guilds
  for each row execute function private.make_text_presentable('name', '100', 'id');
create trigger on_member_role_write_present_cause
  before insert or update of cause on public.member_roles
  for each row execute function private.make_text_presentable('cause', '500');

create trigger on_board_write_check_name
  before insert or update of name on public.boards
  for each row execute function private.refuse_unpresentable_text(
    'name', 'name of a board', 'board_name_invalid', '80', '1', 'false');
create trigger on_season_write_check_name
  before insert or update of name on private.board_periods
  for each row when (new.name is not null)
  execute function private.refuse_unpresentable_text(
    'name', 'name of a season', 'season_name_invalid', '80', '1', 'false');
create trigger on_api_key_write_check_name
  before insert or update of name on private.api_keys
  for each row execute function private.refuse_unpresentable_text(
    'name', 'name of an API key', 'api_key_name_invalid', '80', '1', 'false');
create trigger on_api_key_write_check_source
  before insert or update of source on private.api_keys
  for each row execute function private.refuse_unpresentable_text(
    'source', 'source of an API key', 'api_key_source_invalid', '64', '1', 'false');

create trigger on_credit_request_write_check_reason
  before insert or update of reason on public.credit_requests
  for each row execute function private.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '3', 'true');
create trigger on_credit_decision_insert_check_comment
  before insert on public.credit_decisions
  for each row when (new.comment is not null)
  execute function private.refuse_unpresentable_text(
    'comment', 'comment', 'comment_invalid', '1000', '1', 'true');
create trigger on_credit_transfer_insert_check_reason
  before insert on public.credit_transfers
  for each row when (new.reason is not null)
  execute function private.refuse_unpresentable_text(
    'reason', 'reason', 'reason_invalid', '500', '1', 'true');
