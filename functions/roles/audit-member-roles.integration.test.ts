import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { guildId, roleIds, userIds } from '#dev/seed/discord-community.ts';
import { tierChanged } from '#inngest';
import type { Player } from '../../supabase/tests/personas.ts';
import { createRequester } from '../testing/request-stage.ts';
import { type FunctionRig, retryMs, startFunctionRig } from '../testing/start-function-rig.ts';
import { startOutage } from '../testing/start-outage.ts';
import { createSyncMemberRoles } from './sync-member-roles.ts';

const hourMs = 3_600_000;
const pathOfPia = `guilds/${guildId}/members/${userIds.pia}`;
const lookUp = { method: 'GET', path: `/members/${userIds.pia}` };
let rig: FunctionRig;
let pia: Player;

/** Pia is the champion, in Discord as well. */
beforeEach(async () => {
  rig = await startFunctionRig((context) => [createSyncMemberRoles(context)]);
  ({ pia } = await createRequester(rig));
  await rig.supabase.database.admin`
    insert into public.player_tiers (board_id, player_id, period_id, tier, since)
    select id, ${pia.player_id}, leaderboard.current_period_id(id), 'champion', now()
    from public.boards where awards_tiers limit 1`;
  const data = { player_id: pia.player_id, tier_before: null, tier_after: 'champion' };
  await rig.engine.send({
    name: tierChanged.name,
    data: { board: 'all-time', period_id: 1, version: 1, ...data },
  });
  await rig.engine.settle();
  expect(await listRoles()).toEqual([roleIds.champion]);
});
afterEach(() => rig.stop());

const memberSchema = z.object({ roles: z.array(z.string()) });
const listRoles = async () => memberSchema.parse((await rig.sandbox.bot('GET', `/${pathOfPia}`)).body).roles;
const takeRole = () => rig.sandbox.control('DELETE', `${pathOfPia}/roles/${roleIds.champion}`);

async function readState() {
  const [row] = await rig.supabase.database.sql`
    select state, cause_code, confirmed_tier from public.member_roles where player_id = ${pia.player_id}`;
  return row;
}
const confirmed = { state: 'confirmed', cause_code: null, confirmed_tier: 'champion' };
const listStates = async () => (await rig.engine.runs.list()).map(({ status }) => status).toSorted();

test.each([0, 1, 2, 3])(
  'a role that somebody took by hand is given back within the hour, though %i answers are lost',
  async (count) => {
    await takeRole();
    expect(await listRoles()).toEqual([]);
    rig.loseAnswers(count);
    await rig.engine.advance(hourMs);
    await rig.engine.advance(10 * retryMs);
    expect(await listRoles()).toEqual([roleIds.champion]);
    expect(await readState()).toEqual(confirmed);
    expect(await listStates()).toEqual(['Completed', 'Completed']);
  },
);

test('a member who left unseen waits for their return', async () => {
  await rig.sandbox.control('DELETE', pathOfPia);
  await rig.engine.advance(hourMs);
  expect(await readState()).toMatchObject({ state: 'waiting', cause_code: 'not_in_server' });
});

test('a Discord that is away is asked eleven times; the run fails, and the next finds what was missed', async () => {
  await takeRole();
  const outage = await startOutage(rig, lookUp);
  await rig.engine.advance(hourMs);
  await rig.engine.advance(20 * retryMs);
  expect(await outage.countRequests()).toBe(11);
  expect(await listStates()).toEqual(['Completed', 'Failed']);
  expect(await readState()).toEqual(confirmed);
  await outage.end();
  await rig.engine.advance(hourMs);
  expect(await listRoles()).toEqual([roleIds.champion]);
});
