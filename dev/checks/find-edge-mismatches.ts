/**
 * The packages that edge functions import in a different version from everything else, or that only they import;
 * one a line.
 */
export function findEdgeMismatches(
  imports: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>>,
): string[] {
  return Object.values(imports).flatMap((target) => {
    const [, name = '', version = ''] = /^npm:(@?[^@]+)@([^/]+)/.exec(target) ?? [];
    if (name === '' || versions[name] === version) return [];
    return [
      `supabase/functions/deno.json: ${name} is ${version}, in package.json ${versions[name] ?? 'missing'}.`,
    ];
  });
}
