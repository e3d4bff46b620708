import { z } from 'zod';

/** An event as clients send it. */
export const incomingEventSchema = z.object({
  name: z.string().min(1).max(255),
  data: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((data) => data ?? {}),
  id: z.string().optional(),
  ts: z.number().optional(),
  user: z.record(z.string(), z.unknown()).nullish(),
  v: z.string().nullish(),
});
export type IncomingEvent = z.infer<typeof incomingEventSchema>;

/** An event as functions see it. `id` is the sender's, or one assigned by the engine. */
export interface EventBody {
  id: string;
  name: string;
  data: Record<string, unknown>;
  ts: number;
  user?: Record<string, unknown>;
  v?: string;
}

/** A stored event: the body and the engine's own ids. */
export interface EventRecord {
  internal_id: string;
  name: string;
  body: EventBody;
  received_at: Date;
}

export const invokedEventName = 'inngest/function.invoked';
export const finishedEventName = 'inngest/function.finished';
export const failedEventName = 'inngest/function.failed';
export const cancelledEventName = 'inngest/function.cancelled';
export const cronEventName = 'inngest/scheduled.timer';

const routingSchema = z.object({
  _inngest: z.object({
    fn_id: z.string().optional(),
    correlation_id: z.string().optional(),
  }),
});

/** The target of an invocation and its caller; both absent on ordinary events. */
export function readRouting(event: EventBody): { fn_id?: string; correlation_id?: string } {
  const parsed = routingSchema.safeParse(event.data);
  return parsed.success ? parsed.data._inngest : {};
}

/**
 * Every trigger name that an event name matches: itself, `prefix/*` at each slash, `prefix.*` at each dot.
 */
export function listTriggerNames(eventName: string): string[] {
  const names = [eventName];
  for (const [index, character] of [...eventName].entries()) {
    if (character === '/' || character === '.') names.push(`${eventName.slice(0, index + 1)}*`);
  }
  return names;
}
