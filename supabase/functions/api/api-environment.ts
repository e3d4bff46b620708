import type { StoreClient } from '#store/store-client.ts';
import type { ApiKey } from '../_shared/find-api-key.ts';

/** What middleware attaches to each request. */
export interface ApiEnvironment {
  Variables: {
    requestId: string;
    /** null: an anonymous caller, who sees public data only. */
    apiKey: ApiKey | null;
    /** Reads with the public's permissions, or with the service's for callers whose key allows it. */
    reader: StoreClient;
  };
}
