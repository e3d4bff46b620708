import { expect, test } from 'vitest';
import { findMoment, layOutPlot } from './lay-out-plot.ts';

const day = (date: number, hour = 0) => new Date(Date.UTC(2026, 10, date, hour));
const line = (name: string, points: [Date, number][]) => ({
  name,
  color: 'red',
  points: points.map(([at, value]) => ({ at, value })),
});

test('a better rank is drawn higher, and the axis names whole ranks only', () => {
  const layout = layOutPlot(
    [
      line('Ada', [
        [day(20), 3],
        [day(22), 1],
      ]),
    ],
    true,
  );
  expect(layout?.paths).toEqual(['M0 66.67L100 0']);
  expect(layout?.yTicks.map((tick) => tick.label)).toEqual(['#1', '#2', '#3', '#4']);
});

test('a higher score is drawn higher, and a constant score in the middle', () => {
  const layout = layOutPlot(
    [
      line('Ada', [
        [day(20), 100],
        [day(22), 200],
      ]),
    ],
    false,
  );
  expect(layout?.paths[0]).toMatch(/^M0 9\d.*L100 5\.\d+$/);
  expect(
    layOutPlot(
      [
        line('Ada', [
          [day(20), 7],
          [day(22), 7],
        ]),
      ],
      false,
    )?.paths,
  ).toEqual(['M0 50L100 50']);
});

test('no two labels of an axis are equal', () => {
  const labels = (from: number, to: number) =>
    layOutPlot(
      [
        line('Ada', [
          [day(20), from],
          [day(22), to],
        ]),
      ],
      false,
    )?.yTicks.map((tick) => tick.label);
  expect(labels(10_000, 40_000)).toEqual(['10K', '20K', '30K', '40K']);
  expect(labels(2_150, 2_225)).toEqual(['2,160', '2,180', '2,200', '2,220']);
});

test('a short span is marked with times, a long one with days', () => {
  const label = (from: Date, to: Date) =>
    layOutPlot(
      [
        line('Ada', [
          [from, 1],
          [to, 2],
        ]),
      ],
      false,
    )?.xTicks[1]?.label;
  expect(label(day(22, 0), day(22, 12))).toBe('03:00');
  expect(label(day(15), day(22))).toBe('Nov 17');
});

test('each moment has the value of every line, and nothing before a line began', () => {
  const ada = line('Ada', [
    [day(20), 1],
    [day(22), 2],
  ]);
  const bob = line('Bob', [[day(21), 5]]);
  const moments = layOutPlot([ada, bob], true)?.moments ?? [];
  expect(moments.map((it) => it.values.map((value) => value?.text ?? null))).toEqual([
    ['#1', null],
    ['#1', '#5'],
    ['#2', '#5'],
  ]);
  expect(findMoment(moments, 40)).toBe(1);
  expect(findMoment(moments, 99)).toBe(2);
});

test('a single moment is not a line', () => {
  expect(layOutPlot([line('Ada', [[day(20), 1]])], true)).toBeNull();
  expect(layOutPlot([], true)).toBeNull();
});
