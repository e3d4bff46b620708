import postgres from 'postgres';

/** The stable reason of a refusal, or the SQLSTATE of any other error; null if nothing was refused. */
export async function readRefusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    return error.code.startsWith('DS') ? (error.detail ?? error.code) : error.code;
  }
}
