-- Whose session has ended sees of the players what a visitor sees, their own row included.

alter policy "Players see public players who are here and themselves" on public.profiles
  using (
    (visibility = 'public' and left_at is null)
    or id = (select private.current_player_id())
    or (select private.is_manager())
  );
