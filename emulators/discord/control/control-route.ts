import type { Sandbox } from '../state/sandbox.ts';

/** A request to the control API, its body parsed as JSON. */
export interface ControlCall {
  sandbox: Sandbox;
  params: Record<string, string | undefined>;
  query: URLSearchParams;
  body: unknown;
}

/** One operation under `/_sandbox`; the return value of `handle` is the JSON response, undefined is a 204. */
export interface ControlRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  handle(call: ControlCall): unknown;
}

/** A control request that names something unknown. */
export class UnknownThing extends Error {}
