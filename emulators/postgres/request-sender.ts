// Sends requests queued by net.http_post and related functions. A request leaves the queue before it is sent:
// after a crash it may be lost but is never sent twice, as pg_net promises.
import type postgres from 'postgres';

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
  timeout_milliseconds: number;
}

interface Answer {
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

const inFlightMax = 200;
const pollMs = 1000;
const keptHours = 6;
const purgeMs = 60_000;

/**
 * Starts sending; the returned function stops claiming requests and resolves when the claimed ones are
 * answered.
 */
export function startRequestSender(options: {
  sql: postgres.Sql;
  onError: (error: unknown) => void;
}): () => Promise<void> {
  const { sql, onError } = options;
  const inFlight = new Set<Promise<void>>();
  let isStopped = false;
  let isDraining = false;
  let isWoken = false;

  const drain = async (): Promise<void> => {
    isWoken = true;
    if (isDraining) return;
    isDraining = true;
    try {
      while (isWoken && !isStopped && inFlight.size < inFlightMax) {
        isWoken = false;
        for (const request of await takeRequests(sql, inFlightMax - inFlight.size)) {
          const sending = answerRequest(sql, request)
            .catch(onError)
            .finally(() => {
              inFlight.delete(sending);
              if (inFlight.size === inFlightMax - 1) void drain();
            });
          inFlight.add(sending);
        }
      }
    } catch (error) {
      onError(error);
    } finally {
      isDraining = false;
    }
  };

  const poll = setInterval(() => void drain(), pollMs);
  const purge = setInterval(() => void removeOldAnswers(sql).catch(onError), purgeMs);
  const listening = sql.listen(
    'net_request_queued',
    () => void drain(),
    () => void drain(),
  );
  listening.catch(onError);

  return async () => {
    isStopped = true;
    clearInterval(poll);
    clearInterval(purge);
    await Promise.all(inFlight);
  };
}

async function isInstalled(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`select to_regclass('net.http_request_queue') is not null as is_installed`;
  return row?.is_installed === true;
}

async function takeRequests(sql: postgres.Sql, countMax: number): Promise<QueuedRequest[]> {
  if (!(await isInstalled(sql))) return [];
  const requests = await sql<QueuedRequest[]>`
    delete from net.http_request_queue
    where id in (select id from net.http_request_queue order by id limit ${countMax} for update skip locked)
    returning *`;
  return requests.toSorted((a, b) => Number(a.id) - Number(b.id));
}

async function answerRequest(sql: postgres.Sql, request: QueuedRequest): Promise<void> {
  const answer = await send(request);
  await sql`insert into net._http_response ${sql({ id: request.id, ...answer })}`;
}

async function send(request: QueuedRequest): Promise<Answer> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { 'user-agent': 'pg_net/0.20.5', ...request.headers },
      body: request.body ? new Uint8Array(request.body) : null,
      signal: AbortSignal.timeout(request.timeout_milliseconds),
    });
    return {
      status_code: response.status,
      content_type: response.headers.get('content-type'),
      headers: Object.fromEntries(response.headers),
      content: (await response.text()).replaceAll('\0', ''),
      timed_out: false,
      error_msg: null,
    };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    const message = isTimeout
      ? `Timeout of ${request.timeout_milliseconds} ms reached`
      : describeFailure(error);
    return {
      status_code: null,
      content_type: null,
      headers: null,
      content: null,
      timed_out: isTimeout,
      error_msg: message,
    };
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

async function removeOldAnswers(sql: postgres.Sql): Promise<void> {
  if (!(await isInstalled(sql))) return;
  await sql`delete from net._http_response where created < now() - make_interval(hours => ${keptHours})`;
}
