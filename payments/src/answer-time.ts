import { setTimeout as wait } from 'node:timers/promises';
import type { Payment } from './models/payment.ts';
import { findPayment } from './models/payment.ts';

const ANSWER_WITHIN_MS = 4_000;

/**
 * The payment that `work` results in, or as it is stored when there is no result after 4 s; slower work continues in the
 * background.
 */
export async function paymentAfter(work: Promise<Payment | undefined>, payment: Payment): Promise<Payment> {
  const done = work.catch(() => undefined); // logged by the worker, which retries
  const result = await Promise.race([done, wait(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  return result ?? (await findPayment({ _id: payment._id })) ?? payment;
}
