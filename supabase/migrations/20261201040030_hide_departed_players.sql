-- Whoever left the community is named to nobody but themselves and managers.

drop policy "Visitors see public players" on public.profiles;
create policy "Visitors see public players who are here"
  on public.profiles for select to anon
  using (visibility = 'public' and left_at is null);

drop policy "Players see public players and themselves, managers all" on public.profiles;
create policy "Players see public players who are here and themselves"
  on public.profiles for select to authenticated
  using (
    (visibility = 'public' and left_at is null)
    or user_id = (select auth.uid())
    or (select private.is_manager())
  );
