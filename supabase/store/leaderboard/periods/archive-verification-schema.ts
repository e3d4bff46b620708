import { z } from 'zod';

export const archiveVerificationSchema = z.object({
  /** All rows and the seal are unchanged. */
  is_intact: z.boolean(),
  /** Number of verified rows. */
  checked: z.number().int(),
  first_broken_position: z.number().int().nullable(),
  is_seal_intact: z.boolean(),
  /** Null if the seal was removed. */
  archive_hash: z.string().nullable(),
});

export type ArchiveVerification = z.output<typeof archiveVerificationSchema>;
