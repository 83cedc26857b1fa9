import type { Fact } from '../../orders/src/purchase.ts';
import type { Rules } from './rules.ts';
import { rules } from './rules.ts';
import type { RuleChange, Run } from './run.ts';
import { ruleMutation } from './run.ts';

type ApplyFact = Rules['orders']['applyFact'];

/** Rules of orders that return `result` where `when` is true. */
function applyFact(
  when: (...args: Parameters<ApplyFact>) => boolean,
  result: ReturnType<ApplyFact>,
): RuleChange {
  return {
    orders: {
      applyFact: (order, fact) => (when(order, fact) ? result : rules.orders.applyFact(order, fact)),
    },
  };
}

/** The rules of orders, changed in one place each. */
export const orderMutations: Run[] = [
  ruleMutation(
    'orders: awaiting:payment expires',
    'I2',
    applyFact((order, { event }) => order.status === 'awaiting:payment' && event === 'expiration:complete', {
      status: 'cancelled',
      reason: 'expired',
    }),
  ),
  ruleMutation(
    'orders: the buyer may cancel in awaiting:payment',
    'I2',
    {
      orders: {
        advance: (status, step) =>
          status === 'awaiting:payment' ? 'cancelled' : rules.orders.advance(status, step),
        applyFact: (order, fact) =>
          order.status === 'awaiting:payment' && fact.event === 'order:cancelled'
            ? { status: 'cancelled', reason: 'buyer' }
            : rules.orders.applyFact(order, fact),
      },
    },
    { buyerCancels: true },
  ),
  ruleMutation(
    'orders: a payment authorized before the ticket is confirmed moves the order',
    'I1',
    applyFact(
      ({ status, paymentAuthorized }, { event }) =>
        status === 'created' && !paymentAuthorized && event === 'payment:authorized',
      { status: 'awaiting:payment', paymentAuthorized: true },
    ),
  ),
  ruleMutation(
    'orders: the second flag does not move the order',
    'I7',
    applyFact(
      ({ status, ticketConfirmed, paymentAuthorized }, { event }) =>
        status === 'created' && ticketConfirmed && !paymentAuthorized && event === 'payment:authorized',
      { paymentAuthorized: true },
    ),
  ),
  ruleMutation(
    'orders: an authorization that is published again does not move an order with both flags',
    'I7',
    applyFact(
      ({ status, ticketConfirmed, paymentAuthorized }, { event }) =>
        status === 'created' && ticketConfirmed && paymentAuthorized && event === 'payment:authorized',
      undefined,
    ),
    { rollOut: true, expires: false },
  ),
  ruleMutation(
    'orders: a failed capture is ignored',
    'I7',
    applyFact((_, { event }) => event === 'payment:failed', undefined),
    { captureFails: true },
  ),
  ruleMutation(
    'orders: any amount completes an order',
    'I2',
    {
      orders: {
        applyFact: (order, fact) => rules.orders.applyFact(order, { ...fact, differs: false } as Fact),
      },
    },
    { differs: 'payment:created' },
  ),
  ruleMutation(
    'orders: a capture that differs from its order is ignored',
    'I7',
    applyFact((_, fact) => 'differs' in fact && fact.differs === true, undefined),
    { differs: 'payment:created' },
  ),
  ruleMutation(
    'orders: a refused reservation is ignored',
    'I7',
    applyFact((_, { event }) => event === 'ticket:reservation-refused', undefined),
    { expires: false, withdraw: true },
  ),
  ruleMutation(
    'orders: a refund is ignored',
    'I2',
    applyFact((_, { event }) => event === 'payment:refunded', undefined),
    { refund: true },
  ),
  ruleMutation(
    'orders: a refunded order does not keep its ticket',
    'I1',
    { orders: { keepsTicket: (status) => status !== 'cancelled' && status !== 'refunded' } },
    { orders: 2, refund: true },
  ),
  ruleMutation(
    'orders: a canceled order gives up its claim on the ticket',
    'I11',
    { orders: { limitFieldsAfter: () => ({ place: undefined, claimed: undefined }) } },
    { orders: 2, oneBuyer: true, payingOrders: 0 },
  ),
  ruleMutation(
    'orders: an order in awaiting:payment does not keep its ticket',
    'I1',
    { orders: { keepsTicket: (status) => status !== 'cancelled' && status !== 'awaiting:payment' } },
    { orders: 2 },
  ),
];
