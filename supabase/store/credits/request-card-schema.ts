import { z } from 'zod';

export const requestCardSchema = z.object({ channel_id: z.string(), message_id: z.string() });

export type RequestCard = z.output<typeof requestCardSchema>;
