import { cron } from 'inngest';
import { getBotContext } from '#bot/bot-context.ts';
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
import { auditMemberRoles, listAuditPortions } from './audit-member-roles.ts';

/**
 * After this many refusals in one run, a guild is left alone until the next run, because Discord blocks
 * clients that insist.
 */
const refusalCountMax = 3;
/** More than all old and new tier holders can need; a run may have a thousand steps. */
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
 * open then is recorded with its cause and found by the hourly run.
 */
export const syncMemberRoles = inngest.createFunction(
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
    const scope = await step.run('resolve-scope', () => resolveRoleSyncScope(getBotContext(), event));
    if (!scope) return totals;

    if (event.name === hourlyTriggerName) {
      const portions = await step.run('list-audit', () =>
        listAuditPortions(getBotContext(), auditPortionSize),
      );
      for (const [index, portion] of portions.entries()) {
        await step.run(`audit:${index}`, () => auditMemberRoles(getBotContext(), portion)).catch(() => null);
      }
    }

    async function syncGuild(guildId: string, about: RoleSyncScope): Promise<void> {
      const passedOver: string[] = [];
      let refusalCount = 0;
      for (let count = 0; count < changeCountMax && refusalCount < refusalCountMax; count += 1) {
        const isLastAttempt = attempt + 1 >= attemptCountMax;
        const changed = await step
          .run(`change:${guildId}:${count}`, () =>
            changeNextRole(getBotContext(), guildId, { ...about, passedOver, isLastAttempt }),
          )
          .catch(() => null);
        if (!changed) return;
        totals[changed.state] += 1;
        if (changed.state === 'failed') refusalCount += 1;
        if (changed.state !== 'confirmed') passedOver.push(changed.discord_user_id);
      }
    }

    const guildIds = await step.run('list-guilds', async () =>
      (await listGuilds(getBotContext().store)).map(({ id }) => id),
    );
    for (const guildId of guildIds) await syncGuild(guildId, scope);
    return totals;
  },
);
