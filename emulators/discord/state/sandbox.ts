import type { Faults } from '../http/faults.ts';
import type { Origin } from '../wire/message.ts';
import type { World } from './world.ts';

/** The context of every handler: the world, the sandbox's address, and the settings of the fault panel. */
export interface Sandbox {
  world: World;
  origin: Origin;
  faults: Faults;
}
