import type { StoreClient } from '#store/store-client.ts';
import type { ApiKey } from '../_shared/find-api-key.ts';

/** What middleware puts beside each request. */
export interface ApiEnvironment {
  Variables: {
    requestId: string;
    /** null: nobody in particular, who sees what is public. */
    apiKey: ApiKey | null;
    /** Reads as the public does, or as the service for callers whose key allows it. */
    reader: StoreClient;
  };
}
