import { createRequire } from 'node:module';

/**
 * The Deno binary itself instead of its launcher, so signals reach the right process.
 * @param version `current` runs locally; `hosted` equals what hosted Supabase runs
 * @throws if the optional binary package for this platform is not installed
 */
export function denoPath(version: 'current' | 'hosted'): string {
  const launcher = createRequire(import.meta.url).resolve(
    version === 'current' ? 'deno/package.json' : 'deno-hosted/package.json',
  );
  const libc = process.platform === 'linux' ? '-glibc' : '';
  return createRequire(launcher).resolve(`@deno/${process.platform}-${process.arch}${libc}/deno`);
}
