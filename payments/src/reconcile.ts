import { every, isId } from '@ticketing/common';
import { isConsistent } from './charge.ts';
import { findPayment, payments, triedBetween } from './models/payment.ts';
import type { Payment } from './models/payment.ts';
import { decide, isBusy } from './settle.ts';
import type { Desk } from './settle.ts';
import type { Intent } from './stripe.ts';
import type { Worker } from './worker.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EVERY_MS = 60 * MINUTE;
const LOOK_BACK_MS = 8 * DAY; // a hold ends after seven
const SETTLING_MS = 10 * MINUTE;

export type Difference = { orderId: string | undefined; intentId: string | undefined; what: string };

/**
 * Compares what Stripe holds, what is written here and what orders says, over the last eight days; quiet systems
 * differ in nothing. Money taken for an order that is cancelled, or not known here after ten minutes, is given back;
 * every other difference is for a person.
 */
export async function reconcile(
  desk: Desk,
  worker: Pick<Worker, 'kick'>,
  { now = Date.now() }: { now?: number } = {},
): Promise<Difference[]> {
  const since = new Date(now - LOOK_BACK_MS);
  const settledBefore = new Date(now - SETTLING_MS);
  const differences: Difference[] = [];
  const seen = new Set<string>();
  const tell = (what: string, orderId: string | undefined, intentId: string | undefined) => {
    differences.push({ orderId, intentId, what });
    desk.log.error({ orderId, intentId, what, alarm: true }, 'Stripe and payments differ');
  };

  for await (const intent of desk.till.intentsSince(since)) {
    seen.add(intent.id);
    const payment = await ownerOf(intent);
    if (!payment) await unknownOrder(desk, intent, settledBefore, tell);
    else await compare(desk, worker, payment, intent, settledBefore, tell);
  }
  const recent = payments().find(triedBetween(since, settledBefore), {
    projection: { intent: 1 },
    hint: { _id: 1 },
  });
  for await (const { _id, intent } of recent)
    if (intent && !seen.has(intent.id)) tell('Stripe does not know this PaymentIntent', _id, intent.id);
  return differences;
}

type Tell = (what: string, orderId: string | undefined, intentId: string | undefined) => void;

async function ownerOf({ id, orderId }: Intent): Promise<Payment | null> {
  return (
    (await findPayment({ 'intent.id': id })) ?? (isId(orderId) ? await findPayment({ _id: orderId }) : null)
  );
}

async function unknownOrder(desk: Desk, intent: Intent, settledBefore: Date, tell: Tell) {
  if (intent.createdAt > settledBefore || intent.status === 'canceled') return;
  const isTaken = intent.status === 'succeeded';
  if (isTaken && (await desk.till.refunded(intent.id, 'patient')) === 'succeeded') return;
  if (isTaken) await desk.till.refundUnknown(intent.id);
  tell(`${intent.status}, for an order that is not known here`, intent.orderId, intent.id);
}

async function compare(
  desk: Desk,
  worker: Pick<Worker, 'kick'>,
  payment: Payment,
  intent: Intent,
  settledBefore: Date,
  tell: Tell,
) {
  const { _id, status, order, since, version } = payment;
  const isTaken = intent.status === 'succeeded';
  const isOver = status === 'none' || status === 'voided' || status === 'failed';
  if (isTaken && isOver && order.status === 'cancelled') {
    const { id, clientSecret, amount, currency } = intent;
    const moved = await decide(
      desk,
      payment,
      { step: 'compensate' },
      { intent: { id, clientSecret, amount, currency } },
    );
    if (moved?.status === 'refunding') worker.kick(_id);
    tell('money was taken for a cancelled order, it is given back', _id, intent.id);
    return;
  }
  if (isBusy(payment) || since > settledBefore || intent.createdAt > settledBefore) return;
  if (payment.intent && intent.id !== payment.intent.id)
    tell(`a second PaymentIntent, ${intent.status}`, _id, intent.id);
  else if (!isConsistent(status, intent.status))
    tell(`${status} here, ${intent.status} at Stripe`, _id, intent.id);
  else if (intent.amount !== order.amount || intent.currency !== order.currency)
    tell(
      `${intent.amount} ${intent.currency}, the order is ${order.amount} ${order.currency}`,
      _id,
      intent.id,
    );
  else if (!fits(payment))
    tell(`the order is ${order.status}, its payment ${status} (version ${version})`, _id, intent.id);
}

/** Whether a payment at rest is what its order says. */
function fits({ status, order }: Payment): boolean {
  switch (order.status) {
    case 'created':
      return status !== 'captured' && status !== 'refunded';
    case 'awaiting:payment':
      return false;
    case 'complete':
      return status === 'captured';
    case 'cancelled':
      return (
        status !== 'captured' && status !== 'authorized' && status !== 'open' && status !== 'requires_action'
      );
    case 'refunded':
      return status === 'refunded';
  }
}

export function startReconciler(desk: Desk, worker: Worker): { close(): Promise<void> } {
  return every(EVERY_MS, () => reconcile(desk, worker), { name: 'reconcile payments', log: desk.log });
}
