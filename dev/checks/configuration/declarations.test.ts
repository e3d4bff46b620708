import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTemporaryDirectory } from '#emulators/process/temporary-directory.ts';
import { getPorts } from '../../stack/ports/ports.ts';
import { makeProcessEnvironment } from '../../stack/process-environments.ts';
import { loadSecrets } from '../../stack/secrets/secrets.ts';
import { declarations } from './declarations.ts';
import { findLaxness } from './find-lax-declarations.ts';

describe.each(declarations)('$process', (declaration) => {
  test('rejects in production what is missing, malformed or local', () => {
    expect(findLaxness(declaration)).toEqual([]);
  });
});

test('a forgotten variable makes no process lax', () => {
  const given = { DEPLOYMENT: '', NODE_ENV: 'development' };
  for (const { process, read } of declarations) {
    expect(() => read(given)).toThrow(`The process ${process} cannot start as DEPLOYMENT=production`);
  }
});

test('a local process needs local addresses too', () => {
  const [web] = declarations;
  const given = { DEPLOYMENT: 'local', PUBLIC_SUPABASE_URL: 'https://project.supabase.co' };
  expect(() => web?.read(given)).toThrow('PUBLIC_SUPABASE_URL: must be an address of this machine');
  expect(() => web?.read({ DEPLOYMENT: 'local', NODE_ENV: 'production' })).toThrow('NODE_ENV is production');
});

test('a stack gives each process what it declares, and nothing else', () => {
  const dataDirectory = makeTemporaryDirectory('declarations-');
  const place = { ports: getPorts(0), portOffset: 0, dataDirectory, secrets: loadSecrets(dataDirectory) };
  const edge = declarations.slice(3);
  const edgeVariables = makeProcessEnvironment('edgeFunctions', place);
  for (const { read } of edge) read(edgeVariables);
  const edgeNames = edge.flatMap(({ names }) => names);
  const unread = ['DEPLOYMENT', 'NO_COLOR'];
  const extra = (variables: object, names: readonly string[]) =>
    Object.keys(variables).filter((name) => !names.includes(name) && !unread.includes(name));
  expect(extra(edgeVariables, edgeNames)).toEqual([]);
  for (const declaration of declarations.slice(0, 3)) {
    const name = declaration.process;
    if (name !== 'web' && name !== 'worker' && name !== 'gateway')
      throw new Error(`Another process: ${name}`);
    const variables = makeProcessEnvironment(name, place);
    declaration.read(variables);
    expect(extra(variables, declaration.names)).toEqual([]);
  }
});

test('the page on configuration lists exactly the declared variables', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/04_environment_config.md'), 'utf8');
  const [table = ''] = page.slice(page.indexOf('| variable |')).split('\n\n');
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name),
  );
  // The database keeps this one in its vault; processes read all others.
  const elsewhere = ['DEPLOYMENT', 'SUPABASE_FUNCTIONS_URL'];
  const declared = [...new Set(declarations.flatMap(({ names }) => names)), ...elsewhere];
  expect(named.toSorted()).toEqual(declared.toSorted());
});
