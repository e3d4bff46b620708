import { Hono } from 'hono';
import { z } from 'zod';
import {
  adminUserSchema,
  createUser,
  deleteUser,
  getUser,
  listUsers,
  updateUserAsAdmin,
} from './admin-users.ts';
import type { AuthContext } from './auth-context.ts';
import { readBody } from './read-body.ts';
import { requireAdmin } from './sessions/require-user.ts';

const pageSchema = z.object({
  page: z.coerce.number().int().positive().catch(1),
  per_page: z.coerce.number().int().positive().max(1000).catch(50),
});
const deletionSchema = z.object({ should_soft_delete: z.boolean().default(false) });

/** The admin part of the auth API: users, for callers with the secret key. */
export function adminApi(context: AuthContext): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await requireAdmin(context, c.req.raw);
    return next();
  });
  app.get('/users', async (c) => {
    const { page, per_page: perPage } = pageSchema.parse(c.req.query());
    const { users, total } = await listUsers(context, { page, perPage });
    c.header('X-Total-Count', String(total));
    c.header('Link', composeLinks(c.req.path, { page, perPage, total }));
    return c.json({ users, aud: 'authenticated' });
  });
  app.post('/users', async (c) =>
    c.json(await createUser(context, await readBody(c.req.raw, adminUserSchema))),
  );
  app.get('/users/:id', async (c) => c.json(await getUser(context, c.req.param('id'))));
  app.put('/users/:id', async (c) => {
    const body = await readBody(c.req.raw, adminUserSchema);
    return c.json(await updateUserAsAdmin(context, c.req.param('id'), body));
  });
  app.delete('/users/:id', async (c) => {
    const body = deletionSchema.parse(await c.req.json().catch(() => ({})));
    await deleteUser(context, c.req.param('id'), body.should_soft_delete);
    return c.json({});
  });
  return app;
}

function composeLinks(
  path: string,
  { page, perPage, total }: { page: number; perPage: number; total: number },
): string {
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (number: number, rel: string) => `<${path}?page=${number}&per_page=${perPage}>; rel="${rel}"`;
  return [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')].join(', ');
}
