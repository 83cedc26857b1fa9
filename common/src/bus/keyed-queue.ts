import { UnavailableError } from '../errors.ts';

/** Lets `size` tasks run at once; others wait their turn, `maxWaiting` of them at most, then UnavailableError (503). */
export class Semaphore {
  private readonly size: number;
  private readonly maxWaiting: number;
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(size: number, maxWaiting = Infinity) {
    this.size = size;
    this.maxWaiting = maxWaiting;
  }

  /** Tasks that run now. */
  get running(): number {
    return this.taken;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    }
  }

  private async turn(): Promise<void> {
    if (this.taken < this.size) {
      this.taken += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting)
      throw new UnavailableError('Too many requests wait already, please try again', 'overloaded');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** Runs the tasks of one key one after the other, in order; those of different keys side by side. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<void>>();
  private readonly slots: Semaphore;

  constructor(concurrency = Infinity) {
    this.slots = new Semaphore(concurrency);
  }

  /** Keys that have a task running or waiting. */
  get size(): number {
    return this.last.size;
  }

  /** Whether a task of this key runs or waits. */
  has(key: string): boolean {
    return this.last.has(key);
  }

  /** Resolves when every task queued so far has settled. */
  async idle(): Promise<void> {
    await Promise.all(this.last.values());
  }

  /** Settles as the task does; a task that fails does not hold up the next one of its key. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.last.get(key) ?? Promise.resolve()).then(() => this.slots.run(task));
    const settled: Promise<void> = result.then(
      () => this.forget(key, settled),
      () => this.forget(key, settled),
    );
    this.last.set(key, settled);
    return result;
  }

  private forget(key: string, settled: Promise<void>): void {
    if (this.last.get(key) === settled) this.last.delete(key);
  }
}
