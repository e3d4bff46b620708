import { describe, expect, test, vi } from 'vitest';
import { type OutboxEvent, type OutboxPort, relayOutbox } from './relay-outbox.ts';

function createOutbox(
  count: number,
  send: OutboxPort['send'] = () => Promise.resolve(),
  name = 'test/thing.happened',
) {
  const waiting: OutboxEvent[] = Array.from({ length: count }, (_, index) => ({
    id: String(index),
    name,
    data: {},
    created_at: '2026-11-22T12:00:00Z',
  }));
  const sent: string[] = [];
  const released: string[] = [];
  const port: OutboxPort = {
    claim: (maxEvents) => Promise.resolve(waiting.splice(0, maxEvents)),
    send,
    markSent: (ids) => Promise.resolve(sent.push(...ids)),
    release: (ids) => Promise.resolve(released.push(...ids)),
  };
  return { port, sent, released, waiting };
}

describe('relayOutbox', () => {
  test('sends until the outbox is empty', async () => {
    const { port, sent } = createOutbox(450);
    expect(await relayOutbox(port)).toEqual({ sent_count: 450 });
    expect(sent).toHaveLength(450);
  });

  test('continues although old events come one by one', async () => {
    const { port, sent } = createOutbox(300);
    const claimOne = () => port.claim(1);
    expect(await relayOutbox({ ...port, claim: claimOne })).toEqual({ sent_count: 300 });
    expect(sent).toHaveLength(300);
  });

  test('leaves the rest to the next call after 10,000 events', async () => {
    const { port, waiting } = createOutbox(10_050);
    expect(await relayOutbox(port)).toEqual({ sent_count: 10_000 });
    expect(waiting).toHaveLength(50);
  });

  test('events that start nothing are marked as sent without being sent', async () => {
    const send = vi.fn(() => Promise.resolve());
    const { port, sent, waiting } = createOutbox(10_050, send, 'leaderboard/rank.changed');
    expect(await relayOutbox(port)).toEqual({ sent_count: 0 });
    expect(sent).toHaveLength(10_000);
    expect(waiting).toHaveLength(50);
    expect(send).not.toHaveBeenCalled();
  });

  test('of a mixed batch only what somebody takes is sent', async () => {
    const send = vi.fn<OutboxPort['send']>(() => Promise.resolve());
    const { port, sent } = createOutbox(0, send);
    const [refreshed, changed] = ['leaderboard/board.refreshed', 'leaderboard/tier.changed'].map((name) => ({
      ...{ id: name, name, data: {}, created_at: '2026-11-22T12:00:00Z' },
    }));
    const claim = vi.fn<OutboxPort['claim']>(() => Promise.resolve([]));
    claim.mockResolvedValueOnce([refreshed, changed].flatMap((event) => event ?? []));
    expect(await relayOutbox({ ...port, claim })).toEqual({ sent_count: 1 });
    expect(send.mock.calls).toEqual([[[changed]]]);
    expect(sent).toEqual([refreshed?.id, changed?.id]);
  });

  test('releases what could not be sent and marks none of it', async () => {
    const { port, sent, released } = createOutbox(3, () => Promise.reject(new Error('away')));
    await expect(relayOutbox(port)).rejects.toThrow(
      new Error('3 events not accepted', { cause: new Error('away') }),
    );
    expect({ sent, released }).toEqual({ sent: [], released: ['0', '1', '2'] });
  });

  test.each([
    [19_999, 400],
    [20_000, 200],
  ])('continues or leaves the rest to the next call when sending took %i ms', async (passed, sentCount) => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(5);
    const { port } = createOutbox(400, () => {
      clock.mockReturnValue(5 + passed);
      return Promise.resolve();
    });
    expect(await relayOutbox(port)).toEqual({ sent_count: sentCount });
    clock.mockRestore();
  });
});
