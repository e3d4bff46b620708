import { findOwnPart, isFreePort } from './free-port.ts';

/** What listens where when nothing is moved. Everything binds to 127.0.0.1. */
const standardPorts = {
  web: 3000,
  worker: 3010,
  discord: 4400,
  inngest: 8288,
  supabase: 54321,
  postgres: 54322,
  edgeFunctions: 54323,
} as const;

/** The port of each part of one stack. */
export type Ports = Record<keyof typeof standardPorts, number>;

const offsetMax = 65_535 - standardPorts.edgeFunctions;

/** The ports of a stack that is moved by `offset`. Throws when one would leave the valid range. */
export function getPorts(offset: number): Ports {
  if (!Number.isInteger(offset) || offset < 0 || offset > offsetMax) {
    throw new Error(`The port offset must be a whole number from 0 to ${offsetMax}.`);
  }
  const { web, worker, discord, inngest, supabase, postgres, edgeFunctions } = standardPorts;
  return {
    web: web + offset,
    worker: worker + offset,
    discord: discord + offset,
    inngest: inngest + offset,
    supabase: supabase + offset,
    postgres: postgres + offset,
    edgeFunctions: edgeFunctions + offset,
  };
}

/** The parts whose port somebody else listens on. */
export async function findBusyPorts(ports: Ports): Promise<{ name: string; port: number }[]> {
  const busy: { name: string; port: number }[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFreePort(port))) busy.push({ name, port });
  }
  return busy;
}

/**
 * From here on the ports that are left to choose lie above those a Linux kernel hands out to outgoing connections
 * (up to 60999), which could take one between the look at it and its use.
 */
const safeOffsetMin = 61_000 - standardPorts.supabase;

/** An offset at which every port is free now, away from the one a person would choose. */
export async function findFreeOffset(): Promise<number> {
  const own = findOwnPart(safeOffsetMin, offsetMax);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const offset = own.min + Math.floor(Math.random() * own.size);
    if ((await findBusyPorts(getPorts(offset))).length === 0) return offset;
  }
  throw new Error('No free range of ports was found.');
}
