import { updateBookkeeping } from './models/change-payment.ts';
import type { Payment, StoredIntent } from './models/payment.ts';
import { findPayment } from './models/payment.ts';
import type { Intent } from './stripe-objects.ts';

const SECOND = 1_000;
/** Stripe keeps idempotency keys for at least 24 h; older keys are not relied on. */
const KEYS_LAST_MS = 20 * 60 * 60 * SECOND;

export async function reload({ _id }: Payment): Promise<Payment | undefined> {
  return (await findPayment({ _id })) ?? undefined;
}

export async function storeIntent(payment: Payment, intent: Intent): Promise<Payment | undefined> {
  return (await updateBookkeeping(payment, { intent: toStoredIntent(intent) })) ?? reload(payment);
}

export function toStoredIntent({ id, clientSecret, amount, currency, nextActionUrl }: Intent): StoredIntent {
  return { id, clientSecret, amount, currency, ...(nextActionUrl && { nextActionUrl }) };
}

/** Retries the call under the next idempotency key: at once the first time, later after a pause. */
export async function useFreshKey(
  payment: Payment,
  which: keyof Payment['keys'],
): Promise<Payment | undefined> {
  const keys = incrementKey(payment, which);
  const updated = await updateBookkeeping(payment, {
    keys,
    tries: payment.tries + 1,
    dueAt: fromNow(backoffMs(payment)),
  });
  return payment.tries === 0 ? (updated ?? reload(payment)) : undefined;
}

export function incrementKey({ keys }: Payment, which: keyof Payment['keys']): Payment['keys'] {
  return { ...keys, [which]: keys[which] + 1 };
}

/** Lets the worker retry after a pause that doubles with each attempt, up to 10 s. */
export async function retryLater(payment: Payment): Promise<undefined> {
  await updateBookkeeping(payment, { tries: payment.tries + 1, dueAt: fromNow(backoffMs(payment)) });
}

function backoffMs({ tries }: Payment): number {
  return Math.min(10 * SECOND, SECOND * 2 ** tries);
}

export function fromNow(ms: number): Date {
  return new Date(Date.now() + ms);
}

/** Whether the calls of this status may be older than Stripe keeps their idempotency keys. */
export function areKeysExpired({ since }: Payment): boolean {
  return Date.now() - since.getTime() > KEYS_LAST_MS;
}

const busy = new Set(['pending', 'capturing', 'voiding', 'refunding']);

/** Whether a call to Stripe is in flight or still to be made. */
export function isBusy({ status }: Payment): boolean {
  return busy.has(status);
}
