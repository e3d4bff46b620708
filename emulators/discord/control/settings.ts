import { z } from 'zod';
import { faultSchema } from '../http/faults.ts';
import { findEndpointProblem, setEndpoint } from '../interactions/endpoint.ts';
import type { Application, JsonObject } from '../state/records.ts';
import type { ControlCall, ControlRoute } from './control-route.ts';

const applicationChangeSchema = z.object({
  interactions_endpoint_url: z.url().nullable().optional(),
  event_webhooks_url: z.url().nullable().optional(),
  redirect_uris: z.array(z.url()).optional(),
  allows_members_intent: z.boolean().optional(),
  allows_presence_intent: z.boolean().optional(),
  allows_content_intent: z.boolean().optional(),
});

/** Changes the application. An endpoint is stored even if it fails its checks, with the failure. */
async function changeApplication({ sandbox, body }: ControlCall): Promise<Application> {
  const { world } = sandbox;
  const { interactions_endpoint_url: url, ...rest } = applicationChangeSchema.parse(body);
  world.applications.put({ ...world.application(), ...rest });
  if (url !== undefined) setEndpoint(world, url, url === null ? null : await findEndpointProblem(world, url));
  world.hub.change({ kind: 'application' });
  return world.application();
}

const dropSchema = z.object({ code: z.int().min(4000).max(4999).nullable().default(4000) });

const advanceSchema = z.object({ ms: z.number().min(0) });

function advanceClock({ sandbox, body }: ControlCall): JsonObject {
  const { ms } = advanceSchema.parse(body);
  sandbox.world.advanceClock(ms);
  sandbox.world.hub.note('clock', `time moved forward by ${ms} ms`);
  return { now: new Date(sandbox.world.clock.now()).toISOString() };
}

/** Settings of the sandbox itself. */
export const settingsRoutes: readonly ControlRoute[] = [
  { method: 'PUT', path: '/_sandbox/application', handle: changeApplication },
  { method: 'POST', path: '/_sandbox/clock/advance', handle: advanceClock },
  {
    method: 'POST',
    path: '/_sandbox/faults',
    handle({ sandbox, body }) {
      sandbox.faults.add(faultSchema.parse(body));
      return { faults: sandbox.faults.list() };
    },
  },
  { method: 'DELETE', path: '/_sandbox/faults', handle: ({ sandbox }) => sandbox.faults.clear() },
  {
    method: 'POST',
    path: '/_sandbox/gateway/drop',
    handle: ({ sandbox, body }) => sandbox.world.hub.dropConnections(dropSchema.parse(body ?? {}).code),
  },
  {
    method: 'POST',
    path: '/_sandbox/reset',
    handle({ sandbox }) {
      sandbox.faults.clear();
      sandbox.world.reset();
    },
  },
];
