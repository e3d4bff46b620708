-- Who wants to hear about their own rank without a linked Discord account.

create function public.follow_own_rank(follow boolean, acting_player_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := private.resolve_actor(follow_own_rank.acting_player_id);
begin
  if follow_own_rank.follow is null then
    perform private.refuse(400, 'invalid_follow', 'Follow is true or false.', 'Send one of them.');
  elsif follow_own_rank.follow then
    insert into private.rank_subscriptions (player_id) values (actor) on conflict do nothing;
  else
    delete from private.rank_subscriptions as subscriptions where subscriptions.player_id = actor;
  end if;
  return jsonb_build_object('player_id', actor, 'follows_rank', follow_own_rank.follow);
end;
$$;
comment on function public.follow_own_rank(boolean, uuid) is
  'Subscribes the caller''s player to events about their own rank, or ends it; from the next refresh on. '
  'Repeating it changes nothing. Linked players get the events in any case. Definer: the table is closed; '
  'writes the row of the caller only.';
grant execute on function public.follow_own_rank(boolean, uuid) to authenticated, service_role;
