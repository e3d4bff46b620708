import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import fc from 'fast-check';
import { beforeAll, expect, inject, test } from 'vitest';
import { type Operation, readOperations } from './api-operations.ts';
import { attack } from './attack.ts';
import {
  anyHeaders,
  bodyOf,
  encodeText,
  headerText,
  hostileText,
  method,
  pathSegment,
  queryOf,
} from './hostile-values.ts';
import { interactionPayload, webhookEvent } from './interaction-payloads.ts';
import type { RawRequest } from './raw-request.ts';

const stack = inject('stack');
const { SUPABASE_URL = '', SUPABASE_SECRET_KEY = '' } = stack.environment;
const prefix = '/functions/v1';
const apiKey = 'dsk_fuzz_only_0123456789';
/** Rows are written under separate names. */
const ownName = 'fuzz-only';
const readable = ['all-time', 'monthly', 'weekly', 'current', '1', 'deal_closed'];

let operations: Operation[];
beforeAll(async () => {
  const response = await fetch(`${SUPABASE_URL}${prefix}/api/v1/openapi.json`);
  operations = readOperations(await response.json());
  const service = createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, { auth: { persistSession: false } });
  // It already exists if the stack was fuzzed before.
  await service.rpc('create_api_key', {
    name: 'fuzz',
    scopes: [
      'scores:write',
      'players:write',
      'boards:write',
      'rules:write',
      'standings:read',
      'metrics:read',
    ],
    key_hash: createHash('sha256').update(apiKey).digest('hex'),
    prefix: 'dsk_fuzz',
  });
});

const keys = fc.oneof(
  { weight: 5, arbitrary: fc.constant<[string, string][]>([['authorization', `Bearer ${apiKey}`]]) },
  { weight: 2, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 1, arbitrary: headerText.map((text): [string, string][] => [['authorization', text]]) },
  { weight: 1, arbitrary: headerText.map((text): [string, string][] => [['apikey', `dsk_${text}`]]) },
);

test('the REST API answers whatever is sent to the routes of its document', async () => {
  expect(operations.length).toBeGreaterThan(20);
  const requests = fc.constantFrom(...operations).chain(toRequest);
  await attack(stack, { port: stack.ports.supabase, requests, count: 1_500 });
});

function toRequest(operation: Operation): fc.Arbitrary<RawRequest> {
  const isRead = operation.method === 'GET';
  const known = isRead ? fc.constantFrom(...readable) : fc.constant(ownName);
  const segment = fc.oneof(known, pathSegment);
  const target = fc
    .tuple(fc.tuple(...operation.pathNames.map(() => segment)), queryOf(operation.queryNames))
    .map(([values, query]) => {
      const at = operation.pathNames.reduce(
        (text, name, index) => text.replace(`{${name}}`, values[index] ?? ''),
        operation.path,
      );
      return `${prefix}${at.replace(/^\/functions\/v1/, '')}?${query}`;
    });
  const right = (operation.body ?? fc.constant(undefined)).map((value) => ({
    type: 'application/json',
    body: value === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value)),
  }));
  const body = fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 1, arbitrary: bodyOf(['name', 'events']) },
  );
  return fc.record({ target, key: keys, headers: anyHeaders, body }).map((it) => ({
    method: operation.method,
    target: it.target,
    headers: [...it.key, ...it.headers, ...(isRead ? [] : ([['content-type', it.body.type]] as const))],
    body: isRead ? Buffer.alloc(0) : it.body.body,
  }));
}

test('every edge function answers whatever is sent to it', async () => {
  const directory = path.join(import.meta.dirname, '../../supabase/functions');
  const names = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('_') ? [entry.name] : [],
  );
  expect(names).toEqual(
    expect.arrayContaining(['api', 'relay', 'metrics', 'interactions', 'discord-events']),
  );
  const secret: [string, string] = ['apikey', SUPABASE_SECRET_KEY];
  const requests = fc
    .record({
      name: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...names) },
        { weight: 1, arbitrary: hostileText.map(encodeText) },
      ),
      rest: fc.oneof(
        fc.constant(''),
        pathSegment.map((segment) => `/${segment}`),
      ),
      query: queryOf(['name']),
      method,
      headers: anyHeaders,
      isSecret: fc.boolean(),
      body: bodyOf(['type', 'data', 'max_events']),
    })
    .map((it) => ({
      method: it.method,
      target: `${prefix}/${it.name}${it.rest}?${it.query}`,
      headers: [...it.headers, ...(it.isSecret ? [secret] : []), ['content-type', it.body.type] as const],
      body: ['GET', 'HEAD'].includes(it.method) ? Buffer.alloc(0) : it.body.body,
    }));
  await attack(stack, { port: stack.ports.supabase, requests, count: 700 });
});

test('signed payloads are answered, however odd they are', async () => {
  const key = createPrivateKey({
    key: Buffer.from(stack.secrets.discord_private_key, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const signed = (name: string, text: string): RawRequest => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = sign(null, Buffer.from(timestamp + text), key).toString('hex');
    return {
      method: 'POST',
      target: `${prefix}/${name}`,
      headers: [
        ['content-type', 'application/json'],
        ['x-signature-ed25519', signature],
        ['x-signature-timestamp', timestamp],
      ],
      body: Buffer.from(text),
    };
  };
  const requests = fc.oneof(
    {
      weight: 8,
      arbitrary: interactionPayload().map((payload) => signed('interactions', JSON.stringify(payload))),
    },
    { weight: 2, arbitrary: webhookEvent().map((event) => signed('discord-events', JSON.stringify(event))) },
    { weight: 1, arbitrary: hostileText.map((text) => signed('interactions', text)) },
    { weight: 1, arbitrary: hostileText.map((text) => signed('discord-events', text)) },
  );
  await attack(stack, { port: stack.ports.supabase, requests, count: 900 });
});
