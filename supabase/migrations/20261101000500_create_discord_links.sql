create table public.discord_links (
  player_id uuid primary key references public.profiles (id),
  discord_user_id text not null unique check (discord_user_id ~ '^[0-9]{15,21}$'),
  discord_username text not null,
  discord_display_name text,
  discord_avatar_url text,
  linked_at timestamptz not null default now(),
  linked_by uuid references public.profiles (id),
  scopes text[] not null default '{}'
);
comment on table public.discord_links is
  'One row links one player to one Discord account, one to one both ways. Snowflakes are text: they exceed '
  'what JSON numbers hold.';
comment on column public.discord_links.linked_by is
  'Who linked: the player, or the admin who forced it; null for imports.';
comment on column public.discord_links.scopes is 'OAuth scopes the player consented to.';
create index discord_links_linked_at_idx on public.discord_links (linked_at);
create index discord_links_linked_by_idx on public.discord_links (linked_by);

alter table public.discord_links enable row level security;
grant select on public.discord_links to authenticated, service_role;
create policy "Players see their own link, managers see all"
  on public.discord_links for select to authenticated
  using (player_id = (select private.current_player_id()) or (select private.is_manager()));

create table private.discord_tokens (
  player_id uuid primary key references public.profiles (id),
  discord_user_id text not null,
  access_token_ciphertext text not null,
  refresh_token_ciphertext text,
  key_id text not null,
  expires_at timestamptz,
  stored_at timestamptz not null default now()
);
comment on table private.discord_tokens is
  'The OAuth tokens of one player, encrypted by the caller (AES-256-GCM): the database never sees a token '
  'or a key. They outlive the link until they are revoked at Discord.';
comment on column private.discord_tokens.key_id is
  'Which encryption key was used, so that keys can be rotated.';
alter table private.discord_tokens enable row level security;
