import type { PageFigures } from './page-figures.ts';
import { cumulativeLayoutShift, medianOfLoads, missedGoals, totalBlockingTime } from './page-figures.ts';

const figures: PageFigures = { fcp: 900, lcp: 1_500, tbt: 120, inp: 80, cls: 0.01, script: 150, all: 230 };

describe('totalBlockingTime', () => {
  it('is what long tasks take beyond 50 ms each', () => {
    const tasks = [
      { start: 1_000, duration: 170 },
      { start: 2_000, duration: 60 },
      { start: 3_000, duration: 40 },
    ];
    expect(totalBlockingTime(tasks, 900)).toBe(130);
  });

  it('leaves out what blocked before the first contentful paint', () => {
    expect(totalBlockingTime([{ start: 100, duration: 400 }], 600)).toBe(0);
    expect(totalBlockingTime([{ start: 100, duration: 400 }], 300)).toBe(150);
  });
});

describe('cumulativeLayoutShift', () => {
  it('is the largest sum of shifts less than a second apart', () => {
    const shifts = [
      { at: 100, value: 0.1 },
      { at: 1_000, value: 0.2 },
      { at: 3_000, value: 0.25 },
    ];
    expect(cumulativeLayoutShift(shifts)).toBeCloseTo(0.3);
  });

  it('begins a new sum after five seconds', () => {
    const shifts = Array.from({ length: 12 }, (_, second) => ({ at: second * 900, value: 0.1 }));
    expect(cumulativeLayoutShift(shifts)).toBeCloseTo(0.6);
  });

  it('is 0 on a page where nothing moves', () => {
    expect(cumulativeLayoutShift([])).toBe(0);
  });
});

describe('medianOfLoads', () => {
  it('takes the median of each figure by itself', () => {
    const loads = [
      { ...figures, lcp: 1_000, tbt: 30 },
      { ...figures, lcp: 3_000, tbt: 10 },
      { ...figures, lcp: 2_000, tbt: 20 },
    ];
    expect(medianOfLoads(loads)).toEqual({ ...figures, lcp: 2_000, tbt: 20 });
  });
});

describe('missedGoals', () => {
  it('names the figures above their goal', () => {
    expect(missedGoals(figures, { lcp: 1_400, tbt: 120, inp: 79 })).toEqual(['lcp', 'inp']);
  });
});
