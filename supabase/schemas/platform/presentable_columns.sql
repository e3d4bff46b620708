-- Text that others see is presentable, whoever writes it. Text chosen by a person or an API is refused with
-- the name of the field; text from Discord cannot be refused, and is made presentable. Each column has the
-- same rule as a check, where readers of the table look for it, counted in user-perceived characters.

create function platform.refuse_text(problem text, label text, code text, length_max int, length_min int)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  case problem
    when 'line_break' then
      perform platform.refuse(400, code, format('The %s must be on a single line.', label), 'Write it on one line.');
    when 'control' then
      perform platform.refuse(400, code, format('The %s contains a control character.', label),
        'Type it instead of pasting it.');
    when 'invisible' then
      perform platform.refuse(400, code, format('The %s contains an invisible character.', label),
        'Type it instead of pasting it.');
    when 'stacked' then
      perform platform.refuse(400, code, format('The %s has more than four accents on one letter.', label),
        'Use fewer.');
    when 'empty' then
      perform platform.refuse(400, code, format('The %s needs at least one visible character.', label),
        'Write something visible.');
    when 'too_short' then
      perform platform.refuse(400, code, format('The %s needs at least %s characters.', label, length_min),
        'Make it longer.');
    else
      perform platform.refuse(400, code, format('The %s can have at most %s characters.', label, length_max),
        'Make it shorter.');
  end case;
end;
$$;
comment on function platform.refuse_text(text, text, text, int, int) is
  'Refuses DS400 with the given code, what is wrong with the labelled text, and what to do about it.';

create function platform.refuse_unpresentable_text()
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
  tidied constant text := platform.tidy_text(given, is_multiline);
  problem constant text := platform.find_text_problem(tidied, length_max, length_min, is_multiline);
begin
  if problem is not null then
    perform platform.refuse_text(problem, tg_argv[1], tg_argv[2], length_max, length_min);
  end if;
  if tidied <> given then
    new := jsonb_populate_record(new, jsonb_build_object(field, tidied));
  end if;
  return new;
end;
$$;
comment on function platform.refuse_unpresentable_text() is
  'Trigger of tables with text that people or APIs choose; arguments: column, its label in a sentence, refusal '
  'code, maximum and minimum length, whether several lines are allowed. Tidies spaces, refuses the rest.';

create function platform.make_text_presentable()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  field constant text := tg_argv[0];
  given constant text := to_jsonb(new) ->> field;
  presentable text := platform.to_presentable(given, tg_argv[1]::int);
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
comment on function platform.make_text_presentable() is
  'Trigger of tables with text from other systems; arguments: column, maximum length, and the fallback column if '
  'nothing is presentable (none: null). Never refuses.';
