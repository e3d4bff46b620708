import type { MessageBody } from '../platform/message.ts';

export interface MessageMeasure {
  component_count: number;
  text_length: number;
  custom_ids: string[];
  labels: string[];
}

function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    const record: Record<string, unknown> = { ...value };
    if (typeof record.type === 'number') yield record;
    for (const key of ['components', 'component', 'accessory']) yield* walk(record[key]);
  }
}

/** The full text of an answer as a reader sees it, without isolation marks. */
export function readAnswer(answer: unknown): string {
  return JSON.stringify(answer).replace(/[\u2068\u2069]/g, '');
}

/** Measures a message as Discord does: nested components and all text included. */
export function measureMessage(message: Pick<MessageBody, 'components'>): MessageMeasure {
  const all = [...walk(message.components)];
  const pick = (key: string) =>
    all.flatMap((component) => (typeof component[key] === 'string' ? [component[key]] : []));
  return {
    component_count: all.length,
    text_length: pick('content').join('').length,
    custom_ids: pick('custom_id'),
    labels: pick('label'),
  };
}
