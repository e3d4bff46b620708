import { z } from 'zod';
import { type GrantedList, grantedListSchema } from '#store/credits/grants/granted-list-schema.ts';

const answerSchema = grantedListSchema.extend({ list: z.string() });

/** The result of a list in the answer to its form, with the text it was read from. */
export function readGrantedList(result: unknown): (GrantedList & { list: string }) | undefined {
  const parsed = answerSchema.safeParse(result);
  return parsed.success ? parsed.data : undefined;
}
