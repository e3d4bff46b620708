-- Who may decide a request, and what its policy asks of a decision.

create function credits.check_decider(
  request public.credit_requests, word public.credit_decisions, approvals_needed int)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- A delegate decides with the rights of the manager.
  decider uuid := coalesce(word.on_behalf_of, word.decided_by);
  approver_count int;
  admin_count int;
  is_fallback boolean;
begin
  select count(*), count(*) filter (where profiles.role = 'admin') into approver_count, admin_count
  from public.profiles
  where profiles.role in ('manager', 'admin') and profiles.left_at is null
    and profiles.id <> request.player_id;
  if word.decided_by = request.player_id and (word.on_behalf_of is not null or approver_count > 0) then
    perform platform.refuse(403, 'own_request', 'You cannot decide your own request.',
      'Another manager has to decide it; you can cancel it.');
  end if;
  if word.on_behalf_of = request.player_id then
    perform platform.refuse(403, 'own_request', 'You cannot decide a request in place of the player who made it.',
      'Another manager has to decide it.');
  end if;
  if exists (select from public.credit_decisions as earlier
    where earlier.request_id = request.id
      and (earlier.decided_by = word.decided_by or decider in (earlier.decided_by, earlier.on_behalf_of))) then
    perform platform.refuse(409, 'already_approved_by_you', 'You have approved this request before.',
      'It needs a second approver.');
  end if;
  is_fallback := decider = request.player_id or approver_count < approvals_needed;
  if is_fallback and decider <> request.player_id and admin_count > 0
    and not identity.has_role(decider, 'admin') then
    perform platform.refuse(403, 'admin_needed',
      'Too few approvers exist for this amount, so an admin has to decide.',
      'Ask an admin.');
  end if;
  if is_fallback and char_length(trim(coalesce(word.comment, ''))) = 0 then
    perform platform.refuse(400, 'comment_needed',
      'There are too few approvers to follow the usual rule, so this decision needs a comment.',
      'Say why in a comment.');
  end if;
  return is_fallback;
end;
$$;
comment on function credits.check_decider(public.credit_requests, public.credit_decisions, int) is
  'Whether the decision is a fallback: nobody else may decide (the requester is the only approver), or fewer '
  'approvers exist than the amount needs. A fallback needs a comment, and an admin if there is one. Otherwise '
  'refuses the requester and a delegate of theirs, and a second decision by the same approver or by a '
  'delegate of the same manager.';

create function credits.check_policy_of_decision(
  policy credits.policy_versions, request public.credit_requests, word public.credit_decisions)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if word.source = 'discord' and request.amount > policy.web_only_above then
    perform platform.refuse(403, 'web_only',
      format('Requests for more than %s credits are decided on the web.',
        to_char(policy.web_only_above, 'FM999,999,999,990')),
      'Open the request on the web.');
  end if;
  if word.decision = 'reject' and policy.reject_comment_required
    and char_length(trim(coalesce(word.comment, ''))) = 0 then
    perform platform.refuse(400, 'comment_needed', 'A rejection needs a comment.',
      'Tell the player why in a comment.');
  end if;
end;
$$;
comment on function credits.check_policy_of_decision(
  credits.policy_versions, public.credit_requests, public.credit_decisions) is
  'Refuses DS403 web_only a decision in Discord above the policy''s amount, and DS400 comment_needed a rejection '
  'without the comment that the policy requires.';
