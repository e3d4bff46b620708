import { connection } from '#lib/connection/connection.svelte.ts';
import { keepAsking } from '#lib/connection/keep-asking.ts';

window.fetch = keepAsking(window.fetch, () => connection.untilBack());
