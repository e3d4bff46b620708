import { connection } from '#lib/live/connection.svelte.ts';
import { keepAsking } from '#lib/live/keep-asking.ts';

window.fetch = keepAsking(window.fetch, () => connection.untilBack());
