import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import { requestAmountMax } from '#domain/credits/limits.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import { getOwnProfile } from '#store/identity/get-own-profile.ts';
import { findNamedPlayer, refuseName } from '../../identity/find-subject.ts';
import { requireRole } from '../../identity/require-role.ts';
import type { InteractionContext, Reply } from '../../interactions/command.ts';
import {
  defineCountOption,
  definePlayerOption,
  describeIn,
  type Wording,
} from '../../interactions/definition.ts';
import type { CommandInteraction } from '../../interactions/interaction.ts';
import { readInteger, readText } from '../../interactions/options.ts';
import type { Attempt } from '../../platform/refuse-attempt.ts';
import { showName } from '../../platform/shown-text.ts';
import { defineCreditTypeOption } from './credit-type-option.ts';

/** Whose credits an admin moves: which, how many and why. */
export const defineMovementOptions = (player: Wording): APIApplicationCommandBasicOption[] => [
  definePlayerOption('player', player, true),
  defineCreditTypeOption(true),
  defineCountOption(
    'amount',
    { en: 'How many credits', de: 'Wie viele' },
    { min: 1, max: requestAmountMax },
    true,
  ),
  {
    type: ApplicationCommandOptionType.String,
    name: 'reason',
    ...describeIn({ en: 'Why; the player can read it', de: 'Warum; der Spieler kann es lesen' }),
    required: true,
    min_length: textFields.reason.lengthMin,
    max_length: textFields.reason.lengthMax,
  },
];

/** What is asked of the database, keyed by the interaction: executed twice, it moves credits once. */
interface Movement {
  player_id: string;
  credit_type: string;
  amount: number;
  reason: string;
  acting_player_id: string;
  idempotency_key: string;
  source: 'discord';
}

export type ReadMovement = { ok: true; movement: Movement; shownName: string } | { ok: false; reply: Reply };

/** Reads the options for an admin; the role is checked at this moment. */
export async function readMovement(
  interaction: CommandInteraction,
  attempt: Attempt,
  context: InteractionContext,
): Promise<ReadMovement> {
  const staff = await requireRole(interaction, 'admin', attempt, context);
  if (!staff.ok) return staff;
  const { options } = interaction;
  const typed = readText(options, 'player') ?? '';
  const player_id = await findNamedPlayer(typed, context);
  const profile = player_id ? await getOwnProfile(context.store, { acting_player_id: player_id }) : null;
  if (!player_id || !profile) return { ok: false, reply: refuseName(typed) };
  const movement: Movement = {
    player_id,
    credit_type: readText(options, 'type') ?? '',
    amount: readInteger(options, 'amount') ?? 0,
    reason: readText(options, 'reason') ?? '',
    acting_player_id: staff.player.player_id,
    idempotency_key: `discord:${interaction.id}`,
    source: 'discord',
  };
  return { ok: true, movement, shownName: showName(profile.player.display_name) };
}
