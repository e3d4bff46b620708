import { bisectCenter, extent, ticks } from 'd3-array';
import { utcTicks } from 'd3-time';
import { formatCompact, formatNumber } from '#domain/platform/text/format-number.ts';
import { formatClock, formatDay } from '#lib/text/format-time.ts';
import { type PlotPoint, spanRanks } from './plot-points.ts';

/** A line of a plot before layout. */
export interface PlotLine {
  name: string;
  color: string;
  points: readonly PlotPoint[];
}

/** An axis label: its position along the axis, in percent, and its text. */
export interface PlotTick {
  percent: number;
  label: string;
}

/** The values of a plot at one moment. */
export interface PlotMoment {
  at: Date;
  /** Distance from the left, in percent. */
  percent: number;
  /** The value of each line at that moment, from the top in percent; null before a line begins. */
  values: ({ value: number; text: string; percent: number } | null)[];
}

export interface PlotLayout {
  /** The paths of the lines in a 100 × 100 square, which is stretched over the plot. */
  paths: string[];
  xTicks: PlotTick[];
  yTicks: PlotTick[];
  moments: PlotMoment[];
}

const dayMs = 86_400_000;
const tickCount = 4;

/**
 * The layout of a plot in percent of its width and height, so the server can draw it and it fits any width
 * without redrawing. Null if there is no line to draw yet.
 * @param isRank the lowest value is the best and drawn at the top
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

/** The index of the moment nearest to a horizontal position in percent. */
export function findMoment(moments: readonly PlotMoment[], percent: number): number {
  return bisectCenter(
    moments.map((moment) => moment.percent),
    percent,
  );
}

/** The values at the lower and upper edges. */
function spanValues(points: readonly PlotPoint[], isRank: boolean): [number, number] {
  if (isRank) return spanRanks(points);
  const [least = 0, most = 0] = extent(points, (point) => point.value);
  // A constant score is drawn in the middle.
  const room = least === most ? 1 : (most - least) * 0.06;
  return [least - room, most + room];
}

/** Axis values, abbreviated where they stay distinct. */
function listValueTicks(bottom: number, top: number, isRank: boolean): { value: number; label: string }[] {
  // Ranks and points are integers, and no rank is above the first.
  const values = ticks(Math.min(bottom, top), Math.max(bottom, top), tickCount).filter(
    (value) => Number.isInteger(value) && (!isRank || value >= 1),
  );
  const isShort = new Set(values.map(formatCompact)).size === values.length;
  const write = isShort ? formatCompact : formatNumber;
  return values.map((value) => ({ value, label: `${isRank ? '#' : ''}${write(value)}` }));
}

/** Time labels: times for up to two days, dates for longer spans. UTC. */
function listTimeTicks(first: number, last: number): { at: number; label: string }[] {
  const isShort = last - first < 2 * dayMs;
  return utcTicks(new Date(first), new Date(last), tickCount).map((at) => ({
    at: at.getTime(),
    label: isShort ? formatClock(at.toISOString()).slice(0, 5) : formatDay(at),
  }));
}

/** Percentages with two decimals: finer than a pixel, and shorter in the page. */
const round = (percent: number): number => Math.round(percent * 100) / 100;
