const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Why a server that trusts everybody on this machine must reject a request; null if it may answer: a page of
 * another site may point its own name here (visible in the host) or send requests to this address (visible in
 * the origin). Programs send no origin, and the server's own pages send its own.
 */
export function findForeignCaller(headers: {
  host?: string | undefined;
  origin?: string | undefined;
}): string | null {
  const { host = '', origin } = headers;
  if (!loopbackHost.test(host)) return 'This server answers on 127.0.0.1 and localhost only.';
  const isOwn = origin === undefined || origin === `http://${host}`;
  return isOwn ? null : `Pages of ${origin} may not use this server.`;
}
