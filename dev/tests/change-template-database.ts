import postgres from 'postgres';
import { getOwnerUrl } from '#emulators/postgres/cluster.ts';
import { templateDatabase } from './test-cluster.ts';
import { getTestSuperuserUrl } from './test-password.ts';

/** Runs statements in the template of the test databases of one server, as the owner of the schema. */
export async function changeTemplateDatabase(port: number, statements: string): Promise<void> {
  const server = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
  try {
    await server`alter database ${server(templateDatabase)} allow_connections true`;
    const template = postgres(getOwnerUrl(port, templateDatabase), { max: 1, onnotice: () => {} });
    await template.unsafe(statements);
    await template.end();
    await server`alter database ${server(templateDatabase)} allow_connections false`;
  } finally {
    await server.end();
  }
}
