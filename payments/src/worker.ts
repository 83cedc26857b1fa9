import { setTimeout as wait } from 'node:timers/promises';
import { KeyedQueue, every } from '@ticketing/common';
import { findPayment, payments } from './models/payment.ts';
import type { Payment } from './models/payment.ts';
import { isBusy, settle } from './settle.ts';
import type { Desk } from './settle.ts';
import type { Pace } from './stripe.ts';

const LOOP_MS = 500;
const FRESH_MS = 2_000;
const LEASE_MS = 15_000;
const AT_ONCE = 50;

/** Moves the money: at once when a request or an event says so, and later whatever a crash or Stripe left undone. */
export interface Worker {
  /** Does what this payment's document says is to be done; returns at once. */
  kick(id: string): void;
  /** The same, waiting for it. */
  settle(payment: Payment, pace: Pace): Promise<void>;
  /** Makes the PaymentIntent, or retrieves it where the buyer, the bank or the dashboard may have changed it. */
  look(id: string, pace: Pace): Promise<void>;
  /**
   * Stripe says that something happened to this payment: looks at once, however lately somebody looked.
   * @returns whether there is such a payment.
   */
  hear(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Whether it is in the hands of the buyer and the bank. */
function isOpen({ status }: Payment): boolean {
  return status === 'open' || status === 'requires_action';
}

/** Whether the PaymentIntent is still to be made, or people can change it and nobody has looked for two seconds. */
export function mayHaveChanged(payment: Payment): boolean {
  const { status, intent, lookedAt, since } = payment;
  if (status === 'open' && !intent) return true;
  return isOpen(payment) && Date.now() - Math.max(lookedAt?.getTime() ?? 0, since.getTime()) > FRESH_MS;
}

export function startWorker(desk: Desk): Worker {
  const queue = new KeyedQueue();
  let isClosed = false;

  function take<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = queue.run(id, work);
    done.catch((err: unknown) => {
      desk.log.warn({ err, orderId: id }, 'payment not settled, will be retried');
    });
    return done;
  }

  function kick(id: string) {
    if (isClosed) return;
    take(id, async () => {
      const payment = await findPayment({ _id: id });
      if (payment && isBusy(payment)) await settle(desk, payment, 'patient');
    }).catch(() => undefined);
  }

  /** Several replicas may do this at once: who moves `dueAt` first has it; twice would do no harm. */
  async function takeUp() {
    if (queue.size >= AT_ONCE) return;
    const due = await payments()
      .find({ dueAt: { $lte: new Date() } }, { projection: { dueAt: 1 } })
      .sort({ dueAt: 1 })
      .limit(AT_ONCE - queue.size)
      .toArray();
    await Promise.all(
      due.map(async ({ _id, dueAt }) => {
        if (!dueAt || queue.has(_id)) return;
        const lease = new Date(Date.now() + LEASE_MS);
        const claim = await payments().updateOne({ _id, dueAt }, { $set: { dueAt: lease } });
        if (claim.modifiedCount === 0) return;
        take(_id, async () => {
          const payment = await findPayment({ _id });
          if (payment) await settle(desk, payment, 'patient');
        }).catch(() => undefined);
      }),
    );
  }

  const loop = every(LOOP_MS, takeUp, { name: 'take up due payments', log: desk.log, immediately: true });

  return {
    kick,
    look: (id, pace) =>
      take(id, async () => {
        const payment = await findPayment({ _id: id });
        if (payment && mayHaveChanged(payment)) await settle(desk, payment, pace);
      }),
    hear: (id) =>
      take(id, async () => {
        const payment = await findPayment({ _id: id });
        if (payment && isOpen(payment)) await settle(desk, payment, 'patient');
        return payment !== null;
      }),
    settle: (payment, pace) => take(payment._id, () => settle(desk, payment, pace)),
    async close() {
      isClosed = true;
      await loop.close();
      await Promise.race([queue.idle(), wait(5_000, undefined, { ref: false })]);
    },
  };
}
