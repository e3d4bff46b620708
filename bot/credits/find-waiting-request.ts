import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { CreditRequest } from '#domain/credits/credit-request.ts';
import { findLinkedPlayer } from '../identity/linked-player.ts';
import { hasRole, requireRole } from '../identity/require-role.ts';
import type { Choices, InteractionContext, Reply } from '../interactions/command.ts';
import { describeIn } from '../interactions/definition.ts';
import type { AutocompleteInteraction } from '../interactions/interaction.ts';
import { buildNotice } from '../platform/notice.ts';
import type { Attempt } from '../platform/refuse-attempt.ts';
import { showPlainText } from '../platform/shown-text.ts';
import { listWaitingRequests } from './list-waiting-requests.ts';
import { formatCredits } from './request-message.ts';

const choiceCountMax = 25;
/** Together these and an amount fit into the 100 characters of a suggestion. */
const [nameLengthMax, reasonLengthMax] = [30, 40];

/** A request that waits for a decision, with suggestions while typing. */
export const requestOption = {
  type: ApplicationCommandOptionType.String,
  name: 'request',
  ...describeIn({ en: 'Whose request, or for how many', de: 'Wessen Anfrage, oder über wie viele' }),
  required: true,
  autocomplete: true,
} as const;

/** "250 AI credits · Pia · For the launch", where Discord supports no formatting. */
export function namePlainRequest(request: CreditRequest): string {
  const who = showPlainText(request.display_name, nameLengthMax);
  const why = showPlainText(request.reason, reasonLengthMax);
  return `${formatCredits(request.amount, request.credit_type)} · ${who} · ${why}`;
}

function isMeant({ display_name, username, amount }: CreditRequest, text: string): boolean {
  const needle = text.trim().toLowerCase();
  const names = [display_name, username].some((name) => name.toLowerCase().includes(needle));
  return names || String(amount).startsWith(needle.replaceAll(/[,.\s]/g, '') || needle);
}

/** Those whose requester or amount is meant, oldest first. */
async function searchWaitingRequests(text: string, context: InteractionContext): Promise<CreditRequest[]> {
  // Text is searched among all that wait; the amounts of the oldest are compared here.
  const isNumber = /^[\d,.\s]*$/.test(text);
  const { requests } = await listWaitingRequests(context, isNumber ? undefined : text.trim());
  return requests.filter((request) => isMeant(request, text));
}

/** Suggests requests by requester and amount, oldest first; nothing to people who may not decide. */
export async function completeRequest(
  interaction: AutocompleteInteraction,
  context: InteractionContext,
): Promise<Choices> {
  const player = await findLinkedPlayer(interaction, context);
  if (!player || !hasRole(player, 'manager')) return [];
  const requests = await searchWaitingRequests(interaction.focused.text, context);
  return requests
    .slice(0, choiceCountMax)
    .map((request) => ({ name: namePlainRequest(request), value: request.id }));
}

export type FoundRequest = { ok: true; request_id: string } | { ok: false; reply: Reply };

/**
 * The request that the option names: the chosen suggestion, or the only request that matches the typed text. Only
 * managers may search other people's requests.
 */
export async function findWaitingRequest(
  interaction: { id: string; user: { id: string } },
  typed: string,
  attempt: Attempt,
  context: InteractionContext,
): Promise<FoundRequest> {
  if (z.uuid().safeParse(typed).success) return { ok: true, request_id: typed };
  const staff = await requireRole(interaction, 'manager', attempt, context);
  if (!staff.ok) return staff;
  const [only, ...others] = await searchWaitingRequests(typed, context);
  if (only && others.length === 0) return { ok: true, request_id: only.id };
  const text = 'No waiting request, or more than one, fits that. Pick one of the suggestions as you type.';
  return { ok: false, reply: { message: buildNotice('Request not found', text), outcome: 'refused' } };
}
