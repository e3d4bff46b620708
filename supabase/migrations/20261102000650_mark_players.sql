-- What decides about a player besides points: who is seen, who is followed.

create function private.mark_player()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.player_marks (player_id) values (case when tg_op = 'DELETE' then old.player_id
    else new.player_id end);
  return null;
end;
$$;
comment on function private.mark_player() is
  'Lets the next refresh look at this player again. Definer: the marks are closed.';

create trigger on_discord_links_change_mark_player
  after insert or delete on public.discord_links
  for each row execute function private.mark_player();
create trigger on_rank_subscriptions_change_mark_player
  after insert or delete on private.rank_subscriptions
  for each row execute function private.mark_player();

create function private.on_profile_update_mark_player()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if (new.visibility, new.is_ranked, new.left_at) is distinct from (old.visibility, old.is_ranked,
    old.left_at) then
    insert into private.player_marks (player_id) values (new.id);
  end if;
  update private.board_tops set page = null where board_tops.player_ids @> array[new.id];
  return null;
end;
$$;
comment on function private.on_profile_update_mark_player() is
  'Lets the next refresh look at the player again and withdraws rendered pages at once, so that nobody is '
  'named after hiding.';

create trigger on_profiles_update_mark_player
  after update on public.profiles
  for each row
  when ((new.visibility, new.is_ranked, new.left_at, new.username, new.display_name, new.avatar_url)
    is distinct from (old.visibility, old.is_ranked, old.left_at, old.username, old.display_name,
      old.avatar_url))
  execute function private.on_profile_update_mark_player();
