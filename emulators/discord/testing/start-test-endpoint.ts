import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const interactionSchema = z.looseObject({
  id: z.string(),
  application_id: z.string(),
  type: z.int(),
  token: z.string(),
  data: z.looseObject({ name: z.string().optional(), custom_id: z.string().optional() }).optional(),
});

/** An interaction as an application receives it. */
export type Received = z.infer<typeof interactionSchema>;

/** The application's response; undefined leaves the request hanging. */
type Answering = (interaction: Received) => unknown;

async function isSigned(publicKey: string, request: IncomingMessage, body: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', Buffer.from(publicKey, 'hex'), 'Ed25519', false, [
    'verify',
  ]);
  const signature = Buffer.from(String(request.headers['x-signature-ed25519']), 'hex');
  const signed = Buffer.from(String(request.headers['x-signature-timestamp']) + body);
  return crypto.subtle.verify('Ed25519', key, signature, signed);
}

/**
 * A small application behind an interactions endpoint: checks the Ed25519 signature like the real ones do, answers
 * PING, and leaves the rest to `answer`, which can be replaced.
 */
export async function startTestEndpoint(publicKey: string) {
  const received: Received[] = [];
  const state: { answer: Answering } = { answer: () => undefined };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (!(await isSigned(publicKey, request, body))) {
      response.writeHead(401).end();
      return;
    }
    const interaction = interactionSchema.parse(JSON.parse(body));
    if (interaction.type !== 1) received.push(interaction);
    const answer = interaction.type === 1 ? { type: 1 } : state.answer(interaction);
    if (answer === undefined) return;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The endpoint has no port');
  return {
    url: `http://127.0.0.1:${address.port}/interactions`,
    received,
    answerWith(answer: Answering) {
      state.answer = answer;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
