import { cron, NonRetriableError } from 'inngest';
import type { BotContext } from '#bot/bot-context.ts';
import { auditMemberRoles, listAuditPortions } from '#bot/roles/audit-member-roles.ts';
import { changeNextRole } from '#bot/roles/change-next-role.ts';
import { hourlyTriggerName, type RoleSyncScope, resolveRoleSyncScope } from '#bot/roles/role-sync-scope.ts';
import {
  discordLinkCreated,
  discordLinkRemoved,
  discordMemberJoined,
  discordMemberLeft,
  inngest,
  rolesSyncRequested,
  tierChanged,
} from '#inngest';
import { listGuilds } from '#store/roles/list-guilds.ts';

/**
 * After this many refusals in one run, a guild is left alone until the next run, because Discord blocks clients
 * that keep trying.
 */
const refusalCountMax = 3;
/** More than all old and new tier holders can need; Inngest allows a thousand steps a run. */
const changeCountMax = 400;
const attemptCountMax = 11;
const auditPortionSize = 25;

/**
 * One reconcile for every cause: a tier changed, an account was linked or unlinked, a member joined or left,
 * an admin asked, and every hour. Compares what each member should have with what was confirmed, and makes
 * the difference.
 *
 *   resolve-scope         which players this run covers
 *   list-audit, audit:<n> hourly: does Discord still match what was confirmed?
 *   list-guilds
 *   change:<guild>:<n>    the next due change: single-role DELETE or PUT, read-back, record;
 *                         repeated until nothing is left
 *
 * A title is removed from its old holder first; the plan holds it back until the removal is confirmed. Runs
 * may overlap, but concurrency 1 executes one step at a time, so there is one writer and a plan is never
 * stale when it reaches Discord. Retries: 10 per step, after the wait that Discord asks for; what is still
 * open then is recorded with its cause and found by the hourly run. An audit or a plan that fails for good
 * does not stop the other guilds, but the run ends as failed.
 */
export const createSyncMemberRoles = (context: BotContext) =>
  inngest.createFunction(
    {
      id: 'sync-member-roles',
      triggers: [
        tierChanged,
        discordLinkCreated,
        discordLinkRemoved,
        discordMemberJoined,
        discordMemberLeft,
        rolesSyncRequested,
        cron('7 * * * *'),
      ],
      retries: 10,
      concurrency: 1,
    },
    async ({ event, step, attempt }) => {
      const totals = { confirmed: 0, waiting: 0, failed: 0 };
      const failures: unknown[] = [];
      const noteFailure = (failure: unknown) => failures.push(failure);
      const scope = await step.run('resolve-scope', () => resolveRoleSyncScope(context, event));
      if (!scope) return totals;

      if (event.name === hourlyTriggerName) {
        const portions = await step.run('list-audit', () => listAuditPortions(context, auditPortionSize));
        for (const [index, portion] of portions.entries()) {
          await step.run(`audit:${index}`, () => auditMemberRoles(context, portion)).catch(noteFailure);
        }
      }

      async function syncGuild(guildId: string, about: RoleSyncScope): Promise<void> {
        const passedOver: string[] = [];
        let refusalCount = 0;
        for (let count = 0; count < changeCountMax && refusalCount < refusalCountMax; count += 1) {
          const isLastAttempt = attempt + 1 >= attemptCountMax;
          const changed = await step.run(`change:${guildId}:${count}`, () =>
            changeNextRole(context, guildId, { ...about, passedOver, isLastAttempt }),
          );
          if (!changed) return;
          totals[changed.state] += 1;
          if (changed.state === 'failed') refusalCount += 1;
          if (changed.state !== 'confirmed') passedOver.push(changed.discord_user_id);
        }
      }

      const guildIds = await step.run('list-guilds', async () =>
        (await listGuilds(context.store)).map(({ id }) => id),
      );
      for (const guildId of guildIds) await syncGuild(guildId, scope).catch(noteFailure);
      if (failures.length > 0) {
        // The steps had all their attempts: running through them once more changes nothing.
        throw new NonRetriableError(`${failures.length} parts failed for good`, { cause: failures[0] });
      }
      return totals;
    },
  );
