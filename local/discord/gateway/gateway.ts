import type { Server } from 'node:http';
import type { Sandbox } from '../state/sandbox.ts';

/** Placeholder until sessions exist. */
export function createGateway(_sandbox: Sandbox, _server: Server): { close(): void } {
  return { close: () => undefined };
}
