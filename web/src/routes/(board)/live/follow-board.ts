import { LiveChannel } from '#lib/live/live-channel.svelte.ts';
import { applyBoardRefresh, renewStanding } from './apply-board-refresh.ts';
import { parseBoardRefresh } from './board-refresh.ts';
import { readPublishedVersion } from './read-published-version.ts';
import { requestRegularly } from './request-regularly.ts';

// One module to load, when a page begins to be followed live.
export {
  applyBoardRefresh,
  LiveChannel,
  parseBoardRefresh,
  readPublishedVersion,
  renewStanding,
  requestRegularly,
};
