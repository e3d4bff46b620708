import { RefusalError } from '#domain/platform/refusal.ts';

/** The result of a read, or null if the database reports that something was not found. */
export async function ifFound<Found>(reading: Promise<Found>): Promise<Found | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.status === 404) return null;
    throw error;
  }
}
