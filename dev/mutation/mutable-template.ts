import postgres from 'postgres';
import { getOwnerUrl } from '#emulators/postgres/cluster.ts';
import { templateDatabase } from '../tests/test-cluster.ts';
import { getTestSuperuserUrl } from '../tests/test-password.ts';

const pristineDatabase = 'pristine_template';

/** The template database of a test server, which receives one fault after another. */
export interface MutableTemplate {
  /** Restores the template and then runs the statements in it as the schema owner. */
  change: (statements: string) => Promise<void>;
  close: () => Promise<void>;
}

/** Keeps a copy of the current template. */
export async function openMutableTemplate(port: number): Promise<MutableTemplate> {
  const server = postgres(getTestSuperuserUrl(port), { max: 1, onnotice: () => {} });
  const copy = async (from: string, to: string): Promise<void> => {
    await server`create database ${server(to)} template ${server(from)} strategy file_copy is_template true`;
  };
  await copy(templateDatabase, pristineDatabase);
  return {
    change: async (statements) => {
      await server`alter database ${server(templateDatabase)} is_template false`;
      await server`drop database ${server(templateDatabase)} with (force)`;
      await copy(pristineDatabase, templateDatabase);
      const template = postgres(getOwnerUrl(port, templateDatabase), { max: 1, onnotice: () => {} });
      await template.unsafe(statements);
      await template.end();
    },
    close: async () => await server.end(),
  };
}
