import { z } from 'zod';
import { type FieldError, invalidForm, RestError } from './rest-error.ts';

export const commandTypes = { chatInput: 1, user: 2, message: 3 } as const;

export const commandOptionSchema = z.looseObject({
  type: z.int(),
  name: z.string(),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description: z.string(),
  description_localizations: z.record(z.string(), z.string()).nullish(),
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  choices: z.array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) })).nullish(),
  get options() {
    return z.array(commandOptionSchema).nullish();
  },
});
export type CommandOption = z.infer<typeof commandOptionSchema>;

export const commandDraftSchema = z.looseObject({
  id: z.string().nullish(),
  type: z.int().nullish(),
  name: z.string(),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description: z.string().nullish(),
  description_localizations: z.record(z.string(), z.string()).nullish(),
  default_member_permissions: z.union([z.string(), z.number()]).nullish(),
  dm_permission: z.boolean().nullish(),
  contexts: z.array(z.int()).nullish(),
  integration_types: z.array(z.int()).nullish(),
  options: z.array(commandOptionSchema).nullish(),
  nsfw: z.boolean().nullish(),
});
export type CommandDraft = z.infer<typeof commandDraftSchema>;

const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const subcommandType = 1;
const groupType = 2;
const textMax = 8000;
const countMax = new Map<number, number>([
  [commandTypes.chatInput, 100],
  [commandTypes.user, 15],
  [commandTypes.message, 15],
]);

type Path = readonly (string | number)[];

function checkName(name: string, path: Path): FieldError[] {
  const isLowerCase = name === name.toLowerCase();
  if (namePattern.test(name) && isLowerCase) return [];
  const message = 'Command name is invalid';
  return [{ path: [...path, 'name'], code: 'APPLICATION_COMMAND_INVALID_NAME', message }];
}

function checkOption(option: CommandOption, path: Path): FieldError[] {
  const problems = checkName(option.name, path);
  const hasChoices = (option.choices?.length ?? 0) > 0;
  if (hasChoices && option.autocomplete) {
    const message = 'Options with autocomplete cannot have choices';
    const code = 'APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES';
    problems.push({ path: [...path, 'autocomplete'], code, message });
  }
  const names = (option.choices ?? []).map((choice) => choice.name);
  if (new Set(names).size !== names.length) {
    const message = 'Choice names must be unique';
    problems.push({
      path: [...path, 'choices'],
      code: 'APPLICATION_COMMAND_OPTION_CHOICE_NAME_DUPLICATED',
      message,
    });
  }
  return [...problems, ...checkOptions(option.options ?? [], [...path, 'options'], option.type)];
}

/** `parent` is the type of the enclosing option, 0 for the command itself. */
function checkOptions(options: readonly CommandOption[], path: Path, parent: number): FieldError[] {
  const problems: FieldError[] = [];
  const names = new Set<string>();
  let sawOptional = false;
  const nested = options.filter(
    (option) => option.type === subcommandType || option.type === groupType,
  ).length;
  if (nested > 0 && nested < options.length) {
    const message = 'Sub-commands cannot stand beside other options';
    problems.push({ path: [...path], code: 'APPLICATION_COMMAND_OPTIONS_TYPE_MIXED', message });
  }
  for (const [index, option] of options.entries()) {
    const at = [...path, index];
    const isTooDeep =
      parent === subcommandType
        ? option.type <= groupType
        : parent === groupType && option.type !== subcommandType;
    if (isTooDeep) {
      const message = 'This option cannot stand here';
      problems.push({ path: [...at, 'type'], code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', message });
    }
    if (names.has(option.name)) {
      const message = 'Option name already exists';
      problems.push({
        path: [...at, 'name'],
        code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
        message,
      });
    }
    if (option.required && sawOptional) {
      const message = 'Required options must be placed before non-required options';
      problems.push({ path: at, code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', message });
    }
    names.add(option.name);
    sawOptional ||= !option.required && option.type > groupType;
    problems.push(...checkOption(option, at));
  }
  return problems;
}

function longest(
  text: string | null | undefined,
  localized: Record<string, string> | null | undefined,
): number {
  return Math.max(text?.length ?? 0, ...Object.values(localized ?? {}).map((other) => other.length));
}

function textLength(part: CommandDraft | CommandOption): number {
  let length =
    longest(part.name, part.name_localizations) + longest(part.description, part.description_localizations);
  const choices = 'choices' in part ? commandOptionSchema.shape.choices.parse(part.choices) : [];
  for (const choice of choices ?? []) length += choice.name.length + String(choice.value).length;
  for (const option of part.options ?? []) length += textLength(option);
  return length;
}

function checkCommand(command: CommandDraft, path: Path): FieldError[] {
  const type = command.type ?? commandTypes.chatInput;
  if (type !== commandTypes.chatInput) {
    const problems: FieldError[] = [];
    if (command.description) {
      const message = 'Context menu commands cannot have description';
      problems.push({
        path: [...path, 'description'],
        code: 'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID',
        message,
      });
    }
    if (command.options?.length) {
      const message = 'Context menu commands cannot have options';
      problems.push({
        path: [...path, 'options'],
        code: 'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID',
        message,
      });
    }
    return problems;
  }
  const problems = checkName(command.name, path);
  if (!command.description) {
    problems.push({
      path: [...path, 'description'],
      code: 'BASE_TYPE_REQUIRED',
      message: 'This field is required',
    });
  }
  problems.push(...checkOptions(command.options ?? [], [...path, 'options'], 0));
  if (textLength(command) > textMax) {
    const message = `Command exceeds maximum size (${textMax})`;
    problems.push({ path, code: 'APPLICATION_COMMAND_TOO_LARGE', message });
  }
  return problems;
}

/** Validates one command; throws 50035 with every violation. */
export function requireValidCommand(command: CommandDraft): void {
  const problems = checkCommand(command, []);
  if (problems.length > 0) throw invalidForm(problems);
}

/** Validates all commands of a scope after the change: each command, unique names, and the limit per type. */
export function requireValidCommands(commands: readonly CommandDraft[]): void {
  const problems = commands.flatMap((command, index) => checkCommand(command, [index]));
  const seen = new Set<string>();
  const counts = new Map<number, number>();
  for (const [index, command] of commands.entries()) {
    const type = command.type ?? commandTypes.chatInput;
    const key = `${type}:${command.name}`;
    if (seen.has(key)) {
      const message = 'Application command names must be unique';
      problems.push({ path: [index], code: 'APPLICATION_COMMANDS_DUPLICATE_NAME', message });
    }
    seen.add(key);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  if (problems.length > 0) throw invalidForm(problems);
  for (const [type, count] of counts) {
    const max = countMax.get(type) ?? 1;
    if (count > max)
      throw new RestError(400, 30032, `Maximum number of application commands reached (${max})`);
  }
}
