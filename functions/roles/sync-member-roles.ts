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

/** After this many refusals in one run a guild is left alone until the next: Discord blocks those who insist. */
const refusalCountMax = 3;
/** More than the holders of all tiers, old and new, can need; a run may have a thousand steps. */
const changeCountMax = 400;
const attemptCountMax = 11;
const auditPortionSize = 25;

/**
 * One reconcile for every cause: a tier changed, an account was linked or unlinked, somebody joined or left, somebody
 * asked, and every hour in any case. Compares what each member should have with what was confirmed, and does the rest.
 *
 *   resolve-scope         whom this run is about
 *   list-audit, audit:<n> every hour: is what was confirmed still so in Discord?
 *   list-guilds
 *   change:<guild>:<n>    the change that is due first then: single-role DELETE or PUT, read-back, record;
 *                         again until nothing is left
 *
 * A title is taken from its old holder before the new one gets it: the plan holds it back until that is confirmed.
 * Runs may overlap, but concurrency 1 lets one step run at a time, so there is one writer, and what a step plans is
 * still wanted when it asks Discord. Retries: 10 a step, after the wait that Discord asks for; what is then still open
 * is recorded with its cause and found by the hourly run.
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
