import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { type BulkMode, bulkModes, type Decision } from '#domain/credits/vocabulary.ts';
import { textFields } from '#domain/platform/text/text-fields.ts';
import type { Modal } from '../../interactions/command.ts';
import { actions, encodeCustomId } from '../../interactions/custom-id.ts';

const modeTexts: Record<BulkMode, { label: string; description: string }> = {
  continue: { label: 'Continue', description: 'Decide the others anyway' },
  stop_at_first: {
    label: 'Stop at the first',
    description: 'Leave the rest undecided',
  },
  all_or_nothing: { label: 'All or nothing', description: 'Decide none of them' },
};

const titles: Record<Decision, string> = { approve: 'Approve in bulk', reject: 'Reject in bulk' };

/** Asks for the comment that all of them share, and for what a refusal means for the others. */
export function buildBulkForm(decision: Decision, isCommentRequired: boolean): Modal {
  return {
    custom_id: encodeCustomId(actions.sendBulkForm, { decision }),
    title: titles[decision],
    components: [
      {
        type: ComponentType.Label,
        label: 'Comment for all of them',
        description: 'Each player will read this.',
        component: {
          type: ComponentType.TextInput,
          custom_id: 'comment',
          style: TextInputStyle.Paragraph,
          required: isCommentRequired,
          max_length: textFields.comment.lengthMax,
        },
      },
      {
        type: ComponentType.Label,
        label: 'If one of them refuses',
        component: {
          type: ComponentType.StringSelect,
          custom_id: 'mode',
          options: bulkModes
            .map((value) => ({ ...modeTexts[value], value, default: value === 'continue' }))
            .toReversed(),
        },
      },
    ],
  };
}
