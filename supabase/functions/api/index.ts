import { createApi } from './app.ts';

const api = createApi();

export default { fetch: (request: Request) => api.fetch(request) };
