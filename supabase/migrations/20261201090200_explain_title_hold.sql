comment on column public.boards.title_hold_refreshes is
  'Anti-flap: each title passes to its new holder only after they have kept the place for this many further '
  'refreshes. The titles wait independently of each other.';
