import { KeyedQueue, Semaphore } from './keyed-queue.ts';

/** A task that settles when the test calls `end`. */
function aTask() {
  let end: (error?: Error) => void = () => undefined;
  const task = jest.fn(
    () => new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve()))),
  );
  return Object.assign(task, { end: (error?: Error) => end(error) });
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('runs at most `size` tasks at once, and starts the others in order', async () => {
    const semaphore = new Semaphore(2);
    const tasks = [aTask(), aTask(), aTask(), aTask()];
    const started = () => tasks.map((task) => task.mock.calls.length);
    const all = Promise.all(tasks.map((task) => semaphore.run(task)));
    await tick();
    expect(started()).toEqual([1, 1, 0, 0]);
    expect(semaphore.running).toBe(2);
    tasks[1]?.end();
    await tick();
    expect(started()).toEqual([1, 1, 1, 0]);
    tasks[0]?.end();
    tasks[2]?.end();
    await tick();
    tasks[3]?.end();
    await all;
    expect(semaphore.running).toBe(0);
  });

  it('starts the next task when one fails', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(semaphore.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  it('rejects with UnavailableError when too many tasks wait', async () => {
    const semaphore = new Semaphore(1, 1);
    const first = aTask();
    const second = aTask();
    const both = [semaphore.run(first), semaphore.run(second)];
    await expect(semaphore.run(aTask())).rejects.toThrow(/service is busy/);
    first.end();
    await tick();
    second.end();
    await Promise.all(both);
  });
});

describe('KeyedQueue', () => {
  it('runs the tasks of one key one after the other, and those of other keys concurrently', async () => {
    const queue = new KeyedQueue(10);
    const [a1, a2, b1] = [aTask(), aTask(), aTask()];
    const all = [queue.run('a', a1), queue.run('a', a2), queue.run('b', b1)];
    await tick();
    expect([a1, a2, b1].map((task) => task.mock.calls.length)).toEqual([1, 0, 1]);
    a1.end();
    await tick();
    expect(a2).toHaveBeenCalled();
    a2.end();
    b1.end();
    await Promise.all(all);
  });

  it('runs the next task of a key after a failed one', async () => {
    const queue = new KeyedQueue(10);
    const failed = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });

  it('removes a key once its last task has settled', async () => {
    const queue = new KeyedQueue(10);
    await Promise.all([queue.run('a', () => Promise.resolve()), queue.run('b', () => Promise.resolve())]);
    await tick();
    expect(queue.size).toBe(0);
  });
});

describe('KeyedQueue.has and KeyedQueue.idle', () => {
  it('has a key while its task runs, and is idle once every task has settled, including failed ones', async () => {
    const queue = new KeyedQueue();
    const [running, failing] = [aTask(), aTask()];
    const ended = queue.run('a', running);
    const failed = queue.run('b', failing).catch(() => 'failed');
    await tick();
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    expect([queue.has('a'), queue.has('b'), queue.has('c')]).toEqual([true, true, false]);

    failing.end(new Error('no'));
    await failed;
    expect(isIdle).toBe(false);
    running.end();
    await Promise.all([ended, idle]);

    expect(queue.size).toBe(0);
  });
});
