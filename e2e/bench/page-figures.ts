import { median } from './load.ts';

/** Times are in milliseconds from the start of the navigation. */
export type LongTask = { start: number; duration: number };
export type Shift = { at: number; value: number };

/** What one load of a page and one use of its controls showed. Times in milliseconds, sizes in KiB. */
export type PageFigures = {
  /** First contentful paint. */
  fcp: number;
  /** Largest contentful paint. */
  lcp: number;
  /** Total blocking time. */
  tbt: number;
  /** The longest interaction. */
  inp: number;
  /** Cumulative layout shift. */
  cls: number;
  /** Script and everything as transferred, compressed. */
  script: number;
  all: number;
};

/** Upper limits. */
export type PageGoals = Partial<PageFigures>;

const LONG_MS = 50;

/** By how much tasks exceed 50 ms, of which only what is after the first contentful paint counts, as in Lighthouse. */
export function totalBlockingTime(tasks: LongTask[], fcp: number): number {
  return tasks.reduce(
    (sum, { start, duration }) => sum + Math.max(0, start + duration - Math.max(start, fcp) - LONG_MS),
    0,
  );
}

const GAP_MS = 1_000;
const WINDOW_MS = 5_000;

/**
 * The largest sum of shifts that follow each other within a second and last five seconds at most.
 * @see https://web.dev/articles/cls
 */
export function cumulativeLayoutShift(shifts: Shift[]): number {
  let [largest, sum, first, last] = [0, 0, -Infinity, -Infinity];
  for (const { at, value } of shifts) {
    const isSameWindow = at - last < GAP_MS && at - first < WINDOW_MS;
    if (!isSameWindow) [sum, first] = [0, at];
    sum += value;
    last = at;
    largest = Math.max(largest, sum);
  }
  return largest;
}

export function medianOfLoads(loads: PageFigures[]): PageFigures {
  const of = (name: keyof PageFigures) => median(loads.map((load) => load[name]));
  return {
    fcp: of('fcp'),
    lcp: of('lcp'),
    tbt: of('tbt'),
    inp: of('inp'),
    cls: of('cls'),
    script: of('script'),
    all: of('all'),
  };
}

/** The names of the figures that exceed their goal. */
export function missedGoals(figures: PageFigures, goals: PageGoals): string[] {
  return Object.entries(goals)
    .filter(([name, goal]) => figures[name as keyof PageFigures] > goal)
    .map(([name]) => name);
}
