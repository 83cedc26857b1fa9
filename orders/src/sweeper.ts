import type { Logger, Outbox } from '@ticketing/common';
import { every } from '@ticketing/common';
import { claimRepublication, expireOrder, ordersToRepublish, overdueOrders } from './models/change-order.ts';
import { currentOrderEvent } from './models/order.ts';

const SWEEP_MS = 1_000;
const BATCH = 100;

/**
 * Expires orders that the timer missed, and republishes orders that wait too long for another service. Runs on every
 * replica: each expiry is a compare-and-set, each republication is claimed by one replica.
 */
export async function sweep(outbox: Outbox): Promise<void> {
  await processInBatches(overdueOrders, async ({ _id }) => {
    const order = await expireOrder(_id);
    if (order) outbox.flush(order);
    return order !== undefined;
  });
  await processInBatches(ordersToRepublish, async (due) => {
    const order = await claimRepublication(due);
    if (order) outbox.republish(order, currentOrderEvent(order));
    return order !== null;
  });
}

/** Processes batches until one is not full, or until a full batch makes no progress. */
async function processInBatches<T>(
  find: (limit: number) => Promise<T[]>,
  handle: (item: T) => Promise<boolean>,
) {
  for (;;) {
    const batch = await find(BATCH);
    const results = await Promise.allSettled(batch.map(handle));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const progress = results.some((result) => result.status === 'fulfilled' && result.value);
    if (batch.length < BATCH || !progress) return;
  }
}

export function startSweeper(outbox: Outbox, log: Logger): { close(): Promise<void> } {
  return every(SWEEP_MS, () => sweep(outbox), { name: 'sweep orders', log });
}
