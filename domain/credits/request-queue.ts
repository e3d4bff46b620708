import type { z } from 'zod';
import type { queuedRequestSchema, requestEventSchema, requestQueueSchema } from './request-queue-schema.ts';

// Beside the schemas, so that a browser which needs only the types loads none of them.

export type QueuedRequest = z.output<typeof queuedRequestSchema>;
export type RequestCounts = z.output<typeof requestQueueSchema>['counts'];
export type RequestEvent = z.output<typeof requestEventSchema>;
