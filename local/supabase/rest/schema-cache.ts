interface Introspecting<Options, Schema> {
  introspect: (options: Options) => Promise<Schema>;
  clearSchemaCache: () => Promise<void>;
}

/**
 * Guards the library's cache of tables and functions: the schema is read once however many requests wait for it, and
 * what was being read while the schema changed is read again instead of being kept.
 * @returns what makes the next request read the schema anew
 */
export function guardSchemaCache<Options, Schema>(connection: Introspecting<Options, Schema>): () => void {
  const introspect = connection.introspect.bind(connection);
  let version = 0;
  let reading: Promise<Schema> | null = null;
  const read = async (options: Options): Promise<Schema> => {
    for (;;) {
      const versionBefore = version;
      const schema = await introspect(options);
      if (version === versionBefore) return schema;
      await connection.clearSchemaCache();
    }
  };
  connection.introspect = (options) => {
    reading ??= read(options).finally(() => {
      reading = null;
    });
    return reading;
  };
  return () => {
    version += 1;
    void connection.clearSchemaCache();
  };
}
