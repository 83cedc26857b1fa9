import { Visitor } from '../shop/visitor.ts';
import type { Answer } from '../shop/visitor.ts';

/** What became of every request that was sent. */
export type Tally = { requests: number; failed: string[]; unavailable: number; bought: number };

export const emptyTally = (): Tally => ({ requests: 0, failed: [], unavailable: 0, bought: 0 });

/** Counts each request: one without an answer, or with a 5xx that does not say when to come again, has failed. */
class CountedVisitor extends Visitor {
  private readonly tally: Tally;

  constructor(url: string, tally: Tally) {
    super(url);
    this.tally = tally;
  }

  override async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    this.tally.requests++;
    try {
      const answer = await super.send<T>(method, path, body, headers);
      if (answer.status === 503 && answer.headers.has('retry-after')) this.tally.unavailable++;
      else if (answer.status >= 500)
        this.tally.failed.push(
          `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`,
        );
      return answer;
    } catch (error) {
      const { message, cause } = error as Error;
      this.tally.failed.push(`${method} ${path}: ${message} ${cause instanceof Error ? cause.message : ''}`);
      throw error;
    }
  }
}

export type Crowd = {
  tally: Tally;
  /** Lets everybody finish what they do. */
  leave: () => Promise<Tally>;
};

/** Pairs of people who sell, reserve, pay and wait for completion, over and over, until they are told to leave. */
export async function gatherCrowd(url: string, pairs: number): Promise<Crowd> {
  const tally = emptyTally();
  let isOpen = true;
  const people = await Promise.all(
    Array.from({ length: pairs }, async () => ({
      seller: await new CountedVisitor(url, tally).signUp(),
      buyer: await new CountedVisitor(url, tally).signUp(),
    })),
  );
  const done = Promise.all(
    people.map(async ({ seller, buyer }) => {
      while (isOpen) {
        const ticket = await seller.sells({ price: 10 });
        await buyer.get('/api/tickets?limit=5');
        const order = await buyer.reserves(ticket.id);
        const payment = await buyer.pays(order.id);
        if (payment.status > 202) throw new Error(`paying was answered ${JSON.stringify(payment.body)}`);
        await buyer.sees(order.id, ({ status }) => status === 'complete', 120_000);
        tally.bought++;
      }
    }),
  );
  // Who fails shows when the crowd leaves, not as a rejection that nobody awaits.
  done.catch(() => undefined);
  return {
    tally,
    leave: async () => {
      isOpen = false;
      await done;
      return tally;
    },
  };
}
