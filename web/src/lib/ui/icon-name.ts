import type { TierMark } from '#domain/leaderboard/tier-marks.ts';

/** The icons that app.html holds. */
export type IconName =
  | TierMark['icon']
  | 'up'
  | 'down'
  | 'crosshair'
  | 'search'
  | 'chevron-left'
  | 'chevron-right'
  | 'chevron-down'
  | 'flag'
  | 'monitor'
  | 'moon'
  | 'sun'
  | 'log-out'
  | 'user'
  | 'wallet'
  | 'wifi-off';
