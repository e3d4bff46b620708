import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listSourceFiles } from './list-source-files.ts';

/** A room of the house: a path prefix, and the rooms it may look into besides itself. */
interface Room {
  name: string;
  owns: RegExp;
  mayImport: readonly string[];
}

/**
 * The direction of imports: rules know nothing of storage, storage nothing of surfaces, and no entry
 * point knows another. The first room whose pattern matches owns the file.
 */
const rooms: readonly Room[] = [
  { name: 'domain', owns: /^domain\//, mayImport: [] },
  { name: 'store', owns: /^supabase\/(store\/|database\.types\.ts)/, mayImport: ['domain'] },
  { name: 'events', owns: /^inngest\.ts$/, mayImport: ['domain'] },
  { name: 'gateway', owns: /^bot\/gateway(\.ts|\/)/, mayImport: ['domain', 'store', 'bot', 'events'] },
  { name: 'bot', owns: /^bot\//, mayImport: ['domain', 'store', 'events'] },
  {
    name: 'edge functions',
    owns: /^supabase\/functions\//,
    mayImport: ['domain', 'store', 'bot', 'events'],
  },
  { name: 'durable functions', owns: /^functions\//, mayImport: ['domain', 'store', 'bot', 'events'] },
  { name: 'web', owns: /^web\//, mayImport: ['domain', 'store'] },
  { name: 'emulators', owns: /^emulators\//, mayImport: [] },
  { name: 'operations', owns: /^ops\//, mayImport: ['domain', 'store', 'bot', 'gateway', 'development'] },
  {
    name: 'development',
    owns: /^(dev|bench|features|supabase\/tests)\//,
    // The last two: what each process declares that it reads is checked from here.
    mayImport: [
      'domain',
      'store',
      'bot',
      'events',
      'emulators',
      'operations',
      'durable functions',
      'gateway',
      'edge functions',
      'web',
    ],
  },
];

/** Tests may set a real part beside the one they test; they are not part of the product. */
const isTest = (path: string): boolean => /\.test\.ts$|\/(tests|testing)\//.test(path);

const aliases: readonly (readonly [prefix: string, folder: string])[] = [
  ['#domain/', 'domain/'],
  ['#store/', 'supabase/store/'],
  ['#bot/', 'bot/'],
  ['#lib/', 'web/src/lib/'],
  ['#emulators/', 'emulators/'],
  ['#dev/', 'dev/'],
];

const importPattern =
  /(?:^|\s)(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

function roomOf(path: string): Room | undefined {
  return rooms.find((room) => room.owns.test(path));
}

function resolveSpecifier(from: string, specifier: string): string | null {
  if (specifier === '#inngest') return 'inngest.ts';
  const alias = aliases.find(([prefix]) => specifier.startsWith(prefix));
  if (alias) return normalize(alias[1] + specifier.slice(alias[0].length));
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : null;
}

/**
 * Finds imports that go against the direction of the house.
 * @param files paths relative to the repository's root
 * @returns one sentence for each offending import
 */
export function findImportViolations(files: readonly string[], read: (path: string) => string): string[] {
  return files
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const room = roomOf(file);
      if (!room) return [];
      return [...read(file).matchAll(importPattern)].flatMap((match) => {
        const target = resolveSpecifier(file, match[1] ?? match[2] ?? '');
        const targetRoom = target === null ? undefined : roomOf(target);
        if (!targetRoom || targetRoom === room || room.mayImport.includes(targetRoom.name)) return [];
        return [
          `${file} (${room.name}) imports ${target} (${targetRoom.name}), which is against the direction of imports`,
        ];
      });
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = listSourceFiles().filter((file) => /\.(ts|mjs|js|svelte)$/.test(file) && existsSync(file));
  const violations = findImportViolations(files, (path) => readFileSync(path, 'utf8'));
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
