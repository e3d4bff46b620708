import { expect, test } from 'vitest';
import { decodeBinary, decodeText, encodeBroadcast, encodeFrame } from './frame.ts';

function push(sizes: number[], encoding: number, text: string): Uint8Array {
  return Buffer.concat([Buffer.from([3, ...sizes, encoding]), Buffer.from(text)]);
}

test('a broadcast in the binary format is read part by part', () => {
  const bytes = push([1, 1, 12, 2, 2, 0].slice(0, 5), 1, '12realtime:abchi{}{"a":"é"}');
  expect(decodeBinary(bytes)).toEqual({
    joinRef: '1',
    ref: '2',
    topic: 'realtime:abc',
    event: 'broadcast',
    payload: {},
    broadcast: { event: 'hi', body: { encoding: 'json', json: '{"a":"é"}' } },
  });
});

test.each([
  ['an unknown kind', Uint8Array.of(9, 0, 0, 0, 0, 0, 1)],
  ['a header that is cut off', Uint8Array.of(3, 0, 0)],
  ['sizes beyond the end', push([0, 0, 200, 0, 0], 1, 'short')],
  ['JSON that is none', push([0, 0, 1, 1, 0], 1, 'te{')],
  ['nothing', Uint8Array.of()],
])('%s in the binary format is refused', (_, bytes) => {
  expect(decodeBinary(bytes)).toBeNull();
});

test.each(['', '7', 'null', '{"topic":1}', '[1,2,3]', '["1","1",7,"e",{}]', '{]'])(
  '%j is not a message',
  (text) => {
    expect(decodeText(text)).toBeNull();
  },
);

test('both text formats encode the same message', () => {
  const frame = { joinRef: '1', ref: '2', topic: 't', event: 'e', payload: { a: 1 } };
  expect(decodeText(encodeFrame('1.0.0', frame))).toEqual(frame);
  expect(decodeText(encodeFrame('2.0.0', frame))).toEqual(frame);
  expect(decodeText('{"topic":"t","event":"e","payload":{"a":1},"ref":2,"join_ref":1}')).toEqual(frame);
});

test('a stored message keeps numbers that are too large for JavaScript', () => {
  const body = { encoding: 'json' as const, json: '{"id": 123456789012345678}' };
  const text = String(encodeBroadcast('2.0.0', 'realtime:t', { event: 'e', body }, 'm'));
  expect(text).toContain('123456789012345678');
  expect(JSON.parse(text)[4]).toMatchObject({ type: 'broadcast', event: 'e', meta: { id: 'm' } });
});

test('bytes cannot be sent to a client of the first format', () => {
  const body = { encoding: 'binary' as const, bytes: Uint8Array.of(1) };
  expect(encodeBroadcast('1.0.0', 'realtime:t', { event: 'e', body }, null)).toBeNull();
});
