import { createContext } from 'svelte';
import type { Standing } from '#domain/leaderboard/standing.ts';

/** Opens the explanation of a move next to a button; null where there is none, as on a past board. */
export type ReasonOpener = (button: HTMLElement, standing: Standing) => void;

export const [getReasonOpener, setReasonOpener] = createContext<() => ReasonOpener | null>();
