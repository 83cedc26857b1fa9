import type { OutboxEntry } from '@ticketing/common';
import { inWriteSpan, LastWritten, markUnconfirmed, outboxEntry, toUpdate } from '@ticketing/common';
import type { ChargeStatus, Step } from '../charge.ts';
import { nextStatus, publishedEvent } from '../charge.ts';
import { countStep } from '../payment-metrics.ts';
import type { Payment } from './payment.ts';
import { payments, withoutOutbox } from './payment.ts';
import { paymentEvent } from './payment-event.ts';

const SECOND = 1_000;
/** How soon after a change of status the worker processes the payment: to finish what a crash interrupted, or to refresh. */
const dueAfterMs: Partial<Record<ChargeStatus, number>> = {
  open: 5 * SECOND,
  requires_action: 5 * SECOND,
  pending: 10 * SECOND,
  authorized: 10 * SECOND,
  capturing: 10 * SECOND,
  voiding: 10 * SECOND,
  refunding: 10 * SECOND,
};

/** Fields to set; a field set to undefined is removed. */
export type Changes = {
  [F in Exclude<keyof Payment, '_id' | 'order' | 'outbox' | 'version'>]?: Payment[F] | undefined;
};

const lastWritten = new LastWritten<Payment>();

/** The payment as this process wrote it last; undefined when it did not, or not lately. It may have changed since. */
export function lastWrittenPayment(id: string): Payment | undefined {
  return lastWritten.get(id);
}

/**
 * Takes one step of the table in one conditional write, with its event if the new status publishes one.
 * @returns the document with only the new event in `outbox`, or undefined when another write came first.
 */
export async function transition(
  payment: Payment,
  step: Step,
  changes: Changes & { order?: Payment['order'] } = {},
  guard: Record<string, unknown> = {},
): Promise<Payment | undefined> {
  const status = nextStatus(payment.status, step);
  const now = new Date();
  const dueMs = dueAfterMs[status];
  const next = { ...payment, ...changes, status } as Payment;
  const entries: OutboxEntry[] = [];
  if (publishedEvent[status] && status !== 'none') {
    next.version = payment.version + 1;
    next.publishedStatus = status;
    entries.push(outboxEntry('payment', next, paymentEvent(next)));
  }
  const { version, publishedStatus } = next;
  const dueAt = dueMs === undefined ? undefined : new Date(now.getTime() + dueMs);
  const moved = await write(
    payment,
    { dueAt, tries: 0, ...changes, status, since: now },
    { version, ...(publishedStatus && { publishedStatus }) },
    guard,
    entries,
  );
  if (!moved) return undefined;
  countStep(payment, step, moved);
  return { ...moved, outbox: entries };
}

/**
 * Updates fields that no event carries.
 * @returns the document, or undefined when another write came first.
 */
export async function updateBookkeeping(payment: Payment, changes: Changes): Promise<Payment | undefined> {
  return write(payment, changes, {}, {}, []);
}

async function write(
  { _id, version, status, attempt, cancelRequested }: Payment,
  changes: Changes,
  more: Partial<Payment>,
  guard: Record<string, unknown>,
  entries: OutboxEntry[],
): Promise<Payment | undefined> {
  const written = await inWriteSpan('update', 'payments', () =>
    markUnconfirmed(
      payments().findOneAndUpdate(
        { _id, version, status, attempt, cancelRequested, ...guard },
        {
          ...toUpdate({ ...more, ...changes }),
          ...(entries.length > 0 && { $push: { outbox: { $each: entries } } }),
        },
        { returnDocument: 'after', ...withoutOutbox },
      ),
    ),
  );
  if (written) lastWritten.set(written);
  else lastWritten.delete(_id);
  return written ?? undefined;
}
