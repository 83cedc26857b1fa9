import { every } from '@ticketing/common';
import type { Logger, Outbox } from '@ticketing/common';
import { claimReminder, expire, ordersToRemind, overdueOrders } from './models/change-order.ts';
import { currentOrderEvent } from './models/order.ts';

const SWEEP_MS = 1_000;
const BATCH = 100;

/**
 * Ends orders that the timer missed, and announces those again whose answer is overdue. Runs on every replica: each
 * end is a compare-and-set, each reminder is claimed by one.
 */
export async function sweep(outbox: Outbox): Promise<void> {
  await inBatches(overdueOrders, async ({ _id }) => {
    const order = await expire(_id);
    if (order) outbox.flush(order);
    return order !== undefined;
  });
  await inBatches(ordersToRemind, async (due) => {
    const order = await claimReminder(due);
    if (order) outbox.republish(order, currentOrderEvent(order));
    return order !== null;
  });
}

/** Goes on as long as full batches come and something is done about them. */
async function inBatches<T>(find: (limit: number) => Promise<T[]>, handle: (item: T) => Promise<boolean>) {
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
