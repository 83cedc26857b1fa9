import { countInLog } from './log-counter.ts';
import { recordingLog } from './testing.ts';

describe('countInLog', () => {
  it('logs each key once in 10 s, with the fields of the first one and how many there were', () => {
    jest.useFakeTimers();
    const { log, lines } = recordingLog();
    const logged = () => lines.map(({ msg, key, first, count }) => ({ msg, key, first, count }));
    for (const first of [1, 2, 3]) countInLog(log, 'a', 'refused', { key: 'a', first });
    countInLog(log, 'b', 'refused', { key: 'b', first: 4 });

    jest.advanceTimersByTime(9_999);
    expect(logged()).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(logged()).toEqual([
      { msg: 'refused', key: 'a', first: 1, count: 3 },
      { msg: 'refused', key: 'b', first: 4, count: 1 },
    ]);

    countInLog(log, 'a', 'refused', { key: 'a', first: 5 });
    jest.advanceTimersByTime(10_000);
    expect(logged().slice(2)).toEqual([{ msg: 'refused', key: 'a', first: 5, count: 1 }]);
  });

  afterEach(() => {
    jest.useRealTimers();
  });
});
