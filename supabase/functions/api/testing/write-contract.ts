const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function writeOperation(method: string, path: string, operation: Record<string, unknown>): string[] {
  const { summary, description, parameters, requestBody, responses, ...rest } = operation;
  const said = Object.entries(rest).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  const asked = list(parameters).map((parameter) => {
    const { in: place, name, required, description: what, schema } = record(parameter);
    const must = required === true ? ' (required)' : '';
    return `  ${place} ${name}${must}: ${JSON.stringify(schema)}${what ? ` ${what}` : ''}`;
  });
  const body = requestBody === undefined ? [] : [`  body: ${JSON.stringify(requestBody)}`];
  const answers = Object.entries(record(responses)).map(([status, answer]) => {
    const { description: what, content } = record(answer);
    const kinds = Object.entries(record(content)).map(([kind, part]) => [kind, record(part).schema]);
    return `  ${status} ${what} ${JSON.stringify(kinds)}`;
  });
  return [
    `${method.toUpperCase()} ${path}: ${summary}`,
    `  ${description}`,
    ...said,
    ...asked,
    ...body,
    ...answers,
  ];
}

/** The API description, one line per promise. */
export function writeContract(document: Record<string, unknown>): string {
  const { paths, components, ...head } = document;
  const schemas = Object.entries(record(components)).flatMap(([kind, parts]) =>
    Object.entries(record(parts)).map(([name, part]) => `${kind} ${name}: ${JSON.stringify(part)}`),
  );
  const routes = Object.entries(record(paths)).flatMap(([path, operations]) =>
    Object.entries(record(operations)).map(([method, operation]) =>
      writeOperation(method, path, record(operation)).join('\n'),
    ),
  );
  return `${[JSON.stringify(head), schemas.join('\n'), ...routes].join('\n\n')}\n`;
}
