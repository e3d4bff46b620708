-- Presentable text: text that a person or program may choose for others to see. It cannot break out of its
-- line, hide, or reverse the text around it. domain/platform/text/presentable-text.ts checks forms with the
-- same rule before anything is sent; a test compares both over every character. Ranges are used because
-- Unicode classes differ between versions.

create function platform.text_pattern(name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  spaces constant text := '\u0020\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000';
  line_breaks constant text := '\n\r\u000B\u000C\u0085\u2028\u2029';
  -- Joiners are meaningful in emoji and some scripts, and invisible anywhere else.
  joiners constant text := '\u200C\u200D';
  joined constant text :=
    '\u0600-\u0DFF\u1000-\u109F\u1780-\u18AF\u2190-\u2BFF\U0001F000-\U0001FAFF';
  -- Variation selectors; each kind is valid after few characters only.
  emoji_selectors constant text := '\uFE0E\uFE0F';
  emoji_bases constant text := '\u00A9\u00AE\u203C-\u3299\U0001F000-\U0001FAFF';
  han_selectors constant text := '\uFE00-\uFE02\U000E0100-\U000E01EF';
  han_bases constant text := '\u3400-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF';
  mongolian_selectors constant text := '\u180B-\u180D\u180F';
  -- Combining marks.
  marks constant text :=
    '\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F'
    '\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0F71-\u0F84'
    '\u0F8D-\u0FBC\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\u302A-\u302D\u3099\u309A\uFE20-\uFE2F';
  selectors constant text := joiners || emoji_selectors || han_selectors || mongolian_selectors;
begin
  return case name
    when 'space' then '[' || spaces || ']'
    when 'outer_space' then format('^[%1$s\t%2$s]+|[%1$s\t%2$s]+$', spaces, line_breaks)
    when 'line_break' then '\r\n|[' || line_breaks || ']'
    when 'control' then '[\u0001-\u0009\u000E-\u001F\u007F-\u0084\u0086-\u009F]'
    -- Characters that are invisible, change direction or have no meaning; then joiners and selectors without
    -- a function.
    when 'invisible' then
      '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164'
      '\uFE03-\uFE0D\uFEFF\uFFA0\uFFF0-\uFFFC\uFFFE\uFFFF\uE000-\uF8FF\uFDD0-\uFDEF\U00013430-\U0001345F'
      '\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E00FF\U000E01F0-\U0010FFFF]'
      || format('|(?<![%2$s%3$s])[%1$s]|[%1$s](?![%2$s])', joiners, joined, emoji_selectors)
      || format('|(?<![%2$s#*0-9])[%1$s]|(?<=[#*0-9])[%1$s](?!\u20E3)', emoji_selectors, emoji_bases)
      || format('|(?<![%2$s])[%1$s]', han_selectors, han_bases)
      || format('|(?<![\u1820-\u18AA])[%1$s]', mongolian_selectors)
    -- More marks on one character than any language uses, after the allowed ones.
    when 'stacked' then format('((?:[%1$s][%2$s]?){4})(?:[%1$s][%2$s]?)+', marks, joiners)
    when 'visible' then format('[^%s\t%s%s%s]', spaces, line_breaks, selectors, marks)
    -- One user-perceived character: a letter with its accents, a joined emoji, a flag.
    when 'character' then format('(?:[\U0001F1E6-\U0001F1FF]{2}|.)(?:\u200D[%s]|[%s%s\U0001F3FB-\U0001F3FF])*',
      joined, selectors, marks)
  end;
end;
$$;
comment on function platform.text_pattern(text) is
  'The regular expressions that define presentable text, by name.';

create function platform.tidy_text(raw text, is_multiline boolean default false)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  tidied text;
begin
  -- Most texts are plain.
  if raw ~ '^[!-~]+( [!-~]+)*$' then
    return raw;
  end if;
  tidied := regexp_replace(raw, platform.text_pattern('outer_space'), '', 'g');
  if not is_multiline then
    return regexp_replace(tidied, platform.text_pattern('space') || '+', ' ', 'g');
  end if;
  tidied := regexp_replace(tidied, platform.text_pattern('line_break'), E'\n', 'g');
  tidied := regexp_replace(translate(tidied, E'\t', ' '), platform.text_pattern('space'), ' ', 'g');
  return regexp_replace(regexp_replace(tidied, ' +\n', E'\n', 'g'), '\n{3,}', E'\n\n', 'g');
end;
$$;
comment on function platform.tidy_text(text, boolean) is
  'The text with normalised and trimmed spaces; multi-line text keeps at most one empty line in a row.';

create function platform.find_text_problem(
  tidied text, length_max int, length_min int default 1, is_multiline boolean default false)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  allowed_break constant text := case when is_multiline then E'\n' else '' end;
  character_count int;
begin
  if tidied is null or tidied ~ '^[!-~][ -~]*$' then
    character_count := char_length(tidied);
  elsif translate(tidied, allowed_break, '') ~ platform.text_pattern('line_break') then
    return 'line_break';
  elsif tidied ~ platform.text_pattern('control') then
    return 'control';
  elsif tidied ~ platform.text_pattern('invisible') then
    return 'invisible';
  elsif tidied ~ platform.text_pattern('stacked') then
    return 'stacked';
  elsif tidied !~ platform.text_pattern('visible') then
    return 'empty';
  else
    character_count := regexp_count(tidied, platform.text_pattern('character'));
  end if;
  -- A character may consist of several code points, but not of arbitrarily many.
  return case
    when character_count < length_min then 'too_short'
    when character_count > length_max or char_length(tidied) > 4 * length_max then 'too_long'
  end;
end;
$$;
comment on function platform.find_text_problem(text, int, int, boolean) is
  'Why a tidied text is not presentable: line_break, control, invisible, stacked (accents on one letter), empty, '
  'too_short or too_long, counted in user-perceived characters. Null if it is presentable.';

create function platform.is_presentable(
  given text, length_max int, length_min int default 1, is_multiline boolean default false)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select given is null or (
    given = platform.tidy_text(given, is_multiline)
    and platform.find_text_problem(given, length_max, length_min, is_multiline) is null);
$$;
comment on function platform.is_presentable(text, int, int, boolean) is
  'Whether a text is tidy and presentable. For column checks; null is not text.';

create function platform.to_presentable(given text, length_max int, is_multiline boolean default false)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  line_break constant text := case when is_multiline then E'\n' else ' ' end;
  kept text := translate(regexp_replace(given, platform.text_pattern('line_break'), line_break, 'g'), E'\t', ' ');
begin
  kept := platform.tidy_text(platform.strip_text(kept), is_multiline);
  select coalesce(string_agg(counted.part, '' order by counted.place), '') into kept
  from (
    select parts.part[1] as part, parts.place,
      sum(char_length(parts.part[1])) over (order by parts.place) as code_point_count
    from regexp_matches(kept, platform.text_pattern('character'), 'g') with ordinality as parts (part, place)
    limit length_max
  ) as counted
  where counted.code_point_count <= 4 * length_max;
  kept := platform.tidy_text(platform.strip_text(kept), is_multiline);
  return case when kept ~ platform.text_pattern('visible') then kept else '' end;
end;
$$;
comment on function platform.to_presentable(text, int, boolean) is
  'The presentable part of a text that nobody can correct; empty if nothing is left. For names from other systems.';

create function platform.strip_text(given text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  more text := given;
  less text;
begin
  -- Repeated, because a joiner or a mark may lose its neighbour.
  loop
    less := regexp_replace(more, platform.text_pattern('control'), '', 'g');
    less := regexp_replace(less, platform.text_pattern('invisible'), '', 'g');
    less := regexp_replace(less, platform.text_pattern('stacked'), '\1', 'g');
    exit when less = more;
    more := less;
  end loop;
  return less;
end;
$$;
comment on function platform.strip_text(text) is 'The text without invisible characters.';
