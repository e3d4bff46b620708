import { bisectCenter, extent, ticks } from 'd3-array';
import { utcTicks } from 'd3-time';
import { formatCompact, formatNumber } from '#domain/platform/text/format-number.ts';
import { formatClock, formatDay } from '#lib/text/format-time.ts';
import { type HistoryPoint, spanRanks } from './history-series.ts';

/** A line of a plot, before it is laid out. */
export interface PlotLine {
  name: string;
  color: string;
  points: readonly HistoryPoint[];
}

/** A mark beside or below a plot: how far along its axis, in percent, and what is written there. */
export interface PlotTick {
  percent: number;
  label: string;
}

/** What a plot shows of one moment. */
export interface PlotMoment {
  at: Date;
  /** How far from the left, in percent. */
  percent: number;
  /** The value that each line had then, from the top in percent; null before a line began. */
  values: ({ value: number; text: string; percent: number } | null)[];
}

export interface PlotLayout {
  /** The paths of the lines in a square of 100 × 100, which is stretched over the plot. */
  paths: string[];
  xTicks: PlotTick[];
  yTicks: PlotTick[];
  moments: PlotMoment[];
}

const dayMs = 86_400_000;
const tickCount = 4;

/**
 * Where everything of a plot stands, in percent of its width and height: so that the server can draw it, and it fits any
 * width without being drawn again. Null where there is no line to draw yet.
 * @param isRank the lowest value is the best one and belongs on top
 */
export function layOutPlot(lines: readonly PlotLine[], isRank: boolean): PlotLayout | null {
  const times = [...new Set(lines.flatMap((line) => line.points.map((point) => point.at.getTime())))].sort(
    (one, other) => one - other,
  );
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const toX = (ms: number): number => round((100 * (ms - first)) / (last - first));
  const [bottom, top] = spanValues(
    lines.flatMap((line) => line.points),
    isRank,
  );
  const toY = (value: number): number => round((100 * (top - value)) / (top - bottom));
  return {
    paths: lines.map(({ points }) =>
      points.map(({ at, value }, index) => `${index ? 'L' : 'M'}${toX(at.getTime())} ${toY(value)}`).join(''),
    ),
    xTicks: listTimeTicks(first, last).map(({ at, label }) => ({ percent: toX(at), label })),
    yTicks: listValueTicks(bottom, top, isRank).map(({ value, label }) => ({ percent: toY(value), label })),
    moments: times.map((time) => ({
      at: new Date(time),
      percent: toX(time),
      values: lines.map(({ points }) => {
        const value = points.findLast((point) => point.at.getTime() <= time)?.value;
        if (value === undefined) return null;
        return { value, text: `${isRank ? '#' : ''}${formatNumber(value)}`, percent: toY(value) };
      }),
    })),
  };
}

/** The index of the moment that is nearest to a place, in percent of the width. */
export function findMoment(moments: readonly PlotMoment[], percent: number): number {
  return bisectCenter(
    moments.map((moment) => moment.percent),
    percent,
  );
}

/** The values at the lower and the upper edge. */
function spanValues(points: readonly HistoryPoint[], isRank: boolean): [number, number] {
  if (isRank) return spanRanks(points);
  const [least = 0, most = 0] = extent(points, (point) => point.value);
  // A score that was held all the time is drawn in the middle.
  const room = least === most ? 1 : (most - least) * 0.06;
  return [least - room, most + room];
}

/** Values to mark beside a plot, written in short where that tells them apart. */
function listValueTicks(bottom: number, top: number, isRank: boolean): { value: number; label: string }[] {
  // Neither ranks nor points come in halves, and there is no rank above the first.
  const values = ticks(Math.min(bottom, top), Math.max(bottom, top), tickCount).filter(
    (value) => Number.isInteger(value) && (!isRank || value >= 1),
  );
  const isShort = new Set(values.map(formatCompact)).size === values.length;
  const write = isShort ? formatCompact : formatNumber;
  return values.map((value) => ({ value, label: `${isRank ? '#' : ''}${write(value)}` }));
}

/** Moments to mark on the axis of time: times within two days, days over a longer span. UTC. */
function listTimeTicks(first: number, last: number): { at: number; label: string }[] {
  const isShort = last - first < 2 * dayMs;
  return utcTicks(new Date(first), new Date(last), tickCount).map((at) => ({
    at: at.getTime(),
    label: isShort ? formatClock(at.toISOString()).slice(0, 5) : formatDay(at),
  }));
}

/** Percent to two places: finer than a pixel, and shorter in the page. */
const round = (percent: number): number => Math.round(percent * 100) / 100;
