import { cron } from 'inngest';
import { getBotContext } from '#bot/create-bot-context.ts';
import {
  discordLinkCreated,
  discordLinkRemoved,
  discordMemberJoined,
  discordMemberLeft,
  inngest,
  rolesSyncRequested,
  tierChanged,
} from '#inngest';
import { listGuilds } from '#store/discord/list-guilds.ts';
import { planRoleChanges } from '#store/discord/plan-role-changes.ts';
import { applyRoleChange } from './apply-role-change.ts';
import { auditMemberRoles, listAuditPortions } from './audit-member-roles.ts';
import { hourlyTriggerName, type RoleSyncScope, resolveRoleSyncScope } from './role-sync-scope.ts';

/** After this many refusals in one pass a guild is left alone until the next run: Discord blocks those who insist. */
const refusalCountMax = 3;
const changesPerPassMax = 200;
const passCountMax = 4;
const auditPortionSize = 25;

/**
 * One reconcile for every cause: a tier changed, an account was linked or unlinked, somebody joined or left, somebody
 * asked, and every hour in any case. Compares what each member should have with what was confirmed, and does the rest.
 *
 *   resolve-scope              whom this run is about
 *   list-audit, audit:<n>      every hour: is what was confirmed still so in Discord?
 *   list-guilds
 *   plan:<guild>:<pass>        the ordered changes: a title is taken from its old holder before the new one gets it
 *   apply:<guild>:<pass>:<n>   single-role DELETE and PUT, read-back, record
 *
 * A removal that fails ends the pass; the next one is planned without it, so that no title has two holders.
 * One run at a time (concurrency 1), so there is one writer; runs that queued behind it find nothing left to do.
 * Retries: 10 a step, after the wait that Discord asks for; what is then still open is found by the hourly run.
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
  async ({ event, step }) => {
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

    /** Gives whether there may be more to do. */
    async function syncGuildOnce(
      guild_id: string,
      pass: number,
      { player_id, include_waiting }: RoleSyncScope,
    ) {
      const plan = await step.run(`plan:${guild_id}:${pass}`, async () => {
        const args = { guild_id, player_id, include_waiting: include_waiting && pass === 1 };
        return (await planRoleChanges(getBotContext().store, args)).slice(0, changesPerPassMax);
      });
      let refusalCount = 0;
      for (const [index, change] of plan.entries()) {
        const { state } = await step
          .run(`apply:${guild_id}:${pass}:${index}`, () => applyRoleChange(getBotContext(), guild_id, change))
          .catch(() => ({ state: 'failed' as const }));
        totals[state] += 1;
        if (state === 'failed') refusalCount += 1;
        if (refusalCount >= refusalCountMax) return false;
        if (state === 'failed' && change.remove_role_ids.length > 0) return true;
      }
      return plan.length === changesPerPassMax;
    }

    const guildIds = await step.run('list-guilds', async () =>
      (await listGuilds(getBotContext().store)).map(({ id }) => id),
    );
    for (const guildId of guildIds) {
      for (let pass = 1; pass <= passCountMax; pass += 1) {
        if (!(await syncGuildOnce(guildId, pass, scope))) break;
      }
    }
    return totals;
  },
);
