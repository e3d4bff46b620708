import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const resultSchema = z.object({
  accepted: z.number(),
  duplicates: z.number(),
  refused: z.number(),
  results: z.array(
    z.looseObject({
      external_id: z.string().nullish(),
      status: z.string(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
    }),
  ),
});
/** The API's response to a batch. */
export type BatchResult = z.infer<typeof resultSchema>;

const standingSchema = z.looseObject({ position: z.number(), rank: z.number(), score: z.number() });

const rowSchema = z.looseObject({
  is_anonymous: z.boolean(),
  username: z.string().nullable(),
  score: z.number(),
});
const pageSchema = z.object({ standings: z.array(rowSchema) });
type PageRow = z.infer<typeof rowSchema>;

/** The caller times out then and retries. */
const answerMsMax = 30_000;

/** One event that DealScale reports. */
export interface ReportedEvent {
  external_id?: string;
  player_id?: string;
  metric?: string;
  units?: number;
  occurred_at?: string;
  voids?: string;
}

/** DealScale's own backend as a client of the REST API. */
export class ScoreApi {
  readonly url: string;
  readonly #key: string;

  constructor(supabaseUrl: string, key: string) {
    this.url = `${supabaseUrl}/functions/v1/api/v1`;
    this.#key = key;
  }

  /** Posts events and returns the raw response. */
  post(events: readonly ReportedEvent[], key = this.#key): Promise<Response> {
    const now = new Date().toISOString();
    const filled = events.map((event) =>
      event.voids === undefined ? { external_id: randomUUID(), occurred_at: now, ...event } : event,
    );
    return fetch(`${this.url}/score-events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: filled }),
      signal: AbortSignal.timeout(answerMsMax),
    });
  }

  /** Posts events that are expected to be accepted. */
  async report(events: readonly ReportedEvent[]): Promise<BatchResult> {
    const response = await this.post(events);
    const text = await response.text();
    if (!response.ok) throw new Error(`The API answered ${response.status}: ${text}`);
    return resultSchema.parse(JSON.parse(text));
  }

  /** Rows of the all-time board from a position on. */
  async readPage(fromPosition: number, limit: number): Promise<PageRow[]> {
    const response = await fetch(
      `${this.url}/boards/all-time/standings?from_position=${fromPosition}&limit=${limit}`,
    );
    return pageSchema.parse(await response.json()).standings;
  }

  /** A player's standing on the all-time board, or null. */
  async readStanding(playerId: string): Promise<z.infer<typeof standingSchema> | null> {
    const response = await fetch(`${this.url}/boards/all-time/standings/${playerId}`, {
      headers: { authorization: `Bearer ${this.#key}` },
      signal: AbortSignal.timeout(answerMsMax),
    });
    if (response.status === 404) return null;
    return standingSchema.parse(await response.json());
  }
}
