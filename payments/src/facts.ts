import type { Ids, Moment, StoredFacts } from '@ticketing/common';
import { waitingEvents } from '@ticketing/common';
import { isBusy } from './bookkeeping.ts';
import { differenceFromStripe } from './difference-from-stripe.ts';
import type { Outcome, Payment } from './models/payment.ts';
import { payments } from './models/payment.ts';
import { findStripeEvents } from './models/stripe-event.ts';
import { returnedFrom } from './returned-money.ts';
import type { StripeGateway } from './stripe.ts';

/** What payments and Stripe know: the payments of some orders, or with some PaymentIntents. */
export async function readFacts(
  { orders, intents }: Ids,
  gateway: Pick<StripeGateway, 'retrieve' | 'readMoney'>,
): Promise<StoredFacts> {
  const found = await payments()
    .find({ $or: [{ _id: { $in: orders } }, { 'intent.id': { $in: intents } }] })
    .toArray();
  const intentIds = found.flatMap(({ intent }) => intent?.id ?? []);
  const [received, atStripe] = await Promise.all([
    findStripeEvents(intentIds),
    Promise.all(found.map((payment) => readAtStripe(payment, gateway))),
  ]);
  const orderOf = new Map(found.map(({ _id, intent }) => [intent?.id, _id]));
  const webhooks = received.map(({ type, intentId, at }): Moment => {
    const id = orderOf.get(intentId) ?? '';
    return momentOf(id, at, `webhook ${type} received`, 'Stripe');
  });
  return {
    moments: [...found.flatMap(momentsOf), ...webhooks, ...atStripe.flatMap(({ moments }) => moments)],
    payments: found.map(({ _id: id, version, status, refundedAmount, intent, order }) => ({
      ...{ id, version, status, refundedAmount, intentId: intent?.id },
      order: { version: order.version },
    })),
    intents: atStripe.flatMap(({ intents = [] }) => intents),
    differences: atStripe.flatMap(({ differences = [] }) => differences),
    problems: atStripe.flatMap(({ problems = [] }) => problems),
    waiting: waitingEvents(found),
  };
}

async function readAtStripe(
  payment: Payment,
  gateway: Pick<StripeGateway, 'retrieve' | 'readMoney'>,
): Promise<StoredFacts> {
  const { _id: orderId, intent: known } = payment;
  if (!known) return { moments: [] };
  const intent = await gateway.retrieve(known.id, 'interactive');
  const isCaptured = intent?.status === 'succeeded';
  const money = isCaptured ? await gateway.readMoney(intent, 'interactive') : undefined;
  if (!intent || (isCaptured && !money))
    return { moments: [], problems: [`payments: Stripe does not return ${known.id}`] };
  const difference = isBusy(payment) ? undefined : differenceFromStripe(payment, intent);
  const { id, status, currency, createdAt } = intent;
  const created = momentOf(orderId, createdAt, `PaymentIntent ${id} created (to the second)`, undefined);
  return {
    moments: [{ ...created, service: 'Stripe', kind: 'Stripe' }],
    intents: [
      {
        ...{ id, orderId, status, currency, captured: isCaptured ? intent.amount : 0 },
        returned: money ? returnedFrom(money).refundedAmount : 0,
      },
    ],
    ...(difference && { differences: [`payment ${orderId}: ${difference}`] }),
  };
}

/** What buyer and seller requested. The published states come from the event log. */
function momentsOf({ _id, attempts, refunds = [], order }: Payment): Moment[] {
  return [
    ...attempts.map(({ n, at, outcome }) =>
      momentOf(_id, at, n === 0 ? 'payment opened' : `card attempt ${n}${describe(outcome)}`, 'the buyer'),
    ),
    ...refunds.map(({ at, amount }) =>
      momentOf(_id, at, `refund of ${amount ?? order.amount} ${order.currency} requested`, 'the seller'),
    ),
  ];
}

function describe(outcome: Outcome | undefined): string {
  if (!outcome) return '';
  return outcome.is === 'declined' ? ` declined (${outcome.code})` : ` ${outcome.is}`;
}

function momentOf(orderId: string, at: Date, what: string, by: string | undefined): Moment {
  const about = { service: 'payments', kind: 'payment', id: orderId, orderId } as const;
  return { at: at.toISOString(), ...about, what, ...(by && { by }) };
}
