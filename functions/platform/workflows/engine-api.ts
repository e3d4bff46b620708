import { createHash } from 'node:crypto';
import process from 'node:process';

/** What the engine answered to a cancellation: it is over now, it was over before, or no such run. */
type CancelOutcome = 'cancelled' | 'ended' | 'unknown';

export interface EngineApi {
  cancelRun(runId: string): Promise<CancelOutcome>;
}

type Environment = Record<string, string | undefined>;

const timeoutMs = 10_000;
const hostedUrl = 'https://api.inngest.com';
const localUrl = 'http://127.0.0.1:8288';
const outcomes: Record<number, CancelOutcome> = { 404: 'unknown', 409: 'ended' };

/** Where the engine's REST API is, by the rules of the Inngest library. */
function findEngineUrl(environment: Environment): string {
  const { INNGEST_API_BASE_URL, INNGEST_BASE_URL, INNGEST_DEV } = environment;
  const isDev = INNGEST_DEV !== undefined && !['', '0', 'false'].includes(INNGEST_DEV);
  const devUrl = isDev && URL.canParse(INNGEST_DEV) ? INNGEST_DEV : null;
  return INNGEST_API_BASE_URL || INNGEST_BASE_URL || devUrl || (isDev ? localUrl : hostedUrl);
}

/** The form in which a signing key is presented: its prefix, and SHA-256 of the key itself. */
function hashSigningKey(signingKey: string): string {
  const prefix = /^signkey-\w+-/.exec(signingKey)?.[0] ?? '';
  const digest = createHash('sha256').update(Buffer.from(signingKey.slice(prefix.length), 'hex'));
  return prefix + digest.digest('hex');
}

/** The REST API of the engine that calls this worker: the embedded one, a self-hosted one or Inngest Cloud. */
export function createEngineApi(environment: Environment = process.env): EngineApi {
  const { INNGEST_SIGNING_KEY } = environment;
  return {
    async cancelRun(runId) {
      const response = await fetch(
        new URL(`/v1/runs/${encodeURIComponent(runId)}`, findEngineUrl(environment)),
        {
          method: 'DELETE',
          headers: INNGEST_SIGNING_KEY
            ? { authorization: `Bearer ${hashSigningKey(INNGEST_SIGNING_KEY)}` }
            : {},
          signal: AbortSignal.timeout(timeoutMs),
        },
      );
      await response.body?.cancel();
      if (response.ok) return 'cancelled';
      const outcome = outcomes[response.status];
      if (outcome === undefined) throw new Error(`The engine answered ${response.status} to a cancellation.`);
      return outcome;
    },
  };
}
