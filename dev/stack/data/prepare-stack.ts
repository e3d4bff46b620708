// A process that the stack runs before anything uses the database: `database` migrates it, `seed <size>`
// fills it.
import { z } from 'zod';
import { seedCompetition } from '../../seed/seed-competition.ts';
import { readStackPlace } from '../environment.ts';
import { prepareStackDatabase } from './prepare-stack-database.ts';

const [task, size] = z
  .union([z.tuple([z.literal('database')]), z.tuple([z.literal('seed'), z.enum(['believable', 'small'])])])
  .parse(process.argv.slice(2));
const place = readStackPlace(process.env);

try {
  if (task === 'database') await prepareStackDatabase(place);
  else await seedCompetition(place, size ?? 'believable');
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
