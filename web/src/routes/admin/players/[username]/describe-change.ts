/** Fields that say nothing to a reader of the trail. */
const besides = new Set(['id', 'player_id', 'user_id', 'created_at', 'updated_at']);
const changeCountMax = 6;

/** What an entry of the audit log changed, one line for each field that differs. Fields without a value are left out. */
export function describeChange(before: unknown, after: unknown): string[] {
  const [former, current] = [toFields(before), toFields(after)];
  const names = new Set([...former.keys(), ...current.keys()]);
  const lines = [...names].flatMap((name) => {
    const [was, is] = [write(former.get(name)), write(current.get(name))];
    if (besides.has(name) || was === is) return [];
    return [`${name.replaceAll('_', ' ')}: ${was === '' ? is : `${was} → ${is === '' ? 'none' : is}`}`];
  });
  return lines.slice(0, changeCountMax);
}

/** A value that is no object is a field by itself. */
function toFields(value: unknown): Map<string, unknown> {
  if (typeof value !== 'object' || value === null)
    return new Map(value === null || value === undefined ? [] : [['value', value]]);
  return new Map(Object.entries(value));
}

function write(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
