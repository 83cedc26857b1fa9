import { fullJitter } from './backoff.ts';

it('fullJitter returns a random time below a ceiling that doubles up to its cap', () => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const waits = [0, 1, 2, 3, 100].map((attempt) => fullJitter(attempt, { baseMs: 100, capMs: 500 }));
  expect(waits).toEqual([50, 100, 200, 250, 250]);
  random.mockReturnValue(0);
  expect(fullJitter(3, { baseMs: 100, capMs: 500 })).toBe(0);
});
