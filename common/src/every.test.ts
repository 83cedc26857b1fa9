import { every } from './every.ts';
import { eventually, silentLog } from './testing.ts';

const options = { name: 'count', log: silentLog };

describe('every', () => {
  it('runs the task again and again, the first time after a pause', async () => {
    let runs = 0;
    const series = every(1, async () => void runs++, options);
    expect(runs).toBe(0);

    await eventually(() => runs >= 3);

    await series.close();
  });

  it('runs the task at once with the option immediately', async () => {
    let runs = 0;
    const series = every(60_000, async () => void runs++, { ...options, immediately: true });

    await eventually(() => runs === 1);

    await series.close();
  });

  it('never starts a run while another is in flight', async () => {
    let inFlight = 0;
    let most = 0;
    let runs = 0;
    const series = every(
      1,
      async () => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inFlight--;
        runs++;
      },
      options,
    );

    await eventually(() => runs >= 5);
    await series.close();

    expect(most).toBe(1);
  });

  it('logs a run that rejects and continues', async () => {
    const warnings: object[] = [];
    const log = { warn: (fields: object) => warnings.push(fields) } as unknown as typeof silentLog;
    const error = new Error('the database is unavailable');
    let runs = 0;
    const series = every(1, () => (++runs === 1 ? Promise.reject(error) : Promise.resolve()), {
      ...options,
      log,
    });

    await eventually(() => runs >= 2);
    await series.close();

    expect(warnings).toEqual([{ err: error, task: 'count' }]);
  });

  it('waits for the run in flight when it is closed, and starts no other', async () => {
    let finish: () => void = () => undefined;
    let runs = 0;
    const series = every(
      1,
      () => {
        runs++;
        return new Promise<void>((resolve) => (finish = resolve));
      },
      { ...options, immediately: true },
    );
    await eventually(() => runs === 1);

    let isClosed = false;
    const closing = series.close().then(() => (isClosed = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    finish();
    await closing;

    expect(runs).toBe(1);
  });
});
