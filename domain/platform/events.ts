/**
 * Every event that the database emits, and what happens to it:
 *
 *   taken   starts a durable function, so the relay sends it
 *   kept    starts nothing yet: it stays in the outbox as long as the others, and is not sent
 *
 * The first durable function for a kept event makes it a taken one, here and nowhere else.
 */
export const events = {
  'credits/request.created': 'taken',
  'credits/request.decided': 'taken',
  'credits/request.first_approved': 'taken',
  'credits/request.reminder_due': 'taken',
  'credits/request.escalated': 'taken',
  'credits/request.cancelled': 'taken',
  'credits/request.expired': 'taken',
  'credits/request.undone': 'kept',
  'credits/balance.low': 'kept',
  'credits/lot.expiring': 'kept',
  'credits/books.unbalanced': 'kept',
  'leaderboard/board.refreshed': 'kept',
  'leaderboard/rank.changed': 'kept',
  'leaderboard/tier.changed': 'taken',
  'leaderboard/period.closed': 'kept',
  'player/milestone.reached': 'kept',
  'discord/link.created': 'taken',
  'discord/link.removed': 'taken',
  'discord/user.changed': 'taken',
  'discord/member.joined': 'taken',
  'discord/member.left': 'taken',
  'discord/interactions.unfinished': 'taken',
  'discord/roles.sync_requested': 'taken',
  'platform/run.cancel_requested': 'taken',
} as const;

export type EventName = keyof typeof events;

const kept = new Set<string>(
  Object.entries(events).flatMap(([name, fate]) => (fate === 'kept' ? [name] : [])),
);

/** Whether an event is to be sent. An unknown event is sent, because the database may be newer than its relay. */
export const isSent = (eventName: string): boolean => !kept.has(eventName);
