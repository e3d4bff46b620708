import type { IConfiguration } from 'dependency-cruiser';

// The direction of imports: the vocabulary does not know storage, storage does not know surfaces, entry
// points do not know each other, and the product does not know its development code. Tests may import real
// neighbours of what they test.

interface Room {
  owns: string;
  /** Besides itself. */
  mayImport: readonly string[];
}

const everyRoom = 'every room';

const rooms: Record<string, Room> = {
  domain: { owns: '^domain/', mayImport: [] },
  store: { owns: '^supabase/(store/|database\\.types\\.ts$)', mayImport: ['domain'] },
  events: { owns: '^inngest\\.ts$', mayImport: ['domain'] },
  bot: { owns: '^bot/(?!gateway[./])', mayImport: ['domain', 'store', 'events'] },
  gateway: { owns: '^bot/gateway[./]', mayImport: ['domain', 'store', 'events', 'bot'] },
  'edge-functions': { owns: '^supabase/functions/', mayImport: ['domain', 'store', 'events', 'bot'] },
  'durable-functions': { owns: '^functions/', mayImport: ['domain', 'store', 'events', 'bot'] },
  web: { owns: '^web/', mayImport: ['domain', 'store'] },
  emulators: { owns: '^emulators/', mayImport: [] },
  operations: { owns: '^ops/', mayImport: ['domain', 'store', 'bot', 'gateway', 'development'] },
  // The checks here read what each process declares.
  development: { owns: '^(dev|bench|features|supabase/tests)/', mayImport: [everyRoom] },
};

const isTest = '\\.test\\.ts$|/(tests|testing)/';
const product = Object.values(rooms).map(({ owns }) => owns);

const directions = Object.entries(rooms)
  .filter(([, { mayImport }]) => !mayImport.includes(everyRoom))
  .map(([name, { owns, mayImport }]) => ({
    name: `${name}-imports-only-${mayImport.join('-') || 'itself'}`,
    severity: 'error' as const,
    from: { path: owns, pathNot: isTest },
    to: { path: product, pathNot: [owns, ...mayImport.map((room) => rooms[room]?.owns ?? '')] },
  }));

const configuration: IConfiguration = {
  forbidden: [
    ...directions,
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea in two places.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'edge-functions-start-without-discord.js',
      comment: 'Its packages double the time of a cold start.',
      severity: 'error',
      from: { path: '^supabase/functions/[^/]+/index\\.ts$' },
      to: { path: 'node_modules/(discord\\.js|@discordjs)/', reachable: true },
    },
    {
      name: 'every-import-leads-somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\$app/|\\./\\$types)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.svelte-kit|web/build|\\.local)/' },
    // Imports of types alone count too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'svelte', 'types', 'default'],
    },
  },
};

export default configuration;
