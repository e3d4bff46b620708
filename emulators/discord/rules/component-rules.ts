import { z } from 'zod';
import { type Component, componentTypes, flatten, isSelect } from '../wire/component.ts';
import type { FieldError } from './rest-error.ts';

const optionsSchema = z.array(z.looseObject({ value: z.string(), default: z.boolean().nullish() }));

const componentsV2Max = 40;
const displayTextMax = 4000;
const linkStyle = 5;
const premiumStyle = 6;

type Path = readonly (string | number)[];

function checkButton(button: Component, path: Path): FieldError[] {
  const problems: FieldError[] = [];
  const refuse = (field: string, code: string, message: string): void => {
    problems.push({ path: [...path, field], code, message });
  };
  const isLink = button.style === linkStyle;
  const isPremium = button.style === premiumStyle;
  if (!isLink && !isPremium && button.custom_id == null) {
    refuse('custom_id', 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required');
  }
  if (!isLink && button.url != null) {
    refuse('url', 'BUTTON_COMPONENT_INVALID_URL', 'Only link buttons have a url');
  }
  if (isLink && button.url == null) refuse('url', 'BASE_TYPE_REQUIRED', 'This field is required');
  if (isLink && button.custom_id != null) {
    refuse(
      'custom_id',
      'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
      'A custom id and url cannot both be specified',
    );
  }
  if (!isPremium && button.label == null && button.emoji == null) {
    refuse('label', 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A label or an emoji is required');
  }
  return problems;
}

function checkSelect(select: Component, path: Path): FieldError[] {
  const problems: FieldError[] = [];
  const least = Number(select.min_values ?? 1);
  const most = Number(select.max_values ?? 1);
  if (least > most) {
    const message = 'min_values must not be above max_values';
    problems.push({ path: [...path, 'min_values'], code: 'SELECT_COMPONENT_MIN_VALUES_TOO_LARGE', message });
  }
  if (select.type !== componentTypes.stringSelect) return problems;
  const options = optionsSchema.parse(select.options);
  const values = new Set<string>();
  for (const [index, option] of options.entries()) {
    if (values.has(option.value)) {
      const message = 'The specified option value is already used';
      const at = [...path, 'options', index, 'value'];
      problems.push({ path: at, code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', message });
    }
    values.add(option.value);
  }
  if (most > options.length) {
    const message = 'max_values must not be above the number of options';
    problems.push({ path: [...path, 'max_values'], code: 'SELECT_COMPONENT_MAX_VALUES_TOO_LARGE', message });
  }
  return problems;
}

function checkRow(row: Component, path: Path): FieldError[] {
  const inside = row.components ?? [];
  const selects = inside.filter(isSelect).length;
  if (selects === 0 || inside.length === 1) return [];
  const message = 'A row holds up to five buttons or exactly one select menu';
  return [{ path: [...path, 'components'], code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message }];
}

/** Visits every component with its path in the body. */
function walk(
  components: readonly Component[],
  path: Path,
  visit: (component: Component, at: Path) => void,
): void {
  for (const [index, component] of components.entries()) {
    const at = [...path, index];
    visit(component, at);
    walk(component.components ?? [], [...at, 'components'], visit);
    for (const key of ['accessory', 'component'] as const) {
      const inner = component[key];
      if (!inner) continue;
      visit(inner, [...at, key]);
    }
  }
}

function checkUniqueIds(components: readonly Component[]): FieldError[] {
  const seen = new Set<string>();
  const problems: FieldError[] = [];
  walk(components, ['components'], (component, at) => {
    const customId = component.custom_id;
    if (customId == null) return;
    if (seen.has(customId)) {
      const message = 'Component custom id cannot be duplicated';
      problems.push({ path: [...at, 'custom_id'], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message });
    }
    seen.add(customId);
  });
  return problems;
}

function checkTotals(components: readonly Component[], isV2: boolean): FieldError[] {
  const all = flatten(components);
  if (isV2 && all.length > componentsV2Max) {
    const message = `Must be ${componentsV2Max} or fewer components in total, nested ones included.`;
    return [{ path: ['components'], code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message }];
  }
  const texts = all.filter((component) => component.type === componentTypes.textDisplay);
  const length = texts.reduce((sum, text) => sum + String(text.content).length, 0);
  if (length > displayTextMax) {
    const message = `The text of all components together must not exceed ${displayTextMax} characters.`;
    return [{ path: ['components'], code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message }];
  }
  return [];
}

/** Discord's rules for message components beyond its published schemas. */
export function checkMessageComponents(components: readonly Component[], isV2: boolean): FieldError[] {
  const problems = [...checkUniqueIds(components), ...checkTotals(components, isV2)];
  if (!isV2 && components.length > 5) {
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: 'Must be between 1 and 5 in length.',
    });
  }
  walk(components, ['components'], (component, at) => {
    if (!isV2 && at.length === 2 && component.type !== componentTypes.actionRow) {
      const message = 'Value of field "type" must be one of (1,).';
      problems.push({ path: [...at, 'type'], code: 'UNION_TYPE_CHOICES', message });
    }
    if (component.type === componentTypes.actionRow) problems.push(...checkRow(component, at));
    if (component.type === componentTypes.button) problems.push(...checkButton(component, at));
    if (isSelect(component)) problems.push(...checkSelect(component, at));
  });
  return problems;
}

/** Discord's rules for modals beyond its published schema. */
export function checkModalComponents(components: readonly Component[]): FieldError[] {
  const problems = checkUniqueIds(components);
  if (components.length > 5) {
    problems.push({
      path: ['components'],
      code: 'BASE_TYPE_BAD_LENGTH',
      message: 'Must be between 1 and 5 in length.',
    });
  }
  walk(components, ['components'], (component, at) => {
    const isInRow = at.length > 2 && at.at(-1) !== 'component';
    if (component.type === componentTypes.textInput && isInRow && component.label == null) {
      problems.push({
        path: [...at, 'label'],
        code: 'BASE_TYPE_REQUIRED',
        message: 'This field is required',
      });
    }
    if (isSelect(component)) problems.push(...checkSelect(component, at));
  });
  return problems;
}
