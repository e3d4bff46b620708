import { checkExpression } from '../expressions/evaluate.ts';
import { findNextTickMs, reconcileTicks } from '../flow-control/cron.ts';
import { type FunctionConfig, functionConfigSchema, listExpressions } from '../protocol/function-config.ts';
import type { Registration } from '../protocol/registration.ts';
import { lockFor, type Transaction, toJson } from '../store/database.ts';

/** A registration requests something that the engine cannot do; the message names it. Nothing was changed. */
export class InvalidRegistrationError extends Error {
  override name = 'InvalidRegistrationError';
}

function checkConfig(config: FunctionConfig, nowMs: number): void {
  try {
    for (const expression of listExpressions(config)) checkExpression(expression);
    for (const { cron } of config.triggers) if (cron) findNextTickMs(cron, nowMs);
  } catch (cause) {
    throw new InvalidRegistrationError(`Function ${config.id}: ${cause}`, { cause });
  }
}

async function saveFunction({ sql }: Transaction, appId: string, config: FunctionConfig): Promise<void> {
  const events = config.triggers.flatMap(({ event }) => (event ? [event] : []));
  await sql`
    insert into functions (id, app_id, name, config, trigger_events)
    values (${config.id}, ${appId}, ${config.name ?? config.id}, ${toJson(config)}::text::json, ${events})
    on conflict (id) do update set app_id = excluded.app_id, name = excluded.name, config = excluded.config,
      trigger_events = excluded.trigger_events, version = functions.version + 1, archived_at = null`;
}

/**
 * Replaces everything known about an app by its registration, in the caller's transaction; runs in flight
 * continue. Returns whether anything changed. Throws InvalidRegistrationError before the first change.
 */
export async function registerApp(tx: Transaction, registration: Registration): Promise<boolean> {
  const { appId, url, sdk, framework, checksum, functions } = registration;
  for (const config of functions) checkConfig(config, tx.nowMs);
  await lockFor(tx.sql, 'schedule');
  const known = await tx.sql<{ checksum: string }[]>`select checksum from apps where id = ${appId}`;
  await tx.sql`
    insert into apps (id, url, sdk, framework, checksum, synced_at)
    values (${appId}, ${url}, ${sdk ?? ''}, ${framework ?? null}, ${checksum}, ${new Date(tx.nowMs)})
    on conflict (id) do update set url = excluded.url, sdk = excluded.sdk, framework = excluded.framework,
      checksum = excluded.checksum, synced_at = excluded.synced_at`;
  if (known[0]?.checksum === checksum) return false;
  const ids = functions.map(({ id }) => id);
  for (const config of functions) {
    await saveFunction(tx, appId, config);
    await reconcileTicks(tx, config, false);
  }
  const archived = await tx.sql<{ config: unknown }[]>`
    update functions set archived_at = ${new Date(tx.nowMs)}
    where app_id = ${appId} and id <> all(${ids}) and archived_at is null returning config`;
  for (const { config } of archived) await reconcileTicks(tx, functionConfigSchema.parse(config), true);
  return true;
}
