import type { JsonObject } from '../state/records.ts';
import { jsonObjectSchema } from '../state/records.ts';
import type { UnfurlMedia } from './component.ts';

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner != null));
}

function toImage(value: unknown, unfurl: UnfurlMedia): JsonObject {
  const { url } = jsonObjectSchema.parse(value);
  const media = unfurl(String(url));
  return { url: media.url, proxy_url: media.proxy_url };
}

/** Converts an embed as sent to one as Discord returns it. */
export function normalizeEmbed(sent: JsonObject, unfurl: UnfurlMedia): JsonObject {
  const { image, thumbnail, fields, author, footer, provider: _provider, video: _video, ...rest } = sent;
  const embed: JsonObject = { ...withoutNulls(rest), type: 'rich' };
  if (image) embed.image = toImage(image, unfurl);
  if (thumbnail) embed.thumbnail = toImage(thumbnail, unfurl);
  if (author) embed.author = withoutNulls(jsonObjectSchema.parse(author));
  if (footer) embed.footer = withoutNulls(jsonObjectSchema.parse(footer));
  if (Array.isArray(fields)) {
    embed.fields = fields.map((field) => ({
      inline: false,
      ...withoutNulls(jsonObjectSchema.parse(field)),
    }));
  }
  return embed;
}
