-- A player exists only once somebody vouches for the account: its address is confirmed, an admin invited it, or it
-- came without an address, which only a sign-in provider or an admin can do. The auth service inserts an account
-- first and confirms it afterwards, so both moments are watched.

-- Whoever typed an address and never proved that it is theirs is no player; what they were shown as goes off the
-- boards, and the name stays with it.
update public.profiles
set user_id = null, left_at = coalesce(profiles.left_at, now())
from auth.users
where users.id = profiles.user_id and nullif(users.email, '') is not null
  and users.email_confirmed_at is null and users.invited_at is null;

create or replace trigger on_user_created_attach_player
  after insert on auth.users
  for each row
  when (
    nullif(new.email, '') is null or new.email_confirmed_at is not null or new.invited_at is not null)
  execute function private.handle_new_user();

create trigger on_user_confirmed_attach_player
  after update of email_confirmed_at, invited_at on auth.users
  for each row
  when (
    nullif(old.email, '') is not null and old.email_confirmed_at is null and old.invited_at is null
    and (new.email_confirmed_at is not null or new.invited_at is not null))
  execute function private.handle_new_user();
