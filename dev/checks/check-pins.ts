import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { findEdgeMismatches } from './find-edge-mismatches.ts';

/**
 * Pins: every package in the lock file has a hash and no download address, edge functions use the same
 * versions as everything else, and every platform gets the same Node.
 */
const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(readJson('package.json'));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        integrity: z.string().optional(),
        resolved: z.string().optional(),
        inBundle: z.boolean().optional(),
        os: z.unknown().optional(),
      }),
    ),
  })
  .parse(readJson('package-lock.json'));
const edge = z
  .object({ imports: z.record(z.string(), z.string()) })
  .parse(readJson('supabase/functions/deno.json'));

const edgeLock = z
  .object({ npm: z.record(z.string(), z.object({ integrity: z.string() })) })
  .parse(readJson('supabase/functions/deno.lock'));

const problems = [
  ...checkLock(),
  ...findEdgeMismatches(edge.imports, { ...manifest.dependencies, ...manifest.devDependencies }),
  ...checkEdgeLock(),
  ...checkNode(),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function checkLock(): string[] {
  return Object.entries(lock.packages).flatMap(([folder, { integrity, resolved, inBundle, os }]) => {
    // npm records the hash of a package for another platform only if the registry sent it to the system that
    // wrote the file.
    const mayLackHash = folder === '' || inBundle || os !== undefined;
    const hasHash = integrity?.startsWith('sha512-') || mayLackHash;
    return [
      ...(hasHash ? [] : [`package-lock.json: ${folder} has no sha512 hash.`]),
      ...(resolved === undefined ? [] : [`package-lock.json: ${folder} names an address.`]),
    ];
  });
}

/** Hosted Supabase installs exactly the edge packages that are tested here, byte for byte. */
function checkEdgeLock(): string[] {
  const hashes = new Set(
    Object.entries(lock.packages).map(([folder, entry]) => `${nameOf(folder)} ${entry.integrity}`),
  );
  const wrong = Object.entries(edgeLock.npm).flatMap(([key, { integrity }]) => {
    const [, name = ''] = /^(@?[^@]+)@/.exec(key) ?? [];
    return hashes.has(`${name} ${integrity}`)
      ? []
      : [`supabase/functions/deno.lock: package-lock.json has no such ${key}.`];
  });
  const missing = Object.values(edge.imports).flatMap((target) => {
    const [, pin = ''] = /^npm:(@?[^@]+@[^/]+)/.exec(target) ?? [];
    const isLocked =
      pin === '' || Object.keys(edgeLock.npm).some((key) => key === pin || key.startsWith(`${pin}_`));
    return isLocked ? [] : [`supabase/functions/deno.lock: ${pin} is missing.`];
  });
  return [...wrong, ...missing];
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function checkNode(): string[] {
  const pins = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
  const versions = new Set(pins.map(([, version]) => version));
  const unlocked = pins.filter(
    ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
  );
  return [
    ...(versions.size === 1 ? [] : ['package.json: each platform has to get the same version of Node.']),
    ...unlocked.map(([name]) => `package-lock.json: ${name} is not of the version in package.json.`),
  ];
}
