import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../state/records.ts';
import type { World } from '../state/world.ts';
import { postSigned } from './signature.ts';

const pongSchema = z.object({ type: z.literal(1) });

function pingBody(world: World): JsonObject {
  const id = world.nextId();
  return { id, application_id: world.credentials.application_id, type: 1, token: `ping-${id}`, version: 1 };
}

function isPong(text: string): boolean {
  try {
    return pongSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/**
 * Performs Discord's endpoint checks: it must answer a PING and reject a wrong signature. Returns the
 * problem, or null.
 */
export async function findEndpointProblem(world: World, url: string): Promise<string | null> {
  const target = { url, private_key: world.credentials.private_key, nowMs: Date.now() };
  try {
    const bad = await postSigned(target, pingBody(world), { spoilSignature: true });
    if (bad.status !== 401) {
      return `The endpoint answered ${bad.status} to a request with a wrong signature; it must answer 401`;
    }
    const good = await postSigned(target, pingBody(world));
    if (good.status !== 200 || !isPong(good.text)) {
      return `The endpoint answered ${good.status} ${good.text.slice(0, 120)} to a PING; it must answer {"type":1}`;
    }
    if (!good.contentType.startsWith('application/json')) {
      return 'The endpoint answered the PING without the content type application/json';
    }
    return null;
  } catch (error) {
    return `The endpoint did not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Sets the interactions endpoint; null sends interactions over the gateway instead. */
export function setEndpoint(world: World, url: string | null, problem: string | null): void {
  const application = world.application();
  world.applications.put({ ...application, interactions_endpoint_url: url, endpoint_problem: problem });
  world.hub.change({ kind: 'application' });
}

/**
 * Configures the endpoint at start, when it may not be up yet: retries until it passes or `signal` aborts.
 * Until then the page shows the problem.
 */
export async function connectEndpoint(world: World, url: string, signal: AbortSignal): Promise<void> {
  setEndpoint(world, url, 'Waiting for the endpoint to answer a PING');
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const problem = await findEndpointProblem(world, url);
    const { interactions_endpoint_url, endpoint_problem } = world.application();
    if (signal.aborted || interactions_endpoint_url !== url) return;
    if (problem !== endpoint_problem) setEndpoint(world, url, problem);
    if (problem === null) {
      world.hub.note('endpoint', `interactions endpoint verified: ${url}`);
      return;
    }
    await delay(Math.min(250 * 2 ** attempt, 3000), undefined, { signal }).catch(() => undefined);
  }
}
