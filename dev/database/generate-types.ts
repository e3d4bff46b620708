// Writes supabase/database.types.ts from the migrations. Run it after changing the schema.
import { writeFileSync } from 'node:fs';
import { withMigratedDatabase } from './database-server.ts';
import { databaseTypesFile, renderDatabaseTypes } from './render-database-types.ts';

writeFileSync(databaseTypesFile, await withMigratedDatabase(renderDatabaseTypes));
console.log(`wrote ${databaseTypesFile}`);
