type Values = Record<string, unknown> | null;

/** Fields that say nothing to a reader of the trail. */
const besides = new Set(['id', 'player_id', 'user_id', 'created_at', 'updated_at']);
const changeCountMax = 6;

/** What an entry of the audit log changed, one line for each field that differs. Fields without a value are left out. */
export function describeChange(before: Values, after: Values): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const lines = [...names].flatMap((name) => {
    const [was, is] = [write(before?.[name]), write(after?.[name])];
    if (besides.has(name) || was === is) return [];
    return [`${name.replaceAll('_', ' ')}: ${was === '' ? is : `${was} → ${is === '' ? 'none' : is}`}`];
  });
  return lines.slice(0, changeCountMax);
}

function write(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
