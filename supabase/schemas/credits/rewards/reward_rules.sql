-- Rewards: what the places of a board are worth at the end of a period. A rule has versions; each applies from one
-- period on, and none may apply to a period whose result is known.

create table credits.reward_rules (
  id bigint generated always as identity primary key,
  board_id bigint not null references public.boards (id),
  version int not null,
  applies_from timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid not null references public.profiles (id),
  confirmed_at timestamptz,
  confirmed_by uuid references public.profiles (id),
  unique (board_id, version),
  constraint reward_rules_confirmed_check check ((confirmed_at is null) = (confirmed_by is null))
);
comment on table credits.reward_rules is
  'One row is one version of the rewards of a board. Once confirmed, it applies to the periods that start at '
  'applies_from or later, until a later version does.';
comment on column credits.reward_rules.confirmed_by is
  'Who made it effective: the admin who wrote it, or a second approver if a prize is above the policy''s amount.';
create index reward_rules_created_by_idx on credits.reward_rules (created_by);
create index reward_rules_confirmed_by_idx on credits.reward_rules (confirmed_by);

alter table credits.reward_rules enable row level security;

create table credits.reward_prizes (
  rule_id bigint not null references credits.reward_rules (id),
  line int not null check (line > 0),
  tier text check (tier in ('champion', 'silver', 'bronze', 'top_10', 'elite')),
  place_from int not null check (place_from > 0),
  place_to int not null check (place_to between place_from and 1000),
  credit_type text not null references public.credit_policies (credit_type),
  amount int not null check (amount between 1 and 1000000),
  valid_days int check (valid_days between 1 and 3660),
  primary key (rule_id, line)
);
comment on table credits.reward_prizes is
  'One row is one prize of a rule: the places that get it, and the credits. A player gets every prize of their '
  'place. The rule of a board without prizes ends its rewards.';
create index reward_prizes_credit_type_idx on credits.reward_prizes (credit_type);

alter table credits.reward_prizes enable row level security;

create function credits.describe_reward_rule(rule credits.reward_rules)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', rule.id, 'board', board.slug, 'board_name', board.name, 'version', rule.version,
    'applies_from', rule.applies_from, 'created_at', rule.created_at, 'created_by', rule.created_by,
    'created_by_name', creator.display_name, 'confirmed_at', rule.confirmed_at,
    'confirmed_by_name', confirmer.display_name,
    'prizes', coalesce((
      select jsonb_agg(to_jsonb(prize) - 'rule_id' order by prize.line)
      from credits.reward_prizes as prize where prize.rule_id = rule.id), '[]'))
  from public.boards as board
  join public.profiles as creator on creator.id = rule.created_by
  left join public.profiles as confirmer on confirmer.id = rule.confirmed_by
  where board.id = rule.board_id;
$$;
comment on function credits.describe_reward_rule(credits.reward_rules) is
  'A version of a rule with its prizes and the names of the admins.';

create function credits.find_reward_rule(board_id bigint, starts_at timestamptz)
returns credits.reward_rules
language sql
stable
security definer
set search_path = ''
as $$
  select rule.* from credits.reward_rules as rule
  where rule.board_id = find_reward_rule.board_id and rule.confirmed_at is not null
    and rule.applies_from <= find_reward_rule.starts_at
  order by rule.applies_from desc, rule.version desc limit 1;
$$;
comment on function credits.find_reward_rule(bigint, timestamptz) is
  'The version that applies to a period that starts then; null if there is none.';

create function credits.refuse_known_result(board_id bigint, applies_from timestamptz)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if exists (
    select from leaderboard.board_periods as period
    where period.board_id = refuse_known_result.board_id and period.state <> 'open'
      and period.starts_at >= refuse_known_result.applies_from) then
    perform platform.refuse(409, 'reward_too_late', 'The first of these periods has ended.',
      'Let the rule begin with the next period.');
  end if;
end;
$$;
comment on function credits.refuse_known_result(bigint, timestamptz) is
  'Refuses DS409 a rule that would apply to a period that no longer accepts events.';

