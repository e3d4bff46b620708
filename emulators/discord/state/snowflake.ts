const epochMs = 1_420_070_400_000;

/** The id for something created at this moment; `sequence` distinguishes ids of the same millisecond. */
function toSnowflake(createdAtMs: number, sequence = 0): string {
  return String((BigInt(createdAtMs - epochMs) << 22n) | BigInt(sequence));
}

/** Orders ids by age without losing precision. */
export function compareSnowflakes(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Generates increasing ids, even after a restart, as long as `lastId` is the newest one in use. */
export function createSnowflakes(nowMs: () => number, lastId: string): () => string {
  let last = BigInt(lastId);
  return () => {
    const candidate = BigInt(toSnowflake(nowMs()));
    last = candidate > last ? candidate : last + 1n;
    return String(last);
  };
}
