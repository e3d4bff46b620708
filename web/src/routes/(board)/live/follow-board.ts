import { applyBoardRefresh, renewStanding } from './apply-board-refresh.ts';
import { parseBoardRefresh } from './board-refresh.ts';
import { readPublishedVersion } from './read-published-version.ts';

// One module, loaded when a page starts to be followed live.
export { applyBoardRefresh, parseBoardRefresh, readPublishedVersion, renewStanding };
