import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markUsed, removeOldBuilds } from './web-build-cache.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'web-build-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** A build that was last used this many minutes ago. */
function makeBuild(digit: string, minutesAgo: number): string {
  const build = path.join(cache, `web-${digit.repeat(16)}`);
  mkdirSync(build, { recursive: true });
  const at = new Date(Date.now() - minutesAgo * 60_000);
  utimesSync(build, at, at);
  return build;
}

test('a build that a running stack serves is kept, however old it is', () => {
  const served = makeBuild('a', 90);
  markUsed(served);
  makeBuild('a', 90);
  const abandoned = makeBuild('b', 80);
  mkdirSync(path.join(abandoned, 'used-by'));
  // The process has ended since, and another may have its id.
  writeFileSync(path.join(abandoned, 'used-by', String(process.pid)), `${process.pid}:long-ago`);
  makeBuild('b', 80);
  const latest = [makeBuild('c', 2), makeBuild('d', 1)];
  removeOldBuilds(cache, 2);
  expect(existsSync(served)).toBe(true);
  expect(existsSync(abandoned)).toBe(false);
  expect(latest.every((build) => existsSync(build))).toBe(true);
});

test('only builds are removed', () => {
  mkdirSync(path.join(cache, 'web-build'));
  removeOldBuilds(cache, 0);
  expect(existsSync(path.join(cache, 'web-build'))).toBe(true);
});
