import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { requestId as identifyRequest } from 'hono/request-id';
import { logFailure } from '#domain/platform/log.ts';
import { RefusalError } from '#domain/platform/refusal.ts';
import { StoreError } from '#store/outcome.ts';
import { ProblemError, toProblemError, toProblemResponse } from '../_shared/problem.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { authenticate } from './authenticate.ts';
import { limitRate } from './limit-rate.ts';
import { routeArchives } from './routes/archives.ts';
import { routeBoardHistory } from './routes/board-history.ts';
import { routeBoards } from './routes/boards.ts';
import { routeCompare } from './routes/compare.ts';
import { routeBulkDecisions } from './routes/credits/bulk-decisions.ts';
import { routeCreditMovements } from './routes/credits/credit-movements.ts';
import { routeCreditPolicies } from './routes/credits/credit-policies.ts';
import { routeCreditRequests } from './routes/credits/credit-requests.ts';
import { routeCredits } from './routes/credits/credits.ts';
import { routeHolds } from './routes/credits/holds.ts';
import { routeTransfers } from './routes/credits/transfers.ts';
import { routePeriods } from './routes/periods.ts';
import { routePlayers } from './routes/players.ts';
import { routeScoreEvents } from './routes/score-events.ts';
import { routeScoreRules } from './routes/score-rules.ts';
import { routeStandings } from './routes/standings.ts';

const bodyBytesMax = 8 * 1024 * 1024;

function toInputProblem(status: number): ProblemError {
  const detail = 'Send a JSON body with the header Content-Type: application/json.';
  return status === 415
    ? new ProblemError({ status, code: 'media_type_unsupported', title: 'Only JSON is supported.', detail })
    : new ProblemError({ status, code: 'body_malformed', title: 'The body is not valid JSON.', detail });
}

/** Seconds after which a caller may retry; a killed database is back by then. */
const retryAfterSeconds = 5;

function toProblem(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RefusalError) return toProblemError(error.refusal);
  if (error instanceof HTTPException && error.status < 500) return toInputProblem(error.status);
  if (error instanceof StoreError && error.isAway) {
    return new ProblemError(
      {
        status: 503,
        code: 'database_unavailable',
        title: 'The database cannot be reached.',
        detail:
          'Send the same request again after the number of seconds in Retry-After. Nothing is counted twice.',
      },
      { 'retry-after': String(retryAfterSeconds) },
    );
  }
  const detail = 'Try again in a moment. If it keeps failing, report the request_id.';
  return new ProblemError({
    status: 500,
    code: 'internal_error',
    title: 'Something went wrong on our side.',
    detail,
  });
}

/** The REST API: one middleware chain, then routes by noun; every error is a problem document. */
export function createApi() {
  const app = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const detail = 'Correct the fields listed under errors. Nothing was changed.';
      throw new ProblemError({
        status: 422,
        code: 'input_invalid',
        title: 'The request is not valid.',
        detail,
        errors,
      });
    },
  }).basePath('/api/v1');

  app.use(identifyRequest({ limitLength: 64 }));
  app.use(
    cors({
      origin: '*',
      exposeHeaders: [
        'etag',
        'idempotency-replayed',
        'link',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'x-request-id',
      ],
    }),
  );
  app.use(authenticate, limitRate);
  app.use(
    bodyLimit({
      maxSize: bodyBytesMax,
      onError: () => {
        const detail = 'Send at most 10,000 events and 8 MiB per request. Split the batch.';
        throw new ProblemError({
          status: 413,
          code: 'body_too_large',
          title: 'The body is too large.',
          detail,
        });
      },
    }),
  );

  routeScoreEvents(app);
  routeScoreRules(app);
  routeBoards(app);
  routeStandings(app);
  routeBoardHistory(app);
  routePeriods(app);
  routeArchives(app);
  routePlayers(app);
  routeCompare(app);
  routeCredits(app);
  routeCreditMovements(app);
  routeCreditPolicies(app);
  routeHolds(app);
  routeTransfers(app);
  routeBulkDecisions(app);
  routeCreditRequests(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'ApiKey', { type: 'http', scheme: 'bearer' });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'DealScale leaderboard',
      version: '1.0.0',
      description: 'Report scores, read standings, and spend credits.',
    },
    servers: [{ url: '/functions/v1' }],
  });

  app.notFound((context) => {
    const detail = 'All routes are listed in /functions/v1/api/v1/openapi.json.';
    const problem = new ProblemError({
      status: 404,
      code: 'route_unknown',
      title: 'This route does not exist.',
      detail,
    });
    return toProblemResponse(problem, context.get('requestId'));
  });
  app.onError((error, context) => {
    const requestId = context.get('requestId');
    const problem = toProblem(error);
    if (problem.status >= 500) {
      logFailure('request failed', error, { request_id: requestId, path: context.req.path });
    }
    return toProblemResponse(problem, requestId);
  });
  return app;
}
