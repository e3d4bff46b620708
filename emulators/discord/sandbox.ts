import type { AddressInfo } from 'node:net';
import type { Write } from '../process/append-file.ts';
import type { Log } from '../process/log.ts';
import type { Community } from './community.ts';
import { createGateway } from './gateway/gateway.ts';
import { createFaults } from './http/faults.ts';
import { createSandboxServer } from './http/server.ts';
import { connectEndpoint, setEndpoint } from './interactions/endpoint.ts';
import { resumeDeadlines } from './interactions/send.ts';
import { seedWorld } from './seed-world.ts';
import type { Sandbox } from './state/sandbox.ts';
import { type Credentials, openWorld, type World } from './state/world.ts';

export interface SandboxOptions {
  /** 0 picks a free port. */
  port: number;
  /** The state file. */
  stateFile: string;
  credentials: Credentials;
  /** The initial contents of an empty state. */
  community: Community;
  /** Destination of interactions: an address, or null for the gateway; undefined keeps the current one. */
  interactionsUrl?: string | null | undefined;
  /** Destination of webhook events; undefined keeps the current one. */
  eventsUrl?: string | undefined;
  redirectUris?: readonly string[];
  log?: Log;
  /** How the state is written to disk; replaced in tests. */
  write?: Write;
}

interface RunningSandbox {
  url: string;
  world: World;
  close(): Promise<void>;
}

/** Starts a sandbox on 127.0.0.1. Throws if the port is taken or the state cannot be read. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const world = openWorld({
    file: options.stateFile,
    credentials: options.credentials,
    seed: (empty) => seedWorld(empty, options.community),
    log: options.log ?? (() => undefined),
    write: options.write,
  });
  const origin = { url: '' };
  const sandbox: Sandbox = { world, origin, faults: createFaults(world.hub, world.clock.now) };
  const server = createSandboxServer(sandbox);
  const gateway = createGateway(sandbox, server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  origin.url = `http://127.0.0.1:${portOf(server.address())}`;
  const closing = new AbortController();
  world.applications.put({
    ...world.application(),
    redirect_uris: [...(options.redirectUris ?? [])],
    event_webhooks_url: options.eventsUrl ?? world.application().event_webhooks_url,
  });
  resumeDeadlines(sandbox);
  if (options.interactionsUrl === null) setEndpoint(world, null, null);
  else if (options.interactionsUrl !== undefined)
    void connectEndpoint(world, options.interactionsUrl, closing.signal);
  return {
    url: origin.url,
    world,
    async close() {
      closing.abort();
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      world.close();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string')
    throw new Error('The sandbox does not listen on a port');
  return address.port;
}
