import type { Faults } from '../http/faults.ts';
import type { Origin } from '../wire/message.ts';
import type { World } from './world.ts';

/** What every handler gets: the world, where the sandbox is reached, and what the fault panel asked for. */
export interface Sandbox {
  world: World;
  origin: Origin;
  faults: Faults;
}
