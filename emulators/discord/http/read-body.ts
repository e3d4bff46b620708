import type { IncomingMessage } from 'node:http';
import type { Upload } from '../actions/compose-message.ts';
import { RestError } from '../rules/rest-error.ts';

const bodyBytesMax = 26 * 1024 * 1024;

/** The bytes of a request body; throws a 413 above Discord's limit. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > bodyBytesMax) throw new RestError(413, 40005, 'Request entity too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RestError(400, 50109, 'The request body contains invalid JSON.', undefined, { cause });
  }
}

async function readMultipart(
  bytes: Buffer,
  contentType: string,
): Promise<{ body: unknown; uploads: Upload[] }> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new RestError(400, 50035, 'Invalid Form Body', undefined, { cause });
    });
  const uploads: Upload[] = [];
  for (const [name, value] of form) {
    if (typeof value === 'string') continue;
    const index = /^files\[(\d+)\]$/.exec(name)?.[1] ?? String(uploads.length);
    uploads.push({
      index,
      filename: value.name,
      content_type: value.type || 'application/octet-stream',
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  const payload = form.get('payload_json');
  return { body: typeof payload === 'string' ? parseJson(payload) : {}, uploads };
}

/** The JSON of a request and its uploaded files. An empty body is undefined. */
export async function readBody(request: IncomingMessage): Promise<{ body: unknown; uploads: Upload[] }> {
  const bytes = await readBytes(request);
  const contentType = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { body: undefined, uploads: [] };
  if (contentType.startsWith('multipart/form-data')) return readMultipart(bytes, contentType);
  if (!contentType.startsWith('application/json')) {
    const message = 'Expected "Content-Type" header to be one of {"application/json"}.';
    throw new RestError(400, 50035, 'Invalid Form Body', {
      _errors: [{ code: 'CONTENT_TYPE_INVALID', message }],
    });
  }
  return { body: parseJson(bytes.toString('utf8')), uploads: [] };
}
