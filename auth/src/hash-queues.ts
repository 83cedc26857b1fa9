import { clientKey, HttpError, UnavailableError } from '@ticketing/common';
import type { Caller } from './caller.ts';
import { FairQueue } from './fair-queue.ts';

type Kind = 'sign-in' | 'sign-up' | 'password-change';

type Job = { isAnswered: () => boolean; start: () => void; reject: (error: Error) => void };

/**
 * Runs jobs that hash passwords, `concurrency` at a time. Each kind has a queue of up to `limit` jobs, and the kinds take
 * turns, as do the networks of clients within a kind: a flood of sign-ups, or one network, delays the others by a job at
 * most. A job whose request was answered is dropped before it starts.
 */
export class HashQueues {
  private readonly concurrency: number;
  private readonly queues: Map<Kind, FairQueue<Job>>;
  private running = 0;

  constructor({ concurrency, limit }: { concurrency: number; limit: number }) {
    this.concurrency = concurrency;
    this.queues = new Map([
      ['sign-in', new FairQueue(limit)],
      ['sign-up', new FairQueue(limit)],
      ['password-change', new FairQueue(limit)],
    ]);
  }

  /** The number of jobs that wait. */
  get waiting(): number {
    return [...this.queues.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Settles like `task`. Rejects with UnavailableError (503, `overloaded`) when the queue is full, and with HttpError 400
   * `request_aborted`, which no client receives, when the request is answered before the task starts.
   */
  run<T>(
    kind: Kind,
    { address, isAnswered }: Pick<Caller, 'address' | 'isAnswered'>,
    task: () => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = () => {
        this.running += 1;
        task()
          .finally(() => {
            this.running -= 1;
            this.startNext();
          })
          .then(resolve, reject);
      };
      this.enqueue(kind, clientKey(address), { isAnswered, start, reject });
      this.startNext();
    });
  }

  private enqueue(kind: Kind, network: string, job: Job): void {
    const queue = this.queues.get(kind);
    if (queue?.isFull)
      for (const { reject } of queue.takeIf(({ isAnswered }) => isAnswered())) reject(aborted());
    const displaced = queue?.push(network, job);
    displaced?.reject(new UnavailableError('The service is busy, please try again', 'overloaded'));
  }

  private startNext(): void {
    while (this.running < this.concurrency) {
      const job = this.takeNext();
      if (!job) return;
      if (job.isAnswered()) job.reject(aborted());
      else job.start();
    }
  }

  /** Removes and returns the next job of the kind whose turn it is; that kind has the last turn then. */
  private takeNext(): Job | undefined {
    for (const [kind, queue] of this.queues) {
      if (queue.size === 0) continue;
      this.queues.delete(kind);
      this.queues.set(kind, queue);
      return queue.shift();
    }
    return undefined;
  }
}

export function aborted(): HttpError {
  return new HttpError(400, 'The request was aborted', { code: 'request_aborted' });
}
