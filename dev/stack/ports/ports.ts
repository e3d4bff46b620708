import { findOwnPart, isFreePort } from '#emulators/process/free-port.ts';
import { blockedPorts } from './blocked-ports.ts';
import { findListener } from './find-listener.ts';

/** The default ports. Everything binds to 127.0.0.1. */
const standardPorts = {
  web: 3000,
  worker: 3010,
  discord: 4400,
  inngest: 8288,
  supabase: 54321,
  postgres: 54322,
  edgeFunctions: 54323,
} as const;

/** The port of each process of a stack. */
export type Ports = Record<keyof typeof standardPorts, number>;

const portMin = 1024;
const portMax = 65_535;
const offsetMax = portMax - standardPorts.edgeFunctions;

/** The ports of a stack moved by `offset`. Throws one sentence if a process cannot use its port. */
export function getPorts(offset: number): Ports {
  if (!Number.isInteger(offset)) throw new Error('The port offset must be a whole number.');
  const ports = movePorts(offset);
  const impossible = findImpossiblePort(ports);
  if (impossible === null) return ports;
  const { name, port, why } = impossible;
  throw new Error(
    `With the port offset ${offset}, ${name} would be on port ${port}, ${why}. --port-offset ${findNearOffset(offset)} works.`,
  );
}

function movePorts(offset: number): Ports {
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

function findImpossiblePort(ports: Ports): { name: string; port: number; why: string } | null {
  for (const [name, port] of Object.entries(ports)) {
    const why = explainImpossiblePort(port);
    if (why !== null) return { name, port, why };
  }
  return null;
}

function explainImpossiblePort(port: number): string | null {
  if (port > portMax) return `but ${portMax} is the highest`;
  if (port < 1) return 'but 1 is the first there is';
  if (port < portMin) return `which only the system may use (${portMin} is the first for everybody)`;
  return blockedPorts.has(port) ? 'which browsers and fetch block' : null;
}

/** The nearest valid offset to an invalid one. */
function findNearOffset(offset: number): number {
  const start = Math.min(Math.max(offset, 0), offsetMax);
  for (let distance = 0; distance <= offsetMax; distance += 1) {
    for (const near of [start + distance, start - distance]) {
      if (near >= 0 && findImpossiblePort(movePorts(near)) === null) return near;
    }
  }
  return 0;
}

/** A process whose port is taken, and by which program if known. */
export interface BusyPort {
  name: string;
  port: number;
  holder: string | null;
}

/** The processes whose ports are taken. */
export async function findBusyPorts(ports: Ports): Promise<BusyPort[]> {
  const busy: BusyPort[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFreePort(port))) busy.push({ name, port, holder: findListener(port) });
  }
  return busy;
}

/** The next round offset at which every port is free now; null if there is none. */
export async function findNextFreeOffset(offset: number): Promise<number | null> {
  const step = 100;
  for (let next = (Math.floor(offset / step) + 1) * step; next <= offsetMax; next += step) {
    if (await isFreeOffset(next)) return next;
  }
  return null;
}

async function isFreeOffset(offset: number): Promise<boolean> {
  const ports = movePorts(offset);
  if (findImpossiblePort(ports) !== null) return false;
  for (const port of Object.values(ports)) if (!(await isFreePort(port))) return false;
  return true;
}

/**
 * Above the range from which Linux picks ports for outgoing connections (up to 60999), so none is taken
 * between the check and its use.
 */
const safeOffsetMin = 61_000 - standardPorts.supabase;

/** An offset at which every port is free now, far from those that people choose. */
export async function findFreeOffset(): Promise<number> {
  const own = findOwnPart(safeOffsetMin, offsetMax);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const offset = own.min + Math.floor(Math.random() * own.size);
    if (await isFreeOffset(offset)) return offset;
  }
  throw new Error('No free range of ports was found.');
}
