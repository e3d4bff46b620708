import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { discordCommunity, roleIds } from '#dev/seed/discord-community.ts';
import { tierMarks } from '#domain/leaderboard/tier-marks.ts';

const css = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');

/** Lightness, chroma and hue (degrees) of a hex colour, as in oklch(). */
function toOklch(hex: string): { chroma: number; hue: number } {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return { chroma: Math.hypot(a, b), hue: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 };
}

const difference = (one: number, other: number) => Math.abs(((one - other + 540) % 360) - 180);

it.each(Object.entries(tierMarks))(
  '%s has the same hue on the web as its role in Discord',
  (tier, { color }) => {
    const [, token = ''] = new RegExp(`--tier-${tier.replace('_', '-')}: (.*);`).exec(css) ?? [];
    const drawn = [...token.matchAll(/oklch\([\d.]+ ([\d.]+) ([\d.]+)\)/g)];
    expect(drawn.length).toBeGreaterThan(0);
    const { chroma, hue } = toOklch(color);
    for (const [, drawnChroma, drawnHue] of drawn) {
      // The hue of a grey is meaningless.
      if (chroma < 0.04) expect(Number(drawnChroma)).toBeLessThan(0.04);
      else expect(difference(Number(drawnHue), hue)).toBeLessThan(30);
    }
  },
);

it('the roles of the sandbox have these names and colours', () => {
  const roles = discordCommunity.guilds.flatMap((guild) => guild.roles);
  for (const [tier, { name, color }] of Object.entries(tierMarks)) {
    const id = Object.entries(roleIds).find(([key]) => key === tier)?.[1] ?? '';
    const role = roles.find((known) => known.id === id);
    expect(role).toMatchObject({ name, color: Number.parseInt(color.slice(1), 16) });
  }
});
