import { z } from 'zod';
import { logFailure } from '#domain/platform/log.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import { beginInteraction } from '#store/platform/begin-interaction.ts';
import { finishInteraction } from '#store/platform/finish-interaction.ts';
import type { MessageBody } from '../platform/message.ts';
import {
  buildFailure,
  buildRefusal,
  buildSlowDown,
  buildStillWorking,
  buildUncertain,
} from '../platform/notice.ts';
import type { InteractionContext, Reply } from './command.ts';
import type { ActingInteraction } from './interaction.ts';
import type { Job } from './resolve-job.ts';

/** A running handler. None of its promises ever rejects. */
export interface JobRun {
  /** Settles when the interaction is stored, or could not be. */
  saved: Promise<void>;
  /** The message to show. */
  message: Promise<MessageBody>;
  /** Records the outcome; call it after the message was delivered. */
  finish(): Promise<void>;
}

const storedMessage = z.custom<MessageBody>(
  (value) => z.object({ flags: z.number(), components: z.array(z.unknown()) }).safeParse(value).success,
);

interface Result {
  message: MessageBody;
  /** null = leave the interaction open, to be completed later. */
  outcome: Reply['outcome'] | 'failed' | null;
}

async function saveInteraction(interaction: ActingInteraction, job: Job, context: InteractionContext) {
  const { first, response, retry_at } = await beginInteraction(context.store, {
    interaction_id: interaction.id,
    command: job.name,
    discord_user_id: interaction.user.id,
    payload: job.writes ? interaction : null,
  });
  // It is already finished in the database.
  if (retry_at) return buildSlowDown(retry_at);
  return first ? null : storedMessage.safeParse(response).data;
}

/**
 * Starts the handler. Writes are stored first and then executed; a repeated interaction gets the first
 * answer. An error leaves the interaction open, to be completed later.
 */
export function startJob(interaction: ActingInteraction, job: Job, context: InteractionContext): JobRun {
  const startedAt = context.clock.now();
  const details = { interaction_id: interaction.id, command: job.name };
  const saving = saveInteraction(interaction, job, context);

  async function run(): Promise<Result> {
    let isSaved = false;
    try {
      const stored = await saving;
      isSaved = true;
      if (stored) return { message: stored, outcome: null };
      return await job.execute(context);
    } catch (error) {
      if (error instanceof RefusalError) return buildRefusal(error.refusal, interaction.id);
      logFailure('interaction failed', error, details);
      const describe = !job.writes ? buildFailure : isSaved ? buildStillWorking : buildUncertain;
      return { message: describe(interaction.id), outcome: isSaved && !job.writes ? 'failed' : null };
    }
  }

  const result = run();
  return {
    saved: saving.then(
      () => undefined,
      () => undefined,
    ),
    message: result.then(({ message }) => message),
    async finish() {
      const { message, outcome } = await result;
      if (outcome === null) return;
      const duration_ms = Math.round(context.clock.now() - startedAt);
      const finished = { interaction_id: interaction.id, response: message, outcome, duration_ms };
      await finishInteraction(context.store, finished).catch((error: unknown) => {
        logFailure('interaction outcome not recorded', error, details);
      });
    },
  };
}
