import { createContext } from 'svelte';
import type { Standing } from '#domain/leaderboard/standing.ts';

/** Shows beside a button why a player moved; null where nothing is known of it, as on a board of the past. */
export type ReasonOpener = (button: HTMLElement, standing: Standing) => void;

export const [getReasonOpener, setReasonOpener] = createContext<() => ReasonOpener | null>();
