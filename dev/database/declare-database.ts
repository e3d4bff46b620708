import postgres from 'postgres';
import { readSchemaFiles, type SchemaFile } from './schema-files.ts';

/**
 * Fills a prepared database with what the schemas and the data declare. Throws an error that names the file if a
 * statement is refused.
 * @param ownerUrl connection string of the role `postgres`
 */
export async function declareDatabase(
  ownerUrl: string,
  files: readonly SchemaFile[] = readSchemaFiles(),
): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    for (const { name, text } of files) {
      await sql.unsafe(text).catch((cause: unknown) => {
        throw new Error(
          `supabase/${name} is refused: ${cause instanceof Error ? cause.message : String(cause)}`,
          {
            cause,
          },
        );
      });
    }
  } finally {
    await sql.end();
  }
}
