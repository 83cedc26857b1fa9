import { setTimeout as wait } from 'node:timers/promises';
import { every, KeyedQueue } from '@ticketing/common';
import { isBusy } from './bookkeeping.ts';
import type { Dependencies } from './decide.ts';
import { lastWrittenPayment } from './models/change-payment.ts';
import type { Payment } from './models/payment.ts';
import { findPayment, payments } from './models/payment.ts';
import { settle } from './settle.ts';
import type { Priority } from './stripe.ts';

const LOOP_MS = 500;
const FRESH_MS = 2_000;
const LEASE_MS = 15_000;
const CONCURRENCY = 50;

/** Settles payments: at once after a request or an event, and later whatever a crash or Stripe left unfinished. */
export interface Worker {
  /** Settles the payment in the background; returns at once. */
  enqueue(id: string): void;
  /** Settles the payment; resolves with the settled payment, or with undefined when it has to wait. */
  settle(payment: Payment, priority: Priority): Promise<Payment | undefined>;
  /** Creates the PaymentIntent, or retrieves it where the buyer, the bank or the dashboard may have changed it. */
  refresh(id: string, priority: Priority): Promise<undefined>;
  /**
   * Whether a webhook about this PaymentIntent can change nothing: as this process wrote the payment last, it is beyond the
   * statuses in which the PaymentIntent is retrieved, or the answer to its confirmation is on the way.
   */
  ignoresWebhook(id: string, intentId: string): boolean;
  /**
   * Retrieves the PaymentIntent after a webhook, even if it was retrieved a moment ago; after one about a refund or a
   * dispute, what went back to the buyer.
   * @returns whether this payment exists.
   */
  onWebhook(id: string, about: 'intent' | 'return'): Promise<boolean>;
  close(): Promise<void>;
}

/** Whether the buyer or the bank acts next. */
function isOpen({ status }: Payment): boolean {
  return status === 'open' || status === 'requires_action';
}

function isCaptured({ status }: Payment): boolean {
  return status === 'captured' || status === 'refunded';
}

/** Whether the PaymentIntent is still to be created, or may have changed since it was last retrieved, 2 s ago or longer. */
export function mayHaveChanged(payment: Payment): boolean {
  const { status, intent, refusal, lookedAt, since } = payment;
  if (refusal) return false;
  if (status === 'open' && !intent) return true;
  return isOpen(payment) && Date.now() - Math.max(lookedAt?.getTime() ?? 0, since.getTime()) > FRESH_MS;
}

export function startWorker(deps: Dependencies): Worker {
  const queue = new KeyedQueue();
  let isClosed = false;

  function run<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = queue.run(id, work);
    done.catch((err: unknown) => {
      deps.log.warn({ err, orderId: id }, 'payment not settled, will be retried');
    });
    return done;
  }

  /** Settles the stored payment if it still needs that. @returns whether the payment exists. */
  function settleStored(
    id: string,
    needsSettling: (payment: Payment) => boolean,
    priority: Priority,
  ): Promise<boolean> {
    return run(id, async () => {
      const payment = await findPayment({ _id: id });
      if (payment && needsSettling(payment)) await settle(deps, payment, priority);
      return payment !== null;
    });
  }

  const loop = every(
    LOOP_MS,
    () => claimDuePayments(queue, (id) => settleStored(id, () => true, 'background')),
    {
      name: 'settle due payments',
      log: deps.log,
      immediately: true,
    },
  );

  return {
    enqueue(id) {
      if (!isClosed) settleStored(id, isBusy, 'background').catch(() => undefined);
    },
    async refresh(id, priority) {
      await settleStored(id, mayHaveChanged, priority);
      return undefined;
    },
    ignoresWebhook(id, intentId) {
      const known = lastWrittenPayment(id);
      if (known?.intent?.id !== intentId) return false;
      // No status after `authorized` leads back to an open one; a declined attempt does.
      return known.status === 'pending' ? queue.has(id) : !isOpen(known);
    },
    onWebhook: (id, about) => settleStored(id, about === 'return' ? isCaptured : isOpen, 'background'),
    settle: (payment, priority) => run(payment._id, () => settle(deps, payment, priority)),
    async close() {
      isClosed = true;
      await loop.close();
      await Promise.race([queue.idle(), wait(5_000, undefined, { ref: false })]);
    },
  };
}

/** Several replicas may run this at once: the one that moves `dueAt` first claims the payment. Settling twice is safe. */
async function claimDuePayments(
  queue: KeyedQueue,
  settleClaimed: (id: string) => Promise<unknown>,
): Promise<void> {
  if (queue.size >= CONCURRENCY) return;
  const due = await payments()
    .find({ dueAt: { $lte: new Date() } }, { projection: { dueAt: 1 } })
    .sort({ dueAt: 1 })
    .limit(CONCURRENCY - queue.size)
    .toArray();
  await Promise.all(
    due.map(async ({ _id, dueAt }) => {
      if (!dueAt || queue.has(_id)) return;
      const lease = new Date(Date.now() + LEASE_MS);
      const claim = await payments().updateOne({ _id, dueAt }, { $set: { dueAt: lease } });
      if (claim.modifiedCount === 0) return;
      settleClaimed(_id).catch(() => undefined);
    }),
  );
}
