import { spawnSync } from 'node:child_process';

/** SvelteKit's generated types must be fresh before its checker reads them. */
const sync = spawnSync('node_modules/.bin/svelte-kit', ['sync', '--config', 'web/vite.config.ts'], {
  stdio: 'inherit',
});
const check = spawnSync(
  'node_modules/.bin/svelte-check',
  ['--tsconfig', 'web/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  { stdio: 'inherit' },
);
process.exitCode = sync.status === 0 && check.status === 0 ? 0 : 1;
