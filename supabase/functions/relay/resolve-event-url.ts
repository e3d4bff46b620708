/** The variables that can set the destination of events. */
export interface EventAddresses {
  INNGEST_EVENT_URL?: string | undefined;
  INNGEST_DEV?: string | undefined;
  INNGEST_BASE_URL?: string | undefined;
}

/**
 * The destination of events: an explicit address, else the development engine, else a self-hosted one, else
 * the cloud.
 */
export function resolveEventUrl({
  INNGEST_EVENT_URL,
  INNGEST_DEV,
  INNGEST_BASE_URL,
}: EventAddresses): string {
  const engineUrl = INNGEST_DEV?.startsWith('http') ? INNGEST_DEV : undefined;
  return INNGEST_EVENT_URL ?? engineUrl ?? INNGEST_BASE_URL ?? 'https://inn.gs';
}
