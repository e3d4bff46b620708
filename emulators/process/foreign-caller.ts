const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Says why a server that trusts everybody on this machine must not answer a request, null when it may: a page of
 * another site that points its own name here (it shows in the host), or that sends requests to this address (it shows
 * in the origin). Programs send no origin, and the server's own pages send its own.
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
