import { UnavailableError } from '../errors.ts';

/**
 * Runs at most `size` tasks at once; further tasks wait in order. When `maxWaiting` tasks already wait, `run` rejects
 * with UnavailableError (503).
 */
export class Semaphore {
  private readonly size: number;
  private readonly maxWaiting: number;
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(size: number, maxWaiting = Infinity) {
    this.size = size;
    this.maxWaiting = maxWaiting;
  }

  /** The number of running tasks. */
  get running(): number {
    return this.taken;
  }

  /** Settles like the task. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    }
  }

  private async acquire(): Promise<void> {
    if (this.taken < this.size) {
      this.taken += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting)
      throw new UnavailableError('The service is busy, please try again', 'overloaded');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

/** Runs the tasks of one key one after the other, in order, and those of different keys concurrently. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<void>>();
  private readonly slots: Semaphore;

  constructor(concurrency = Infinity) {
    this.slots = new Semaphore(concurrency);
  }

  /** The number of keys with a running or waiting task. */
  get size(): number {
    return this.last.size;
  }

  /** Whether a task of this key is running or waiting. */
  has(key: string): boolean {
    return this.last.has(key);
  }

  /** Resolves when every task queued so far has settled. */
  async idle(): Promise<void> {
    await Promise.all(this.last.values());
  }

  /** Settles like the task. A failed task does not stop the next task of its key. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.last.get(key) ?? Promise.resolve()).then(() => this.slots.run(task));
    const settled: Promise<void> = result.then(
      () => this.remove(key, settled),
      () => this.remove(key, settled),
    );
    this.last.set(key, settled);
    return result;
  }

  private remove(key: string, settled: Promise<void>): void {
    if (this.last.get(key) === settled) this.last.delete(key);
  }
}
