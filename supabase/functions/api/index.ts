import { readEnvironment } from '../_shared/environment.ts';
import { apiEnvironment } from '../_shared/environments.ts';
import { createApi } from './app.ts';

readEnvironment(apiEnvironment);

const api = createApi();

export default { fetch: (request: Request) => api.fetch(request) };
