import { RefusalError } from '#domain/platform/refusal.ts';

/** What a read finds, or null when the database says that something it asked for is not there. */
export async function ifFound<Found>(reading: Promise<Found>): Promise<Found | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.status === 404) return null;
    throw error;
  }
}
