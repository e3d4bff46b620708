-- The total order of a board as one byte string: comparing two strings compares two players.

create function leaderboard.order_key(score bigint, reached_at timestamptz, player_id uuid)
returns bytea
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
  -- The bytes of the score without leading zeros: no level of the tree is spent on common digits.
  width int := case
    when score = 0 then 0
    when abs(score) < 256 then 1
    when abs(score) < 65536 then 2
    when abs(score) < 16777216 then 3
    when abs(score) < 4294967296 then 4
    when abs(score) < 1099511627776 then 5
    when abs(score) < 281474976710656 then 6
    when abs(score) < 72057594037927936 then 7
    else 8
  end;
begin
  return case when score > 0
      then set_byte('\x80', 0, 128 - width) || substring(int8send(-1 - score) from 9 - width)
      else set_byte('\x80', 0, 128 + width) || substring(int8send(-score) from 9 - width)
    end
    || substring(timestamptz_send(reached_at) from 2) || uuid_send(player_id);
end;
$$;
comment on function leaderboard.order_key(bigint, timestamptz, uuid) is
  'Compares byte by byte as players do: score descending, reached_at ascending, id ascending. One byte for sign '
  'and width of the score, its 0 to 8 bytes (counted down if positive), 7 bytes of microseconds since 2000, 16 of '
  'id. No key is a prefix of another. Times from 2000 to 4283.';

create function leaderboard.score_key(order_key bytea)
returns bytea
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return substring(order_key for 1 + abs(get_byte(order_key, 0) - 128));
end;
$$;
comment on function leaderboard.score_key(bytea) is
  'The prefix of an order key that is exactly the score.';
