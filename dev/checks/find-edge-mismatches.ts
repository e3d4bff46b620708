/** The packages that edge functions import in another version than everything else, or that nothing else has; a line each. */
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
