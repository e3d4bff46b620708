import type { StoreClient } from '#store/store-client.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** The system it belongs to: what it sends are events of this source. */
  source: string;
  scopes: string[];
}

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
