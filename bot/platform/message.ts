import {
  type APIActionRowComponent,
  type APIAllowedMentions,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInContainer,
  type APIContainerComponent,
  type APIMessageTopLevelComponent,
  type APISelectMenuOption,
  type APISeparatorComponent,
  type APIStringSelectComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord-api-types/v10';

/** A Components V2 message without mentions. */
export interface MessageBody {
  flags: number;
  components: APIMessageTopLevelComponent[];
  allowed_mentions: APIAllowedMentions;
}

export const accentColors = {
  brand: 0x5b5bd6,
  gold: 0xe5b80b,
  success: 0x2e9e5b,
  danger: 0xd64545,
  calm: 0x6b7280,
};

/** Discord's limits for one Components V2 message. */
export const messageLimits = { componentCountMax: 40, textLengthMax: 4_000 };

export function buildText(content: string): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content };
}

export function buildSeparator(): APISeparatorComponent {
  return { type: ComponentType.Separator };
}

export function buildContainer(
  accent_color: number,
  components: APIComponentInContainer[],
): APIContainerComponent {
  return { type: ComponentType.Container, accent_color, components };
}

export function buildRow(...components: APIButtonComponent[]): APIActionRowComponent<APIButtonComponent> {
  return { type: ComponentType.ActionRow, components };
}

export interface ButtonOptions {
  style?: APIButtonComponentWithCustomId['style'];
  disabled?: boolean;
}

export function buildButton(
  label: string,
  custom_id: string,
  options: ButtonOptions = {},
): APIButtonComponent {
  const { style = ButtonStyle.Secondary, disabled = false } = options;
  return { type: ComponentType.Button, style, label, custom_id, disabled };
}

export function buildLinkButton(label: string, url: string): APIButtonComponent {
  return { type: ComponentType.Button, style: ButtonStyle.Link, label, url };
}

interface Selection {
  placeholder: string;
  options: APISelectMenuOption[];
  /** How many may be picked; at least one. */
  most: number;
}

/** A select menu, which fills a row of its own. */
export function buildSelectRow(
  custom_id: string,
  { placeholder, options, most }: Selection,
): APIActionRowComponent<APIStringSelectComponent> {
  const type = ComponentType.StringSelect;
  const select = { type, custom_id, placeholder, options, min_values: 1, max_values: most } as const;
  return { type: ComponentType.ActionRow, components: [select] };
}

/** Wraps components in a message: no mentions, Components V2. */
export function buildMessage(...components: APIMessageTopLevelComponent[]): MessageBody {
  return { flags: MessageFlags.IsComponentsV2, components, allowed_mentions: { parse: [] } };
}

/** A timestamp that Discord shows in each reader's time zone: `R` relative, `f` date and time, `D` date. */
export function formatTime(iso: string, style: 'R' | 'f' | 'D' = 'R'): string {
  return `<t:${Math.floor(Date.parse(iso) / 1000)}:${style}>`;
}
