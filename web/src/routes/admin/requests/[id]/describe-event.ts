import { nameSource } from '#domain/credits/credit-names.ts';
import type { RequestEvent } from '#domain/credits/request-queue.ts';
import { isolate } from '#domain/platform/text/isolate.ts';

/** What happened to a request, as a sentence. */
export function describeEvent(event: RequestEvent): string {
  const who = isolate(event.by_name ?? 'The policy');
  switch (event.kind) {
    case 'created':
      return `Requested on ${nameSource(event.source ?? 'web')}.`;
    case 'card_posted':
      return 'Posted to the approvers in Discord.';
    case 'reminded':
      return 'The approvers were reminded.';
    case 'cancelled':
      return 'Cancelled.';
    case 'expired':
      return 'Expired: nobody decided in time.';
    case 'reversed':
      return `${isolate(event.by_name ?? 'The system')} took the credits back${event.reason ? `: ${event.reason}` : ''}.`;
    case 'decided': {
      const verb = event.decision === 'approve' ? 'approved' : 'rejected';
      const as = event.is_final === false ? ' as the first of two approvers' : '';
      const fallback = event.is_fallback ? ', because too few approvers exist' : '';
      const bulk = event.bulk_id ? ', with others at once' : '';
      return `${who} ${verb} it on ${nameSource(event.source ?? 'web')}${as}${fallback}${bulk}.`;
    }
  }
}
