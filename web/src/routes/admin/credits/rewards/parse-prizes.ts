import { tiers } from '#domain/leaderboard/vocabulary.ts';

type Prize = Record<string, string | number>;

const linePattern =
  /^(?:(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?|([a-z_ 0-9]*[a-z][a-z_ 0-9]*))\s*:\s*(\d{1,7})\s+([a-z]+)(?:\s+for\s+(\d{1,4})\s+days?)?$/;

/** The prizes written one a line: `1-3: 100 ai`, `elite: 20 lead for 30 days`. */
export function parsePrizes(
  text: string,
  creditTypes: readonly string[],
): { prizes: Prize[] } | { problem: string } {
  const prizes: Prize[] = [];
  for (const [index, written] of text.split(/\r\n|\r|\n/).entries()) {
    const line = written.trim().toLowerCase();
    if (line === '') continue;
    const [, from, to, tierName, amount = '', type = '', days] = linePattern.exec(line) ?? [];
    const tier = tiers.find((name) => name === tierName?.trim().replaceAll(' ', '_'));
    if (!creditTypes.includes(type) || (from === undefined && !tier)) {
      return {
        problem: `Line ${index + 1} is not a prize. Write "1-3: 100 ai" or "elite: 20 lead for 30 days".`,
      };
    }
    prizes.push({
      ...(tier ? { tier } : { place_from: Number(from), place_to: Number(to ?? from) }),
      credit_type: type,
      amount: Number(amount),
      ...(days && { valid_days: Number(days) }),
    });
  }
  return { prizes };
}
