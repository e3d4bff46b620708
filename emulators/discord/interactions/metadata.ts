import { z } from 'zod';
import type { Interaction, JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { toUserBody } from '../wire/people.ts';
import { interactionTypes, ownersOf } from './build.ts';

const modalDataSchema = z.looseObject({ custom_id: z.string() });
const openerSchema = z.object({ type: z.literal(9), data: modalDataSchema });

/** The interaction that opened the modal a person is filling in. */
export function findModalOpener(world: World, userId: string, customId: string): Interaction | undefined {
  return world.interactions
    .list((interaction) => interaction.user_id === userId)
    .findLast((interaction) => {
      const opened = openerSchema.safeParse(interaction.response);
      return opened.success && opened.data.data.custom_id === customId;
    });
}

/** A message's metadata about the interaction that it answers. */
export function toInteractionMetadata(world: World, interaction: Interaction): JsonObject {
  const user = world.users.get(interaction.user_id);
  const metadata: JsonObject = {
    id: interaction.id,
    type: interaction.type,
    ...(user ? { user: toUserBody(user) } : {}),
    authorizing_integration_owners: ownersOf(interaction.guild_id),
  };
  if (interaction.type === interactionTypes.component) {
    metadata.interacted_message_id = interaction.source_message_id;
  }
  if (interaction.type === interactionTypes.modal) {
    const { custom_id } = modalDataSchema.parse(interaction.payload.data);
    const opener = findModalOpener(world, interaction.user_id, custom_id);
    if (opener) metadata.triggering_interaction_metadata = toInteractionMetadata(world, opener);
  }
  return metadata;
}
