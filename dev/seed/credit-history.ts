import { personaIds, type SeedPlayer } from './players.ts';
import type { Random } from './random.ts';

/** A past change of credits. `request` groups related entries. */
export type CreditDeed =
  | { kind: 'grant'; at: Date; player_id: string; credit_type: string; amount: number; reason: string }
  | { kind: 'spend'; at: Date; player_id: string; credit_type: string; amount: number; reason: string }
  | {
      kind: 'request';
      at: Date;
      request: number;
      player_id: string;
      credit_type: string;
      amount: number;
      reason: string;
      source: string;
    }
  | {
      kind: 'decide';
      at: Date;
      request: number;
      approver_id: string;
      decision: string;
      comment: string;
      source: string;
    }
  | { kind: 'cancel'; at: Date; request: number; player_id: string }
  | { kind: 'expire'; at: Date; request: number };

const hourMs = 3_600_000;
const expireAfterHours = 72;
const secondApprovalAbove = { ai: 500, lead: 250 } as const;
const reasons = {
  ai: [
    'Call summaries for the spring campaign',
    'Drafting follow-ups for 40 cold leads',
    'Scoring the imported contact list',
    'Meeting notes for the enterprise pilot',
    'Translating the pitch for the Lisbon team',
  ],
  lead: [
    'New territory: Porto and Braga',
    'Replacing bounced contacts from last week',
    'Trade fair list, 80 companies',
    'Dental practices in the north region',
    'Second round with logistics firms',
  ],
} as const;
const approvals = ['Go for it.', 'Good numbers last month.', 'Approved, keep the notes short.', ''] as const;
const rejections = [
  'Use up what you have first.',
  'Please ask for a smaller amount.',
  'Same list as last week?',
] as const;

/** Two months of grants, requests in every state and spending, oldest first. */
export function makeCreditHistory(
  random: Random,
  players: readonly SeedPlayer[],
  options: { now: Date; dayCount: number; requestCount: number },
): CreditDeed[] {
  const { now, dayCount, requestCount } = options;
  const askers = players.filter((player) => player.pace > 0.5 && player.joinedDaysAgo > 14);
  const deeds: CreditDeed[] = [];
  const before = (hours: number): Date => new Date(now.getTime() - hours * hourMs);
  for (const player_id of [personaIds.pia, personaIds.quinn]) {
    const at = before((dayCount - 1) * 24);
    deeds.push({
      kind: 'grant',
      at,
      player_id,
      credit_type: 'ai',
      amount: 100,
      reason: 'Welcome to the arena',
    });
  }
  const asking = [...spread(random, askers, requestCount), personaIds.pia, personaIds.pia, personaIds.quinn];
  for (const [request, player_id] of asking.entries()) {
    const isLast = request >= requestCount;
    const isOpen = isLast ? request !== requestCount : request % 12 === 0;
    const hoursAgo = isOpen ? random.between(1, 60) : random.between(80, dayCount * 24 - 30);
    addRequest(random, deeds, { request, player_id, isOpen, at: before(hoursAgo), now });
  }
  return distinguishRequests(deeds).sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** A repeated request would count as a duplicate, so a later one asks for a little more. */
function distinguishRequests(deeds: readonly CreditDeed[]): CreditDeed[] {
  const wishes = new Set<string>();
  return deeds.map((deed) => {
    if (deed.kind !== 'request') return deed;
    const distinct = { ...deed };
    const name = () => `${distinct.player_id} ${distinct.credit_type} ${distinct.amount} ${distinct.reason}`;
    while (wishes.has(name())) distinct.amount += 1;
    wishes.add(name());
    return distinct;
  });
}

/** A few requests per player at most, to stay within the policy's limits. */
function spread(random: Random, askers: readonly SeedPlayer[], count: number): string[] {
  const countsByPlayer = new Map<string, number>();
  const chosen: string[] = [];
  while (chosen.length < count && askers.length * 2 > chosen.length) {
    const { player_id } = random.pick(askers);
    const known = countsByPlayer.get(player_id) ?? 0;
    if (known >= 2 || player_id === personaIds.pia || player_id === personaIds.quinn) continue;
    countsByPlayer.set(player_id, known + 1);
    chosen.push(player_id);
  }
  return chosen;
}

function addRequest(
  random: Random,
  deeds: CreditDeed[],
  given: { request: number; player_id: string; isOpen: boolean; at: Date; now: Date },
): void {
  const { request, player_id, isOpen, at } = given;
  const credit_type = random.isLikely(0.6) ? 'ai' : 'lead';
  const isLarge = random.isLikely(0.1);
  const amount = isLarge ? secondApprovalAbove[credit_type] + 50 : random.between(2, 20) * 10;
  const source = random.isLikely(0.7) ? 'discord' : 'web';
  const reason = random.pick(reasons[credit_type]);
  deeds.push({ kind: 'request', at, request, player_id, credit_type, amount, reason, source });
  if (isOpen) return;
  const later = (hours: number): Date => new Date(at.getTime() + hours * hourMs);
  const fate = random.next();
  const waitHours = 0.2 + random.next() * 20;
  const approvers = random.isLikely(0.6)
    ? [personaIds.max, personaIds.ada]
    : [personaIds.ada, personaIds.max];
  const decide = (
    approver_id: string | undefined,
    decision: string,
    comment: string,
    hours: number,
  ): void => {
    if (approver_id === undefined) return;
    deeds.push({ kind: 'decide', at: later(hours), request, approver_id, decision, comment, source });
  };
  if (fate < 0.1) deeds.push({ kind: 'cancel', at: later(waitHours), request, player_id });
  else if (fate < 0.18) deeds.push({ kind: 'expire', at: later(expireAfterHours), request });
  else if (fate < 0.34) decide(approvers[0], 'reject', random.pick(rejections), waitHours);
  else {
    decide(approvers[0], 'approve', random.pick(approvals), waitHours);
    if (isLarge) decide(approvers[1], 'approve', random.pick(approvals), waitHours + 2);
    const spent = Math.floor(amount * random.next());
    if (spent > 0) {
      const spentReason = credit_type === 'ai' ? 'Assistant runs' : 'Leads unlocked';
      deeds.push({
        kind: 'spend',
        at: later(waitHours + 30),
        player_id,
        credit_type,
        amount: spent,
        reason: spentReason,
      });
    }
  }
}
