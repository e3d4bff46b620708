import { z } from 'zod';
import type { JsonObject } from '../state/records.ts';

/** A message or modal component, loosely typed, because Discord's own schemas have validated it. */
export const componentSchema = z.looseObject({
  type: z.int(),
  id: z.int().nullish(),
  custom_id: z.string().nullish(),
  get components() {
    return z.array(componentSchema).nullish();
  },
  get accessory() {
    return componentSchema.nullish();
  },
  get component() {
    return componentSchema.nullish();
  },
});
export type Component = z.infer<typeof componentSchema>;

export const componentTypes = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
} as const;

const selectTypes: readonly number[] = [3, 5, 6, 7, 8];

export function isSelect(component: { type: number }): boolean {
  return selectTypes.includes(component.type);
}

/** A component's direct children. */
function childrenOf(component: Component): Component[] {
  const inner = [component.accessory, component.component].filter((child) => child != null);
  return [...(component.components ?? []), ...inner];
}

/** All components, nested ones included, outermost first. */
export function flatten(components: readonly Component[]): Component[] {
  return components.flatMap((component) => [component, ...flatten(childrenOf(component))]);
}

/** Parses components from a record or a body. */
function parseComponents(components: readonly unknown[]): Component[] {
  return components.map((component) => componentSchema.parse(component));
}

/** Finds the component with a custom id. */
export function findByCustomId(components: readonly unknown[], customId: string): Component | undefined {
  return flatten(parseComponents(components)).find((component) => component.custom_id === customId);
}

function defaultsOf(component: Component): JsonObject {
  if (isSelect(component)) return { min_values: 1, max_values: 1 };
  switch (component.type) {
    case componentTypes.thumbnail:
      return { description: null, spoiler: false };
    case componentTypes.file:
      return { name: null, size: null, spoiler: false };
    case componentTypes.separator:
      return { spacing: 1, divider: true };
    case componentTypes.container:
      return { accent_color: null, spoiler: false };
    default:
      return {};
  }
}

const mediaSchema = z.object({ url: z.string() });
const gallerySchema = z.array(
  z.object({ media: mediaSchema, description: z.string().nullish(), spoiler: z.boolean().nullish() }),
);

/** Gives media its id and URLs; `resolveUrl` maps `attachment://name` to the uploaded file. */
export type UnfurlMedia = (url: string) => JsonObject;

function mediaFieldsOf(component: Component, unfurl: UnfurlMedia): JsonObject {
  if (component.type === componentTypes.thumbnail) {
    return { media: unfurl(mediaSchema.parse(component.media).url) };
  }
  if (component.type === componentTypes.file) return { file: unfurl(mediaSchema.parse(component.file).url) };
  if (component.type === componentTypes.mediaGallery) {
    const items = gallerySchema.parse(component.items).map((item) => ({
      media: unfurl(item.media.url),
      description: item.description ?? null,
      spoiler: item.spoiler ?? false,
    }));
    return { items };
  }
  return {};
}

/**
 * Converts components as sent to components as Discord returns them: with ids and defaults, without nulls.
 */
export function normalizeComponents(components: readonly Component[], unfurl: UnfurlMedia): JsonObject[] {
  const taken = new Set(flatten(components).map((component) => component.id ?? 0));
  let last = 0;
  const nextId = (): number => {
    do last += 1;
    while (taken.has(last));
    return last;
  };
  const normalize = (component: Component): JsonObject => {
    // Discord treats 0 as "no id given".
    const id = component.id || nextId();
    const given = Object.entries(component).filter(([, value]) => value != null);
    const body: JsonObject = {
      ...defaultsOf(component),
      ...Object.fromEntries(given),
      ...mediaFieldsOf(component, unfurl),
      id,
    };
    if (component.components) body.components = component.components.map(normalize);
    if (component.accessory) body.accessory = normalize(component.accessory);
    if (component.component) body.component = normalize(component.component);
    return body;
  };
  return components.map(normalize);
}
