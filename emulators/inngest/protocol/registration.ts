import { createHash } from 'node:crypto';
import { z } from 'zod';
import { functionConfigSchema } from './function-config.ts';

/** An application's description of itself, from either way of syncing. */
const registrationSchema = z
  .object({
    url: z.string(),
    appName: z.string().optional(),
    app_id: z.string().optional(),
    framework: z.string().nullish(),
    sdk: z.string().optional(),
    functions: z.array(functionConfigSchema),
  })
  .transform(({ appName, app_id, ...rest }) => ({ ...rest, appId: appName ?? app_id ?? '' }))
  .refine(({ appId }) => appId !== '', 'the app has no id');

export interface Registration extends z.infer<typeof registrationSchema> {
  /** Changes exactly when the registered functions or the address change. */
  checksum: string;
}

/** Parses a registration body; throws a ZodError if it is not one. */
export function parseRegistration(body: unknown): Registration {
  const registration = registrationSchema.parse(body);
  const identity = JSON.stringify([registration.url, registration.functions]);
  return { ...registration, checksum: createHash('sha256').update(identity).digest('hex') };
}
