import type { ShopResponse } from '../shop/shop-client.ts';
import { ShopClient } from '../shop/shop-client.ts';

/** The outcomes of all requests. */
export type Tally = { requests: number; failed: string[]; unavailable: number; bought: number };

export const emptyTally = (): Tally => ({ requests: 0, failed: [], unavailable: 0, bought: 0 });

/** Counts each request. It failed without a response, or with a 5xx other than a 503 with Retry-After. */
class CountingClient extends ShopClient {
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
  ): Promise<ShopResponse<T>> {
    this.tally.requests++;
    try {
      const response = await super.send<T>(method, path, body, headers);
      if (response.status === 503 && response.headers.has('retry-after')) this.tally.unavailable++;
      else if (response.status >= 500)
        this.tally.failed.push(
          `${method} ${path}: ${response.status} ${JSON.stringify(response.body).slice(0, 200)}`,
        );
      return response;
    } catch (error) {
      const { message, cause } = error as Error;
      this.tally.failed.push(`${method} ${path}: ${message} ${cause instanceof Error ? cause.message : ''}`);
      throw error;
    }
  }
}

/** Fewer than the limits on requests of an account allow, however fast the cluster is. */
const PURCHASES_OF_A_PAIR = 100;

export type LoadGenerator = {
  tally: Tally;
  /** Resolves once all purchases in progress are complete. */
  stop: () => Promise<Tally>;
};

/** Pairs of a seller and a buyer list, reserve, pay and wait for completion, repeatedly, until `stop` is called. */
export async function startLoad(url: string, pairs: number): Promise<LoadGenerator> {
  const tally = emptyTally();
  let isRunning = true;
  const signUp = async () => ({
    seller: await new CountingClient(url, tally).signUp(),
    buyer: await new CountingClient(url, tally).signUp(),
  });
  const first = await Promise.all(Array.from({ length: pairs }, signUp));
  const done = Promise.all(
    first.map(async (pair) => {
      let { seller, buyer } = pair;
      for (let count = 1; isRunning; count += 1) {
        if (count % PURCHASES_OF_A_PAIR === 0) ({ seller, buyer } = await signUp());
        const ticket = await seller.listTicket({ price: 10 });
        await buyer.get('/api/tickets?limit=5');
        const order = await buyer.reserve(ticket.id);
        const payment = await buyer.pay(order.id);
        if (payment.status > 202) throw new Error(`Paying failed: ${JSON.stringify(payment.body)}`);
        await buyer.waitForOrder(order.id, ({ status }) => status === 'complete', 120_000);
        tally.bought++;
      }
    }),
  );
  // Rejections surface when `stop` awaits `done`; until then they are handled here so Node does not report them.
  done.catch(() => undefined);
  return {
    tally,
    stop: async () => {
      isRunning = false;
      await done;
      return tally;
    },
  };
}
