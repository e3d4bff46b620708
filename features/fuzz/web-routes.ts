import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const routesDirectory = path.join(import.meta.dirname, '../../web/src/routes');
const source = path.join(import.meta.dirname, '../../web/src');

export interface WebRoute {
  /** SvelteKit's route name: `/players/[username]`. */
  id: string;
  /** The names of its form actions. */
  actions: string[];
}

/** Every page and endpoint, read from SvelteKit's routes folder. */
export function listWebRoutes(): WebRoute[] {
  const files = globSync('**/{+page.svelte,+page.server.ts,+server.ts}', { cwd: routesDirectory });
  const folders = new Set(files.map((file) => path.dirname(file)));
  return [...folders].sort().map((folder) => ({
    id: `/${folder === '.' ? '' : folder}`.replaceAll(/\/\([^)]+\)/g, '') || '/',
    actions: listActions(folder),
  }));
}

function listActions(folder: string): string[] {
  const text = read(path.join(routesDirectory, folder, '+page.server.ts'));
  const body = /export const actions[^=]*=\s*\{\n(.*?)^\}/ms.exec(text)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)(?::|\()/gm)].map(([, name = '']) => name);
}

/** The query parameters and form fields that any page reads. */
export function listWebFields(): string[] {
  const files = globSync(['routes/**/*.ts', 'lib/**/*.ts'], { cwd: source });
  const text = files.map((file) => read(path.join(source, file))).join('\n');
  const names = [...text.matchAll(/\.(?:get|has)\('(\w+)'\)|^ {2}(\w+): (?:z\b|storable)/gm)];
  return [...new Set(names.map(([, asked, declared]) => asked ?? declared ?? ''))].sort();
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
