interface Introspecting<Options, Schema> {
  introspect: (options: Options) => Promise<Schema>;
  clearSchemaCache: () => Promise<void>;
}

/** The schema could not be read, so nothing is known about what exists. */
export class SchemaUnavailable extends Error {
  override name = 'SchemaUnavailable';
}

const readMsMax = 10_000;

/**
 * Guards the library's cache of tables and functions: concurrent requests share one read, a read during a
 * schema change is repeated, and the empty schema that the library returns on a failed read is an error
 * instead of a database without tables. Everybody waits for the reader, so it gets no more than ten seconds.
 * @param giveUp called if reading takes longer than that
 * @returns a function that makes the next request read the schema again
 */
export function guardSchemaCache<Options, Schema extends { functions?: unknown }>(
  connection: Introspecting<Options, Schema>,
  giveUp: () => void,
  msMax = readMsMax,
): () => void {
  const introspect = connection.introspect.bind(connection);
  let version = 0;
  let reading: Promise<Schema> | null = null;
  const read = async (options: Options): Promise<Schema> => {
    for (;;) {
      const versionBefore = version;
      const schema = await introspect(options);
      // Functions are listed whenever reading succeeded, even if there are none.
      if (schema.functions === undefined) throw new SchemaUnavailable('The schema could not be read.');
      if (version === versionBefore) return schema;
      await connection.clearSchemaCache();
    }
  };
  const limit = async (schema: Promise<Schema>): Promise<Schema> => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      giveUp();
      late.reject(new SchemaUnavailable('The schema could not be read in time.'));
    }, msMax);
    try {
      return await Promise.race([schema, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  connection.introspect = (options) => {
    reading ??= limit(read(options)).finally(() => {
      reading = null;
    });
    return reading;
  };
  return () => {
    version += 1;
    void connection.clearSchemaCache();
  };
}