create function credits.read_prize(written jsonb)
returns credits.reward_prizes
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  prize credits.reward_prizes;
begin
  begin
    prize := jsonb_populate_record(null::credits.reward_prizes, written);
  exception when data_exception then
    prize := null;
  end;
  if prize.tier is not null then
    select min(place), max(place) into prize.place_from, prize.place_to
    from generate_series(1, 1000) as place where leaderboard.tier_of_position(place) = prize.tier;
  end if;
  prize.place_to := coalesce(prize.place_to, prize.place_from);
  if prize.place_from is null or prize.place_from < 1 or prize.place_to not between prize.place_from and 1000
    or prize.amount is null or prize.amount not between 1 and 1000000
    or prize.valid_days not between 1 and 3660
    or not exists (select from public.credit_policies as policy where policy.credit_type = prize.credit_type) then
    perform platform.refuse(400, 'prize_invalid', 'This is not a valid prize.',
      'Choose a tier or places from 1 to 1,000, a credit type, and an amount from 1 to 1,000,000.');
  end if;
  return prize;
end;
$$;
comment on function credits.read_prize(jsonb) is
  'A prize {tier | place_from, place_to, credit_type, amount, valid_days}, with the places of its tier; refuses '
  'DS400 one that is not valid.';

create function public.set_reward_rule(
  board text, prizes jsonb, begins text default 'current',
  acting_player_id uuid default null, source text default 'web')
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  actor uuid := identity.resolve_actor(acting_player_id);
  rewarded public.boards;
  period leaderboard.board_periods;
  made credits.reward_rules;
  prize credits.reward_prizes;
begin
  if not identity.has_role(actor, 'admin') then
    perform platform.refuse(403, 'admin_only', 'Only admins can change rewards.', 'Ask an admin.');
  end if;
  perform platform.count_attempt('credit_grant', actor::text);
  -- Versions of one board follow each other.
  select * into rewarded from public.boards where boards.slug = set_reward_rule.board for update;
  if rewarded.id is null then
    perform platform.refuse(404, 'board_not_found', 'There is no such board.', 'Choose one of the boards.');
  end if;
  period := leaderboard.current_period(rewarded.id);
  if rewarded.kind = 'all_time' or period.ends_at is null then
    perform platform.refuse(409, 'reward_without_end', 'This board has no period that ends.',
      'Choose a board with periods, or plan a season first.');
  end if;
  if jsonb_typeof(prizes) is distinct from 'array' or jsonb_array_length(prizes) > 20 then
    perform platform.refuse(400, 'prize_invalid', 'A rule has up to 20 prizes.', 'Remove some of them.');
  end if;
  insert into credits.reward_rules (board_id, version, applies_from, created_by)
  select rewarded.id, coalesce(max(earlier.version), 0) + 1,
    case begins when 'next' then period.ends_at else period.starts_at end, actor
  from credits.reward_rules as earlier where earlier.board_id = rewarded.id
  returning * into made;
  perform credits.refuse_known_result(rewarded.id, made.applies_from);
  for prize in
    select (credits.read_prize(item.value || jsonb_build_object('line', item.ordinality))).*
    from jsonb_array_elements(prizes) with ordinality as item
  loop
    prize.rule_id := made.id;
    insert into credits.reward_prizes select prize.*;
  end loop;
  if credits.may_confirm_alone(made) then
    update credits.reward_rules set confirmed_at = clock_timestamp(), confirmed_by = actor
    where reward_rules.id = made.id returning * into made;
  end if;
  perform platform.record_audit('credits.reward_rule_set', 'board', rewarded.slug, null,
    credits.describe_reward_rule(made), actor, platform.resolve_source(source));
  return credits.describe_reward_rule(made);
end;
$$;
comment on function public.set_reward_rule(text, jsonb, text, uuid, text) is
  'Adds a version of the rewards of a board and returns it; it applies from the current or the next period on. A '
  'prize above the policy''s amount waits until a second approver confirms the version. Admins only; audited. '
  'Definer: nobody may write rules directly.';
grant execute on function public.set_reward_rule(text, jsonb, text, uuid, text) to authenticated, service_role;
